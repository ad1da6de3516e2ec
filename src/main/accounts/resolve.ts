import type { Account } from '../../preload/accounts.ts'
import type { Provider } from '../../preload/shapes.ts'
import { BerthError } from '../errors.ts'

const usable = (account: Account): boolean => account.state !== 'disabled' && account.state !== 'revoked'

export function nameOf({ namespace, label }: { namespace: string; label: string }): string {
  return namespace === '' ? label : `${namespace} / ${label}`
}

function none(provider: Provider, active: Account | undefined): BerthError {
  const why =
    active === undefined
      ? `There is no account for ${provider.name}. Connect it in Providers.`
      : `The account ${nameOf(active)} of ${provider.name} is ${active.state}. Connect it in Providers, or choose another account there.`
  return new BerthError('no_credential', why, { data: { providerId: provider.id } })
}

/**
 * Picks the account for a request out of all of them: the pinned one when it is this provider's and can be used, else
 * the active one. Throws `no_credential`.
 */
export function pick(
  provider: Provider,
  accounts: readonly Account[],
  pinnedAccountId: string | undefined,
): { account: Account; reason: string } {
  const own = accounts.filter((account) => account.providerId === provider.id)
  const pinned = own.find((account) => account.id === pinnedAccountId)
  if (pinned !== undefined && usable(pinned)) {
    return { account: pinned, reason: `${nameOf(pinned)} is pinned for this project.` }
  }
  const active = own.find((account) => account.active)
  if (active === undefined || !usable(active)) throw none(provider, active)
  const because =
    pinnedAccountId === undefined
      ? ''
      : `, for the pinned one ${pinned === undefined ? 'is gone' : `is ${pinned.state}`}`
  return { account: active, reason: `${nameOf(active)} is the active account of ${provider.name}${because}.` }
}
