import { Pencil, Plus } from 'lucide-react'
import { useState } from 'react'
import type { Provider } from '../../../../preload/shapes.ts'
import { useGo } from '../../context.ts'
import { plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Monogram } from '../../ui/monogram.tsx'
import { AccountList } from './account-list.tsx'
import { CardPins } from './card-pins.tsx'
import type { Card } from './cards.ts'
import { CustomProviderDialog } from './custom-provider-dialog.tsx'
import { DiscoveryLine } from './discovery-line.tsx'
import { PoolLine } from './pool-line.tsx'

export interface ProviderCardProps extends Card {
  readonly focusAccountId: string | undefined
}

/** A provider, its accounts, and where they are pinned. */
export function ProviderCard({ provider, accounts, gone, focusAccountId }: ProviderCardProps) {
  return (
    <section aria-label={provider.name} className="overflow-hidden rounded-lg border border-line bg-raised">
      <CardHead provider={provider} gone={gone} />
      {provider.discovery !== undefined && (
        <DiscoveryLine provider={provider} discovery={provider.discovery} />
      )}
      {gone && (
        <p className="border-b border-line bg-bg px-4 py-2 text-sm text-muted">
          {provider.id} is not in the catalog any more, so no request can use it. Its accounts are kept; they
          serve again if it comes back, and can be disconnected.
        </p>
      )}
      {!gone && <PoolLine provider={provider} />}
      {accounts.length === 0 ? (
        <p className="px-4 py-3 text-muted">
          No account yet. Requests need one, even if the server asks for no key.
        </p>
      ) : (
        <AccountList provider={provider} accounts={accounts} gone={gone} focusAccountId={focusAccountId} />
      )}
      <CardPins providerId={provider.id} accounts={accounts} />
    </section>
  )
}

function CardHead({ provider, gone }: { readonly provider: Provider; readonly gone: boolean }) {
  const go = useGo()
  return (
    <header className="flex items-center gap-3 border-b border-line px-4 py-3">
      <Monogram name={provider.name} />
      <div className="min-w-0 flex-1">
        <h2 className="truncate text-title font-semibold">{provider.name}</h2>
        <div className="truncate text-sm text-muted">
          {gone ? 'not in the catalog' : plural(provider.modelCount, 'model')}
          {provider.baseUrl !== undefined && ` · ${provider.baseUrl}`}
        </div>
      </div>
      {provider.custom && <EditCustom provider={provider} />}
      {!gone && (
        <Button size="sm" onClick={() => go({ page: 'add-provider', providerId: provider.id })}>
          <Plus size={14} strokeWidth={1.75} aria-hidden="true" />
          Add account
        </Button>
      )}
    </header>
  )
}

function EditCustom({ provider }: { readonly provider: Provider }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        <Pencil size={14} strokeWidth={1.75} aria-hidden="true" /> Edit
      </Button>
      {open && <CustomProviderDialog provider={provider} onClose={() => setOpen(false)} />}
    </>
  )
}
