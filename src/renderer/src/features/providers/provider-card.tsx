import { RadioGroup } from '@base-ui/react/radio-group'
import { Pencil, Plus } from 'lucide-react'
import { useState } from 'react'
import type { Account } from '../../../../preload/accounts.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { useGo, useProviders } from '../../context.ts'
import { plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Monogram } from '../../ui/monogram.tsx'
import { showDone, showFailure } from '../shell/notices.ts'
import { accountName } from './account-names.ts'
import { AccountRow } from './account-row.tsx'
import { CustomProviderDialog } from './custom-provider-dialog.tsx'

export interface ProviderCardProps {
  readonly provider: Provider
  readonly accounts: readonly Account[]
  readonly focusAccountId: string | undefined
}

/** A provider and its accounts; the marked one is used from the next request on. */
export function ProviderCard({ provider, accounts, focusAccountId }: ProviderCardProps) {
  const activate = useProviders((state) => state.activate)
  const active = accounts.find((account) => account.active)
  const choose = async (accountId: string) => {
    const answer = await activate(accountId)
    if (answer.ok) showDone(`${accountName(answer.value)} is used from the next request on.`)
    else showFailure(answer.error)
  }
  return (
    <section aria-label={provider.name} className="rounded-lg border border-line bg-raised">
      <CardHead provider={provider} />
      {accounts.length === 0 ? (
        <p className="px-4 py-3 text-muted">
          No account yet. Requests need one, even if the server asks for no key.
        </p>
      ) : (
        <RadioGroup
          aria-label={`Active account of ${provider.name}`}
          value={active?.id ?? ''}
          onValueChange={(value: string) => void choose(value)}
          className="divide-y divide-line"
        >
          {accounts.map((account) => (
            <AccountRow
              key={account.id}
              account={account}
              provider={provider}
              focus={account.id === focusAccountId}
            />
          ))}
        </RadioGroup>
      )}
    </section>
  )
}

function CardHead({ provider }: { readonly provider: Provider }) {
  const go = useGo()
  return (
    <header className="flex items-center gap-3 border-b border-line px-4 py-3">
      <Monogram name={provider.name} />
      <div className="min-w-0 flex-1">
        <h2 className="truncate text-title font-semibold">{provider.name}</h2>
        <div className="truncate text-sm text-muted">
          {plural(provider.modelCount, 'model')}
          {provider.baseUrl !== undefined && ` · ${provider.baseUrl}`}
        </div>
      </div>
      {provider.custom && <EditCustom provider={provider} />}
      <Button size="sm" onClick={() => go({ page: 'add-provider', providerId: provider.id })}>
        <Plus size={14} strokeWidth={1.75} aria-hidden="true" />
        Add account
      </Button>
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
