import type { Account, Pin } from '../../preload/accounts.ts'
import type { Catalog } from '../catalog/types.ts'
import type { Database } from '../db/database.ts'
import { BerthError } from '../errors.ts'
import type { Vault } from '../vault/types.ts'
import type { AccountsRepo } from './accounts-repo.ts'
import { readCredential, secretsOf } from './credential.ts'
import type { PinsRepo } from './pins-repo.ts'
import { nameOf } from './resolve.ts'
import type { Renews } from './types.ts'

export interface AccountsDeps {
  readonly db: Database
  readonly vault: Vault
  readonly catalog: Catalog
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly newId: () => string
  readonly renews: Renews
  /** Called with every account after a change. */
  readonly onChange: (accounts: Account[]) => void
  /** Called with every pin after a change. */
  readonly onPins: (pins: Pin[]) => void
  /** The account was given another chance: a new key, enabled, chosen, or tested well. */
  readonly onRenewed: (account: Account) => void
  /** Another key or another person's login is in the place of the account's own: what the vendor told is of the old one. */
  readonly onReplaced: (accountId: string) => void
}

export type Context = AccountsDeps & { readonly repo: AccountsRepo; readonly pinsRepo: PinsRepo }

/** Throws `not_found`. */
export function get({ repo }: Pick<Context, 'repo'>, id: string): Account {
  const found = repo.find(id)
  if (found !== undefined) return found
  throw new BerthError('not_found', `There is no account ${JSON.stringify(id)}. It may have been removed.`)
}

/** The provider's name for sentences: its id when it left the catalog, for its accounts can still be tidied up. */
export function providerName({ catalog }: Pick<Context, 'catalog'>, providerId: string): string {
  try {
    return catalog.provider(providerId).name
  } catch (error) {
    if (error instanceof BerthError && error.code === 'unknown_provider') return providerId
    throw error
  }
}

/** Throws `conflict` when another account of the provider has this name. */
export function checkName(
  context: Context,
  name: Pick<Account, 'providerId' | 'namespace' | 'label'>,
  ownId?: string,
): void {
  const twin = context.repo.named(name)
  if (twin === undefined || twin.id === ownId) return
  throw new BerthError(
    'conflict',
    `${providerName(context, name.providerId)} has an account called ${nameOf(name)} already. Choose another label.`,
  )
}

/** The account's secrets; none when they cannot be told: a damaged record must not block the others. */
export function secretsIfReadable({ vault }: Pick<Context, 'vault'>, id: string): string[] {
  try {
    const credential = readCredential(vault, id)
    return credential === undefined ? [] : secretsOf(credential)
  } catch {
    return []
  }
}
