import { Tooltip } from '@base-ui/react/tooltip'
import { StoresContext, usePlace, useStatus } from './context.ts'
import { ActivityPage } from './features/activity/activity-page.tsx'
import { ImportPage } from './features/imports/import-page.tsx'
import { Overlays } from './features/palette/overlays.tsx'
import { NewProjectPage } from './features/projects/new-project-page.tsx'
import { ProjectPage } from './features/projects/project-page.tsx'
import { ProjectsPage } from './features/projects/projects-page.tsx'
import { AddProviderPage } from './features/providers/add-provider-page.tsx'
import { ProvidersPage } from './features/providers/providers-page.tsx'
import { SettingsPage } from './features/settings/settings-page.tsx'
import { Shell } from './features/shell/shell.tsx'
import { SignedOutPage } from './features/shell/signed-out-page.tsx'
import { VaultGate } from './features/shell/vault-gate.tsx'
import { UsagePage } from './features/usage/usage-page.tsx'
import type { Stores } from './stores.ts'
import { CrashBoundary } from './ui/crash-boundary.tsx'
import { Toaster } from './ui/toaster.tsx'

export function App({ stores }: { readonly stores: Stores }) {
  return (
    <StoresContext value={stores}>
      <Tooltip.Provider>
        <CrashBoundary>
          <Gates />
        </CrashBoundary>
        <Toaster />
      </Tooltip.Provider>
    </StoresContext>
  )
}

/** What must be settled before anything else can be shown. */
function Gates() {
  const signedOut = useStatus((state) => state.signedOut)
  const vault = useStatus((state) => state.status?.vault)
  if (signedOut) return <SignedOutPage />
  if (vault !== undefined && vault.state !== 'ready') return <VaultGate vault={vault} />
  return (
    <>
      <Shell>
        <Screen />
      </Shell>
      <Overlays />
    </>
  )
}

function Screen() {
  const place = usePlace()
  switch (place.page) {
    case 'projects':
      return <ProjectsPage />
    case 'new-project':
      return <NewProjectPage />
    case 'project':
      return <ProjectPage key={place.projectId} projectId={place.projectId} />
    case 'providers':
      return <ProvidersPage focusAccountId={place.accountId} />
    case 'add-provider':
      return <AddProviderPage providerId={place.providerId} first={place.first} />
    case 'import':
      return <ImportPage kind={place.kind} />
    case 'activity':
      return <ActivityPage accountId={place.accountId} />
    case 'usage':
      return <UsagePage />
    case 'settings':
      return <SettingsPage />
  }
}
