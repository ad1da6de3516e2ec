import { RadioGroup } from '@base-ui/react/radio-group'
import type { Account } from '../../../../preload/accounts.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { useProviders } from '../../context.ts'
import { Button } from '../../ui/button.tsx'
import { showDone, showFailure } from '../shell/notices.ts'
import { accountName } from './account-names.ts'
import { AccountRow } from './account-row.tsx'
import { useOrder } from './use-order.ts'
import { useShown } from './use-shown.ts'

export interface AccountListProps {
  readonly provider: Provider
  readonly accounts: readonly Account[]
  readonly gone: boolean
  readonly focusAccountId: string | undefined
}

/** A provider's accounts in the order of its pool; the marked one is used from the next request on. */
export function AccountList({ provider, accounts, gone, focusAccountId }: AccountListProps) {
  const activate = useProviders((state) => state.activate)
  const order = useOrder(provider.id, accounts)
  const { shown, rest, showAll } = useShown(accounts, focusAccountId)
  const active = accounts.find((account) => account.active)
  const choose = async (accountId: string) => {
    const answer = await activate(accountId)
    if (answer.ok) showDone(`${accountName(answer.value)} is used from the next request on.`)
    else showFailure(answer.error)
  }
  return (
    <>
      <RadioGroup
        aria-label={`Active account of ${provider.name}`}
        value={active?.id ?? ''}
        onValueChange={(value: string) => void choose(value)}
        className="divide-y divide-line"
      >
        {shown.map((account) => (
          <AccountRow
            key={account.id}
            account={account}
            provider={provider}
            gone={gone}
            focus={account.id === focusAccountId}
            acts={order.acts}
            {...order.of(account)}
          />
        ))}
      </RadioGroup>
      {rest && (
        <div className="border-t border-line px-4 py-2">
          <Button size="sm" kind="ghost" onClick={showAll}>
            Show all {accounts.length}
          </Button>
        </div>
      )}
      <p className="sr-only" aria-live="polite">
        {order.said}
      </p>
    </>
  )
}
