import { useAsks, useGo, useProviders } from '../../context.ts'
import { BudgetDialog } from '../usage/budget-dialog.tsx'
import { CustomProviderDialog } from './custom-provider-dialog.tsx'
import { PinDialog } from './pin-dialog.tsx'

/** Dialogs that are asked for from anywhere: a card, a project's header, the palette. */
export function AccountAsks() {
  const ask = useAsks((state) => state.ask)
  const close = useAsks((state) => state.close)
  const accounts = useProviders((state) => state.accounts)
  const go = useGo()
  if (ask === undefined) return null
  if (ask.what === 'local-servers')
    return (
      <CustomProviderDialog
        findLocal
        onClose={close}
        onSaved={(providerId) => go({ page: 'add-provider', providerId })}
      />
    )
  if (ask.what === 'budget') return <BudgetDialog budget={ask.budget} onClose={close} />
  const account = accounts?.find((one) => one.id === ask.accountId)
  if (account === undefined) return null
  return <PinDialog key={account.id} account={account} projectId={ask.projectId} onClose={close} />
}
