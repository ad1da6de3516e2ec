import type { Account, AccountState } from '../../../../preload/accounts.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import type { StateTone } from '../../ui/state-dot.tsx'

/** `work / main`, or only the label where there is no namespace. */
export function accountName(account: Pick<Account, 'namespace' | 'label'>): string {
  return account.namespace === '' ? account.label : `${account.namespace} / ${account.label}`
}

export const accountStates: Readonly<Record<AccountState, { word: string; tone: StateTone }>> = {
  connected: { word: 'connected', tone: 'ok' },
  expired: { word: 'expired', tone: 'trouble' },
  error: { word: 'rejected', tone: 'trouble' },
  revoked: { word: 'revoked', tone: 'trouble' },
  disabled: { word: 'disabled', tone: 'rest' },
}

export const needsRepair = (account: Account): boolean =>
  account.state === 'error' || account.state === 'expired' || account.state === 'revoked'

/** Accounts of one provider in the order of its pool. */
export function accountsOf(accounts: readonly Account[] | undefined, providerId: string): Account[] {
  return (accounts ?? [])
    .filter((account) => account.providerId === providerId)
    .toSorted((a, b) => a.position - b.position)
}

const IDLE: ReadonlySet<AccountState> = new Set(['disabled', 'revoked', 'expired'])

/** Whether requests may go by it. One whose last request failed may: the trouble can be over. */
export const isUsable = ({ state }: Pick<Account, 'state'>): boolean => !IDLE.has(state)

/** The account that takes the place of this one: the next in order that can be used, and round to the first. */
export function successorOf(account: Account, accounts: readonly Account[]): Account | undefined {
  const others = accountsOf(accounts, account.providerId).filter(
    (one) => one.id !== account.id && isUsable(one),
  )
  return others.find((one) => one.position > account.position) ?? others[0]
}

/** Providers in the order to offer them: those with an account first, then by popularity and name. */
export function offeredProviders(providers: readonly Provider[], accounts: readonly Account[]): Provider[] {
  const connected = new Set(accounts.map((account) => account.providerId))
  return providers.toSorted(
    (a, b) =>
      Number(connected.has(b.id)) - Number(connected.has(a.id)) ||
      a.rank - b.rank ||
      a.name.localeCompare(b.name),
  )
}

/** `main`, or the next number that is not taken. */
export function freeLabel(
  accounts: readonly Pick<Account, 'providerId' | 'label'>[],
  providerId: string,
): string {
  const taken = new Set(accounts.filter((one) => one.providerId === providerId).map((one) => one.label))
  if (!taken.has('main')) return 'main'
  let number = 2
  while (taken.has(`main ${number}`)) number += 1
  return `main ${number}`
}
