import type { Account, AccountState } from '../../../../preload/accounts.ts'
import type { Project, Provider } from '../../../../preload/shapes.ts'
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
  disabled: { word: 'off', tone: 'rest' },
}

export const needsRepair = (account: Account): boolean =>
  account.state === 'error' || account.state === 'expired' || account.state === 'revoked'

/** The account a project's requests use now: its pinned one, else its provider's active one. */
export function accountInUse(
  project: Pick<Project, 'accountId' | 'providerId'>,
  accounts: readonly Account[],
): Account | undefined {
  if (project.accountId !== undefined) return accounts.find((one) => one.id === project.accountId)
  return accounts.find((one) => one.providerId === project.providerId && one.active)
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
