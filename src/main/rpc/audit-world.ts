import type { Account, Pin } from '../../preload/accounts.ts'
import type { AuditEntry } from '../../preload/audit.ts'
import type { PoolNumberName } from '../../preload/pool-numbers.ts'
import type { Pool } from '../../preload/pools.ts'
import type { Project } from '../../preload/shapes.ts'
import type { UserSettings } from '../../preload/system.ts'
import type { Budget } from '../../preload/usage.ts'
import type { VaultStatus } from '../../preload/vault.ts'
import { nameOf } from '../accounts/resolve.ts'
import { userSettingsOf } from '../settings/user-settings.ts'
import type { Services } from './services.ts'

/** What an audit entry may have to name, as it was at one moment. What is removed by a call is still in the one before. */
export interface World {
  readonly accounts: readonly Account[]
  readonly pins: readonly Pin[]
  readonly projects: readonly Project[]
  /** Names of custom providers by their ids. */
  readonly custom: ReadonlyMap<string, string>
  readonly settings: UserSettings
  /** The numbers pools judge by, as text. */
  readonly poolNumbers: ReadonlyMap<PoolNumberName, string>
  /** How accounts share requests, by provider. */
  readonly pools: ReadonlyMap<string, Pick<Pool, 'strategy' | 'rotate'>>
  readonly budgets: readonly Budget[]
  readonly vault: VaultStatus
}

export function worldNow(services: Services): World {
  const { accounts, projects, catalog, settings, vault, usage, poolNumbers } = services
  const all = accounts.list()
  return {
    accounts: all,
    pins: accounts.pins(),
    projects: projects.list(),
    custom: new Map(catalog.custom().map(({ id, name }) => [id, name])),
    settings: userSettingsOf(settings.get()),
    pools: new Map(all.map(({ providerId }) => [providerId, accounts.pool(providerId)])),
    poolNumbers: new Map(poolNumbers.list().map(({ name, value }) => [name, String(value)])),
    budgets: usage.budgets(),
    vault: vault.status(),
  }
}

/** An entry without what is the same for every act of a call. */
export type Act = Omit<AuditEntry, 'id' | 'at' | 'surface'>

/** The account as an entry names it. */
export function ofAccount(account: Pick<Account, 'id' | 'providerId' | 'namespace' | 'label'>) {
  return { providerId: account.providerId, accountId: account.id, accountLabel: nameOf(account) }
}

/** The same for one that is known by its id. */
export function accountIn({ accounts }: World, id: string) {
  const found = accounts.find((one) => one.id === id)
  return found === undefined ? { accountId: id } : ofAccount(found)
}

export function ofProject({ id, name }: Pick<Project, 'id' | 'name'>) {
  return { projectId: id, projectName: name }
}

export function projectIn({ projects }: World, id: string) {
  const found = projects.find((one) => one.id === id)
  return found === undefined ? { projectId: id } : ofProject(found)
}

/** The names of what differs, sorted. */
export function changedNames(before: object, after: object): string {
  const [one, other] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  const names = new Set([...one.keys(), ...other.keys()])
  return [...names]
    .filter((name) => one.get(name) !== other.get(name))
    .sort()
    .join(', ')
}
