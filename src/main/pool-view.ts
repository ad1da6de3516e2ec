import type { Account } from '../preload/accounts.ts'
import type { Pool } from '../preload/pools.ts'
import type { QuotaStore } from './accounts/quota-repo.ts'
import type { Accounts } from './accounts/types.ts'
import type { Gateway } from './gateway/types.ts'
import type { PoolBook } from './rpc/services.ts'

export interface PoolViewDeps {
  readonly accounts: Pick<Accounts, 'list' | 'of' | 'get' | 'find' | 'pool' | 'setPool'>
  /** The gateway's; made later. */
  readonly pools: () => Gateway['pools']
  readonly quotas: Pick<QuotaStore, 'of' | 'told'>
  /** Whether a provider's vendor can be asked what is left. */
  asks(providerId: string): boolean
  /** A pool is not as it was. */
  onChange(pool: Pool): void
  /** An account is gone. */
  onGone(accountId: string): void
}

/** The pools as a screen shows them: the accounts' order, the gateway's standings and the vendors' windows together. */
export interface PoolView extends PoolBook {
  /** How an account does has changed. Told soon, for it changes with every request. */
  changed(accountId: string): void
  /** Accounts came, went, or changed their order. */
  accountsChanged(all: readonly Account[]): void
  close(): void
}

const SETTLE_MS = 250

/** The accounts of each provider in order, as a text that is another one when they are. */
function arrangement(all: readonly Account[]): Map<string, string> {
  const orders = new Map<string, string>()
  for (const { providerId, id } of all) orders.set(providerId, `${orders.get(providerId) ?? ''} ${id}`)
  return orders
}

export function createPoolView(deps: PoolViewDeps): PoolView {
  const { accounts, quotas } = deps
  const touched = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let orders = arrangement(accounts.list())
  let ids = new Set(accounts.list().map(({ id }) => id))

  const of = (providerId: string): Pool => ({
    providerId,
    ...accounts.pool(providerId),
    asks: deps.asks(providerId),
    accounts: accounts.of(providerId).map(({ id }) => ({
      accountId: id,
      standings: deps.pools().standings(id),
      quota: quotas.of(id),
    })),
  })
  const tell = (providerId: string): Pool => {
    const pool = of(providerId)
    deps.onChange(pool)
    return pool
  }
  function tellTouched(): void {
    timer = undefined
    const providers = new Set([...touched].flatMap((id) => accounts.find(id)?.providerId ?? []))
    touched.clear()
    for (const providerId of providers) tell(providerId)
  }

  function changed(accountId: string): void {
    touched.add(accountId)
    timer ??= setTimeout(tellTouched, SETTLE_MS).unref()
  }

  return {
    list: () => [...new Set(accounts.list().map(({ providerId }) => providerId))].map(of),
    update(providerId, change) {
      accounts.setPool(providerId, change)
      return tell(providerId)
    },
    reset(accountId, family) {
      const { providerId } = accounts.get(accountId)
      deps.pools().reset(accountId, family)
      return tell(providerId)
    },
    changed,
    windows: quotas.of,
    heard(accountId, windows, whole) {
      quotas.told(accountId, windows, whole)
      changed(accountId)
    },
    accountsChanged(all) {
      const now = new Set(all.map(({ id }) => id))
      for (const id of ids) if (!now.has(id)) deps.onGone(id)
      ids = now
      const next = arrangement(all)
      const changed = new Set([...orders.keys(), ...next.keys()])
      for (const providerId of changed) if (orders.get(providerId) !== next.get(providerId)) tell(providerId)
      orders = next
    },
    close: () => clearTimeout(timer),
  }
}
