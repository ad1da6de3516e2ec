import type { ConnectionCheck } from '../preload/accounts.ts'
import type { Notice } from '../preload/shapes.ts'
import { nameOf } from './accounts/resolve.ts'
import type { Accounts } from './accounts/types.ts'
import type { ConnectionChecks } from './connection/types.ts'
import type { Log } from './log/log.ts'

/** Takes accounts out whose credential the vendor refuses, once Berth has asked the vendor itself. */
export interface Retiring {
  /** A project's requests with the account were refused twice. `message` says so. */
  retire(accountId: string, message: string, projectId: string): void
  /** The vendor took the account's credential when Berth asked a moment ago: refusals are of requests, not of it. */
  vouched(accountId: string): boolean
}

/** How long a good test counts. Milliseconds. */
const VOUCHED_MS = 10 * 60_000

/** Verdicts of a vendor that knows the credential, whatever else it says of it. */
const KNOWN: ReadonlySet<ConnectionCheck['verdict']> = new Set([
  'good',
  'no_credit',
  'wrong_region',
  'forbidden',
  'rate_limited',
])

/**
 * A request can be refused as if its credential were no good when it is something else the client sent, such as an
 * organisation's name: OpenAI answers that with 401. No container is to take an account from all projects so.
 */
export function createRetiring(deps: {
  readonly accounts: Pick<Accounts, 'find' | 'credential' | 'retire' | 'markChecked'>
  readonly checks: () => ConnectionChecks
  notify(notice: Omit<Notice, 'id'>): void
  readonly now: () => number
  readonly log: Log
}): Retiring {
  const { accounts, checks, notify, now, log } = deps
  const vouchedAt = new Map<string, number>()
  const asking = new Set<string>()

  /** Another key of the same account is another matter. */
  const keyOf = (accountId: string): string => `${accountId}\0${accounts.find(accountId)?.preview ?? ''}`
  const vouched = (accountId: string): boolean => {
    const at = vouchedAt.get(keyOf(accountId))
    return at !== undefined && Math.abs(now() - at) < VOUCHED_MS
  }

  async function look(accountId: string, message: string, projectId: string): Promise<void> {
    const account = accounts.find(accountId)
    if (account === undefined) return
    const check = await checks().check(account.providerId, accounts.credential(accountId), account.fields)
    if (accounts.find(accountId) === undefined) return
    const whole = message.replace(/[^.!?]$/, '$&.')
    if (!KNOWN.has(check.verdict)) {
      const mend = account.type === 'oauth' ? 'Sign in again in Providers.' : 'Replace its key in Providers.'
      const text = `${whole} No request goes by it any more. ${mend}`
      accounts.retire(accountId, text)
      notify({ level: 'error', text, projectId, accountId })
      return
    }
    vouchedAt.set(keyOf(accountId), now())
    accounts.markChecked(accountId, check)
    const text = `${whole} It took ${nameOf(account)} when Berth asked, so the account stays in use. Something else in those requests is refused, such as an organisation they name.`
    notify({ level: 'warning', text, projectId })
  }

  return {
    vouched,
    retire(accountId, message, projectId) {
      if (asking.has(accountId) || vouched(accountId)) return
      asking.add(accountId)
      look(accountId, message, projectId)
        .catch((error) => log.warn({ err: error }, 'an account that was refused could not be looked at'))
        .finally(() => asking.delete(accountId))
    },
  }
}
