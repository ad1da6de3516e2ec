import type { Accounts } from '../accounts/types.ts'
import { BerthError } from '../errors.ts'

/**
 * The secret of the account that a provider's requests use; undefined when none of its accounts can be used. Throws what
 * the vault throws.
 */
export function createActiveKey(
  accounts: Pick<Accounts, 'list' | 'resolve' | 'credential'>,
): (providerId: string) => string | undefined {
  const resolve = (providerId: string) => {
    try {
      return accounts.resolve(providerId, {}).account
    } catch (error) {
      if (error instanceof BerthError && error.code === 'no_credential') return undefined
      throw error
    }
  }
  return (providerId) => {
    if (!accounts.list().some((account) => account.providerId === providerId)) return undefined
    const account = resolve(providerId)
    if (account === undefined) return undefined
    const credential = accounts.credential(account.id)
    return credential.type === 'api' ? credential.key : credential.access
  }
}
