import type { Account } from '../../../../preload/accounts.ts'

/** What follows from giving OpenCode the real key, as it is told before that is chosen. */
export const DIRECT_CONSEQUENCES: readonly string[] = [
  'The agent can read the key, and so can every command it runs.',
  'Another account, another pin or a new key reaches the project between two answers and not before, and no other account steps in at a rate limit.',
  'The key lies in the project’s OpenCode until the project is stopped.',
]

/** Why the real key of this account cannot be given, when it cannot. */
export function directRefusal(account: Pick<Account, 'type'> | undefined): string | undefined {
  if (account === undefined || account.type === 'api') return undefined
  return 'Only API keys can be given; the account in use is a login, which Berth alone may renew.'
}
