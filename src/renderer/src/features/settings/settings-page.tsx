import { useEffect } from 'react'
import { useSettings, useStatus } from '../../context.ts'
import { useTitle } from '../../lib/hooks.ts'
import { GroupBox } from '../../ui/group-box.tsx'
import { Page } from '../../ui/page.tsx'
import { Appearance } from './appearance.tsx'
import { DoctorSection } from './doctor-section.tsx'
import { GatewaySection } from './gateway-section.tsx'
import { MoveSection } from './move-section.tsx'
import { NumbersSection } from './numbers-section.tsx'
import { VaultSection } from './vault-section.tsx'

export function SettingsPage() {
  useTitle('Settings')
  const load = useSettings((state) => state.load)
  useEffect(() => {
    void load()
  }, [load])
  return (
    <Page title="Settings" lead="Each change acts at once." narrow>
      <div className="space-y-8">
        <Appearance />
        <VaultSection />
        <MoveSection />
        <GatewaySection />
        <NumbersSection />
        <DoctorSection />
        <About />
      </div>
    </Page>
  )
}

const SURFACES = { desktop: 'its own window', browser: 'a browser', command: 'a terminal' } as const

function About() {
  const info = useStatus((state) => state.info)
  if (info === undefined) return null
  const facts = [
    ['Berth', info.version],
    ['OpenCode', info.openCodeVersion],
    ['Shown in', SURFACES[info.surface]],
    ['Files', info.dataDir],
  ] as const
  return (
    <GroupBox title="About">
      <dl className="divide-y divide-line">
        {facts.map(([name, value]) => (
          <div key={name} className="flex gap-4 px-4 py-2.5">
            <dt className="w-28 shrink-0 text-muted">{name}</dt>
            <dd className="min-w-0 font-mono text-code break-all">{value}</dd>
          </div>
        ))}
      </dl>
    </GroupBox>
  )
}
