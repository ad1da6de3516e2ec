import { KeyRound, Plus } from 'lucide-react'
import { useMemo } from 'react'
import { useGo, usePins, useProviders, useStores } from '../../context.ts'
import { plural } from '../../lib/format.ts'
import { useTitle } from '../../lib/hooks.ts'
import { Button } from '../../ui/button.tsx'
import { LoadNote } from '../../ui/load-note.tsx'
import { EmptyState, Skeleton } from '../../ui/notes.tsx'
import { Page } from '../../ui/page.tsx'
import { ImportButton } from '../imports/import-button.tsx'
import { cardsOf } from './cards.ts'
import { ProviderCard } from './provider-card.tsx'

/** Every connected provider with its accounts. `focusAccountId` is the one to look at. */
export function ProvidersPage({ focusAccountId }: { readonly focusAccountId?: string | undefined }) {
  useTitle('Providers')
  const { providers, accounts, error: failed } = useProviders((state) => state)
  const pinsFailed = usePins((state) => state.error)
  const error = failed ?? pinsFailed
  const cards = useMemo(() => cardsOf(providers ?? [], accounts ?? []), [providers, accounts])
  const loaded = providers !== undefined && accounts !== undefined
  return (
    <Page
      title="Providers"
      lead={
        loaded && cards.length > 0
          ? `${plural(accounts.length, 'account')}. Keys stay in the vault on this machine.`
          : undefined
      }
      actions={cards.length > 0 && <Buttons />}
    >
      {!loaded && error === undefined && <Skeleton rows={6} />}
      {!loaded && error !== undefined && <LoadError message={error.message} />}
      {loaded && cards.length === 0 && <Empty />}
      <div className="space-y-4">
        {loaded && error !== undefined && <LoadError stale message={error.message} />}
        {cards.map((card) => (
          <ProviderCard key={card.provider.id} {...card} focusAccountId={focusAccountId} />
        ))}
      </div>
    </Page>
  )
}

/** To add one by hand, or to bring in those that other tools have. */
function Buttons() {
  return (
    <div className="flex gap-2">
      <ImportButton />
      <AddButton />
    </div>
  )
}

function AddButton() {
  const go = useGo()
  return (
    <Button kind="primary" onClick={() => go({ page: 'add-provider' })}>
      <Plus size={16} strokeWidth={1.75} aria-hidden="true" />
      Add provider
    </Button>
  )
}

function Empty() {
  return (
    <EmptyState
      icon={<KeyRound size={24} strokeWidth={1.5} />}
      title="No provider is connected"
      action={<Buttons />}
    >
      Paste an API key once; every project can use it, and none of them ever holds it.
    </EmptyState>
  )
}

interface LoadErrorProps {
  readonly message: string
  readonly stale?: boolean
}

function LoadError(props: LoadErrorProps) {
  const { providers, pins } = useStores()
  const load = () => Promise.all([providers.getState().load(), pins.getState().load()])
  return <LoadNote {...props} onRetry={load} />
}
