import { ArrowLeft, Server } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useGo, useProviders } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { plural } from '../../lib/format.ts'
import { useTitle } from '../../lib/hooks.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { FilterList } from '../../ui/filter-list.tsx'
import { Monogram } from '../../ui/monogram.tsx'
import { EmptyState, Skeleton } from '../../ui/notes.tsx'
import { AddAccountForm } from './add-account-form.tsx'
import { CustomProviderDialog } from './custom-provider-dialog.tsx'

/** How many of the catalog's most popular stand apart at the top. */
const POPULAR = 8

export interface AddProviderPageProps {
  readonly providerId?: string | undefined
  /** As a step of the first run. */
  readonly first?: true | undefined
}

/** The whole catalog to the left; what the chosen one asks for to the right. */
export function AddProviderPage({ providerId, first }: AddProviderPageProps) {
  useTitle('Add provider')
  const [moved, setMoved] = useState<{ providerId: string; key: string }>()
  const providers = useProviders((state) => state.providers)
  const provider = providers?.find((one) => one.id === providerId)
  const go = useGo()
  const choose = (id: string) => go({ page: 'add-provider', providerId: id, ...(first && { first }) })
  return (
    <div className="flex min-h-0 flex-1">
      <CatalogPane
        providerId={providerId}
        onChoose={choose}
        onCustom={(id, key) => {
          setMoved({ providerId: id, key })
          choose(id)
        }}
      />
      <div
        className={cx(
          'min-h-0 min-w-0 flex-1 overflow-y-auto',
          provider === undefined && 'flex items-center justify-center',
        )}
      >
        {provider === undefined ? (
          <Choose unknown={providers !== undefined ? providerId : undefined} />
        ) : (
          <AddAccountForm
            key={provider.id}
            provider={provider}
            first={first === true}
            firstKey={moved?.providerId === provider.id ? moved.key : ''}
            onSwitch={(id, key) => {
              setMoved({ providerId: id, key })
              choose(id)
            }}
          />
        )}
      </div>
    </div>
  )
}

interface CatalogPaneProps {
  readonly providerId: string | undefined
  readonly onChoose: (providerId: string) => void
  /** A server of the user's own was saved, perhaps with a key already. */
  readonly onCustom: (providerId: string, key: string) => void
}

function CatalogPane({ providerId, onChoose, onCustom }: CatalogPaneProps) {
  const loaded = useProviders((state) => state.providers !== undefined)
  const [custom, setCustom] = useState(false)
  const go = useGo()
  return (
    <section aria-label="Catalog" className="flex w-80 shrink-0 flex-col border-r border-line">
      <header className="flex h-12 shrink-0 items-center gap-2 px-3">
        <IconButton label="Back to providers" onClick={() => go({ page: 'providers' })}>
          <ArrowLeft size={16} strokeWidth={1.75} aria-hidden="true" />
        </IconButton>
        <h1 className="text-title font-semibold">Add provider</h1>
      </header>
      {loaded ? <Catalog selectedId={providerId} onChoose={onChoose} /> : <Skeleton className="p-4" />}
      <div className="border-t border-line p-2">
        <Button kind="ghost" className="w-full justify-start" onClick={() => setCustom(true)}>
          <Server size={16} strokeWidth={1.75} aria-hidden="true" />
          Your own OpenAI-compatible server
        </Button>
      </div>
      {custom && <CustomProviderDialog onClose={() => setCustom(false)} onSaved={onCustom} />}
    </section>
  )
}

interface CatalogProps {
  readonly selectedId: string | undefined
  readonly onChoose: (providerId: string) => void
}

function Catalog({ selectedId, onChoose }: CatalogProps) {
  const providers = useProviders((state) => state.providers)
  const accounts = useProviders((state) => state.accounts)
  const items = useMemo(() => {
    const counts = Map.groupBy(accounts ?? [], (account) => account.providerId)
    const sorted = (providers ?? []).toSorted((a, b) => a.rank - b.rank || a.name.localeCompare(b.name))
    return sorted.map((provider, index) => ({
      id: provider.id,
      label: provider.name,
      keywords: `${provider.id} ${provider.env.join(' ')}`,
      group: index < POPULAR ? 'Popular' : 'All providers',
      icon: <Monogram name={provider.name} size={24} />,
      hint: counts.has(provider.id) ? plural(counts.get(provider.id)?.length ?? 0, 'account') : undefined,
    }))
  }, [providers, accounts])
  return (
    <FilterList
      label="Providers"
      items={items}
      selectedId={selectedId}
      placeholder={`Search ${items.length} providers`}
      autoFocus={selectedId === undefined}
      onPick={(item) => onChoose(item.id)}
      empty={(query) =>
        `No provider matches “${query}”. If it speaks OpenAI's API, add it as your own server.`
      }
      className="flex-1"
    />
  )
}

function Choose({ unknown }: { readonly unknown: string | undefined }) {
  return unknown === undefined ? (
    <EmptyState title="Choose a provider">
      Type to search, arrows to move, Enter to choose. Then paste its key.
    </EmptyState>
  ) : (
    <EmptyState title={`“${unknown}” is not in the catalog`}>
      Choose another, or add it as your own server.
    </EmptyState>
  )
}
