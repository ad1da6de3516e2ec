import { RadioGroup } from '@base-ui/react/radio-group'
import type { Account } from '../../../../preload/accounts.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { useProviders } from '../../context.ts'
import { showDone, showFailure } from '../shell/notices.ts'
import { accountName } from './account-names.ts'
import { AccountRow } from './account-row.tsx'
import { useOrder } from './use-order.ts'

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
        {accounts.map((account, index) => (
          <AccountRow
            key={account.id}
            account={account}
            provider={provider}
            gone={gone}
            focus={account.id === focusAccountId}
            order={order.of(account, index)}
          />
        ))}
      </RadioGroup>
      <p className="sr-only" aria-live="polite">
        {order.said}
      </p>
    </>
  )
}
