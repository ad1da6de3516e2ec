import type { Account } from '../../../../preload/accounts.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { accountsOf } from './account-names.ts'

export interface Card {
  readonly provider: Provider
  readonly accounts: readonly Account[]
  /** The provider left the catalog; its accounts are kept. */
  readonly gone: boolean
}

/** Providers with an account, also those that left the catalog, and the user's own ones even without. */
export function cardsOf(providers: readonly Provider[], accounts: readonly Account[]): Card[] {
  const ids = new Set(accounts.map((account) => account.providerId))
  const known = providers
    .filter((provider) => ids.has(provider.id) || provider.custom)
    .map((provider) => ({ provider, accounts: accountsOf(accounts, provider.id), gone: false }))
  const inCatalog = new Set(providers.map((provider) => provider.id))
  const gone = [...ids]
    .filter((id) => !inCatalog.has(id))
    .map((id) => ({ provider: unknownProvider(id), accounts: accountsOf(accounts, id), gone: true }))
  return [...known, ...gone].toSorted((a, b) => a.provider.name.localeCompare(b.provider.name))
}

/** What stands for a provider of which only its id is known. */
export function unknownProvider(id: string): Provider {
  return {
    id,
    name: id,
    rank: Number.MAX_SAFE_INTEGER,
    env: [],
    methods: [],
    fields: [],
    modelCount: 0,
    custom: false,
  }
}
