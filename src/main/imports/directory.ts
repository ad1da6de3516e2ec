import type { Account } from '../../preload/accounts.ts'
import { secretsOf } from '../accounts/credential.ts'
import type { Accounts, Credential } from '../accounts/types.ts'
import { BerthError } from '../errors.ts'
import type { Found } from './found.ts'

/** An account that has a credential, or another one of the same login. */
export interface Holder {
  readonly id: string
  /** False when it is the same login with other tokens. */
  readonly isSame: boolean
}

/**
 * The accounts there are and what they hold, read once: asking for each of a thousand items anew would take minutes.
 * What an import does is written down here as well; what others do meanwhile is found out by the account directory.
 */
export interface Directory {
  /** The account of the provider that has the credential; of any provider where that is not known. */
  holder(providerId: string | undefined, credential: Credential): Holder | undefined
  /** The account that has the item's place: by the id an export gives it, else by its name. */
  rival(found: Pick<Found, 'origin' | 'providerId' | 'namespace' | 'label'>): string | undefined
  isTaken(name: Pick<Account, 'providerId' | 'namespace' | 'label'>): boolean
  /** False when the account's secret is lost or cannot be read. */
  hasSecret(id: string): boolean
  /** The account has this credential now. */
  put(account: Account, credential: Credential): void
}

const nameOf = ({ providerId, namespace, label }: Pick<Account, 'providerId' | 'namespace' | 'label'>) =>
  JSON.stringify([providerId, namespace, label])

const isSame = (one: Credential, other: Credential): boolean =>
  one.type === 'api'
    ? other.type === 'api' && one.key === other.key
    : other.type === 'oauth' && one.access === other.access && one.refresh === other.refresh

/** The account's credential; undefined when it is lost or damaged. */
function readable(accounts: Pick<Accounts, 'credential'>, id: string): Credential | undefined {
  try {
    return accounts.credential(id)
  } catch (error) {
    if (error instanceof BerthError) return undefined
    throw error
  }
}

type Wanted = Pick<Accounts, 'list' | 'credential' | 'holderOf'>

/** The vault has to be open, before and after: locked, every secret would seem lost. */
export function readDirectory(accounts: Wanted): Directory {
  const held = new Map<string, Credential>()
  const bySecret = new Map<string, Set<string>>()
  const byId = new Map<string, Account>()
  const byName = new Map<string, string>()
  const put = (account: Account, credential: Credential | undefined): void => {
    byId.set(account.id, account)
    byName.set(nameOf(account), account.id)
    if (credential === undefined) return
    held.set(account.id, credential)
    for (const secret of secretsOf(credential)) {
      bySecret.set(secret, (bySecret.get(secret) ?? new Set()).add(account.id))
    }
  }
  for (const account of accounts.list()) put(account, readable(accounts, account.id))

  const isHeldBy = (id: string, credential: Credential): boolean => {
    const own = held.get(id)
    return own !== undefined && isSame(own, credential)
  }
  return {
    holder(providerId, credential) {
      const ids = secretsOf(credential).flatMap((secret) => [...(bySecret.get(secret) ?? [])])
      const fits = ids.filter((id) => providerId === undefined || byId.get(id)?.providerId === providerId)
      const same = fits.find((id) => isHeldBy(id, credential))
      if (same !== undefined) return { id: same, isSame: true }
      // A login may be known by whose it is as well.
      const known =
        credential.type === 'oauth' && providerId !== undefined
          ? accounts.holderOf(providerId, credential)?.id
          : undefined
      return known === undefined ? undefined : { id: known, isSame: isHeldBy(known, credential) }
    },
    rival(found) {
      const { origin, providerId = '', namespace, label } = found
      const byOrigin = byId.get(origin?.id ?? '')
      return byOrigin?.providerId === providerId
        ? byOrigin.id
        : byName.get(nameOf({ providerId, namespace, label }))
    },
    isTaken: (name) => byName.has(nameOf(name)),
    hasSecret: (id) => held.has(id),
    put(account, credential) {
      const before = held.get(account.id)
      for (const secret of before === undefined ? [] : secretsOf(before))
        bySecret.get(secret)?.delete(account.id)
      put(account, credential)
    },
  }
}
