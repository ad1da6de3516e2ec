import { cleanKey } from '../accounts/key.ts'
import type { Accounts, Credential } from '../accounts/types.ts'
import { BerthError } from '../errors.ts'
import type { Handlers } from './dispatch.ts'
import type { Services } from './services.ts'

/** Undefined when it cannot be read, or the account is gone. */
function credentialNow(accounts: Accounts, id: string): Credential | undefined {
  try {
    return accounts.credential(id)
  } catch (error) {
    if (error instanceof BerthError) return undefined
    throw error
  }
}

/** Tests of accounts and keys, and what is left of an account. */
export function checkHandlers({ catalog, accounts, checks, checkAccount, askQuota, pools }: Services) {
  return {
    'accounts.check': async ({ accountId }) => {
      const { check, tested } = await checkAccount(accountId)
      // A key that was replaced meanwhile must not be marked with what was said of the one before.
      const now = credentialNow(accounts, accountId)
      if (JSON.stringify(now) === JSON.stringify(tested)) {
        accounts.markChecked(accountId, check)
        if (check.quota !== undefined) pools.heard(accountId, check.quota)
      }
      return check
    },
    'accounts.checkKey': ({ providerId, key, fields }) => {
      const { unsupported } = catalog.provider(providerId)
      const problem = unsupported ?? catalog.fieldsProblem(providerId, fields)
      if (problem !== undefined) throw new BerthError('bad_request', problem)
      return checks.check(providerId, { type: 'api', key: cleanKey(key) }, fields)
    },
    'accounts.quota': async ({ accountId }) => {
      const { at, problem, told } = await askQuota(accountId)
      if (told !== undefined) pools.heard(accountId, told.windows, told.whole)
      return {
        windows: pools.windows(accountId),
        ...(at === undefined ? {} : { askedAt: at }),
        ...(problem === undefined ? {} : { problem }),
      }
    },
  } satisfies Partial<Handlers>
}
