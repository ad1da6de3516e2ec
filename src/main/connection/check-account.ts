import type { Account, ConnectionCheck } from '../../preload/accounts.ts'
import type { Accounts, Credential } from '../accounts/types.ts'
import type { ConnectionChecks } from './types.ts'

/** What a test of an account showed, and the credential it showed that of. */
export interface TestedAccount {
  readonly check: ConnectionCheck
  readonly tested: Credential
}

/**
 * Tests an account, its login renewed first where that has ended or the vendor refuses it. Throws `not_found`,
 * `unknown_provider`, and what the vault throws.
 */
export type CheckAccount = (accountId: string) => Promise<TestedAccount>

export interface CheckAccountDeps {
  readonly accounts: Pick<Accounts, 'get' | 'credential'>
  readonly checks: ConnectionChecks
  /** Renews an account's login. Answers with why it could not be, as a sentence; `isPassing`: it may be later. */
  readonly renew: (accountId: string) => Promise<{ message: string; isPassing: boolean } | undefined>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** What a vendor says to an access token that is of no use any more. */
const REFUSED: ReadonlySet<ConnectionCheck['verdict']> = new Set(['wrong_key', 'expired', 'revoked'])

export function createCheckAccount({ accounts, checks, renew, now }: CheckAccountDeps): CheckAccount {
  const hasEnded = ({ expiresAt, renewable }: Account) =>
    renewable === true && expiresAt !== undefined && expiresAt <= now()

  async function tryOnce(accountId: string): Promise<TestedAccount> {
    const { providerId, fields } = accounts.get(accountId)
    const tested = accounts.credential(accountId)
    return { check: await checks.check(providerId, tested, fields), tested }
  }

  /** What a test would only say worse. */
  async function unrenewed(accountId: string, started: number): Promise<TestedAccount | undefined> {
    const problem = await renew(accountId)
    if (problem === undefined) return undefined
    const verdict = problem.isPassing ? 'unreachable' : 'revoked'
    const durationMs = Math.max(0, now() - started)
    return {
      check: { verdict, message: problem.message, durationMs },
      tested: accounts.credential(accountId),
    }
  }

  return async (accountId) => {
    const started = now()
    const account = accounts.get(accountId)
    if (hasEnded(account)) return (await unrenewed(accountId, started)) ?? tryOnce(accountId)
    const first = await tryOnce(accountId)
    if (account.renewable !== true || !REFUSED.has(first.check.verdict)) return first
    // A vendor may put a token out of use before its time.
    return (await unrenewed(accountId, started)) ?? tryOnce(accountId)
  }
}
