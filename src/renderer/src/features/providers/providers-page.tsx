import { KeyRound, Plus } from 'lucide-react'
import { useMemo } from 'react'
import type { Account } from '../../../../preload/accounts.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { useGo, useProviders } from '../../context.ts'
import { plural } from '../../lib/format.ts'
import { useTitle } from '../../lib/hooks.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, Note, Skeleton } from '../../ui/notes.tsx'
import { Page } from '../../ui/page.tsx'
import { ProviderCard } from './provider-card.tsx'

/** Every connected provider with its accounts. `focusAccountId` is the one to look at. */
export function ProvidersPage({ focusAccountId }: { readonly focusAccountId?: string | undefined }) {
  useTitle('Providers')
  const { providers, accounts, error } = useProviders((state) => state)
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
      actions={cards.length > 0 && <AddButton />}
    >
      {!loaded && error === undefined && <Skeleton rows={6} />}
      {!loaded && error !== undefined && <LoadError message={error.message} />}
      {loaded && cards.length === 0 && <Empty />}
      <div className="space-y-4">
        {cards.map(({ provider, accounts: own }) => (
          <ProviderCard
            key={provider.id}
            provider={provider}
            accounts={own}
            focusAccountId={focusAccountId}
          />
        ))}
      </div>
    </Page>
  )
}

interface Card {
  readonly provider: Provider
  readonly accounts: readonly Account[]
}

/** Providers with an account, and the user's own ones even without. */
export function cardsOf(providers: readonly Provider[], accounts: readonly Account[]): Card[] {
  const own = Map.groupBy(accounts, (account) => account.providerId)
  const known = providers
    .filter((provider) => own.has(provider.id) || provider.custom)
    .map((provider) => ({ provider, accounts: own.get(provider.id) ?? [] }))
  return known.toSorted((a, b) => a.provider.name.localeCompare(b.provider.name))
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
      action={<AddButton />}
    >
      Paste an API key once; every project can use it, and none of them ever holds it.
    </EmptyState>
  )
}

function LoadError({ message }: { readonly message: string }) {
  const load = useProviders((state) => state.load)
  return (
    <Note
      actions={
        <Button size="sm" onClick={() => void load()}>
          Try again
        </Button>
      }
    >
      {message}
    </Note>
  )
}
