import type { Account } from '../preload/accounts.ts'
import { createQuotaStore } from './accounts/quota-repo.ts'
import type { Accounts } from './accounts/types.ts'
import type { AuditTrail } from './audit/types.ts'
import { asksQuota } from './connection/quota.ts'
import type { ConnectionChecks } from './connection/types.ts'
import { type CountingDeps, createCounting } from './counting.ts'
import { createStandingStore } from './gateway/pool/standing-repo.ts'
import type { Gateway } from './gateway/types.ts'
import type { Given } from './gateway-deps.ts'
import { createLoginRenewal } from './login-renewal.ts'
import type { Renew } from './oauth/renewals.ts'
import { createPoolNumbers, type PoolNumbers } from './pool-options.ts'
import { createPoolView, type PoolView } from './pool-view.ts'
import { createRetiring } from './retiring.ts'
import { createRouteNews } from './route-news.ts'
import type { SettingsStore } from './settings/settings.ts'
import { createSwitches } from './switches.ts'
import type { UsageBook } from './usage/types.ts'

export interface TrafficDeps extends CountingDeps {
  readonly accounts: Accounts
  readonly audit: Pick<AuditTrail, 'record'>
  readonly settings: SettingsStore
  /** It is made with what this gives it. */
  readonly gateway: () => Gateway
  readonly checks: () => ConnectionChecks
}

/** What is kept of the traffic through the gateway: how accounts do, what was used, and who is told of that. */
export interface Traffic {
  /** For the gateway. */
  readonly given: Given
  readonly usage: UsageBook
  readonly pools: PoolView
  readonly poolNumbers: PoolNumbers
  readonly renewLogin: Renew
  /** An account was given another chance. */
  renewed(account: Account): void
  /** Another credential is in the place of the account's own. */
  replaced(accountId: string): void
  projectGone(projectId: string): void
  /** Writes what is still in memory. */
  close(): void
}

/** Throws `bad_request` for settings of pools that do not fit together. */
export function createTraffic(deps: TrafficDeps): Traffic {
  const { db, log, now, accounts, events, settings, catalog } = deps
  const poolNumbers = createPoolNumbers(settings, (payload) =>
    events.emit({ name: 'poolNumbers.changed', payload }),
  )
  const standings = createStandingStore(db, log)
  const routes = createRouteNews((payload) => events.emit({ name: 'routes.changed', payload }))
  const quotas = createQuotaStore(db, log, now)
  const usage = createCounting(deps)
  const renewLogin = createLoginRenewal(deps)
  const gatewayPools = () => deps.gateway().pools
  const switches = createSwitches({
    accountsOf: accounts.of,
    standings: (accountId) => gatewayPools().standings(accountId),
    providerName: (providerId) => catalog.provider(providerId).name,
    muted: () => settings.get().muteSwitches,
    notify: deps.notify,
    now,
  })
  const pools = createPoolView({
    accounts,
    pools: gatewayPools,
    quotas,
    asks: (providerId) => asksQuota(catalog, providerId),
    onChange(payload) {
      events.emit({ name: 'pool.changed', payload })
      switches.look(payload)
    },
    onGone(accountId) {
      gatewayPools().forget(accountId)
      quotas.forget(accountId)
      usage.forget('account', accountId)
    },
  })
  return {
    usage,
    pools,
    poolNumbers,
    renewLogin,
    given: {
      usage,
      standings,
      onRoute: routes.changed,
      standingChanged: pools.changed,
      poolOptions: poolNumbers.options,
      switched: (_, from, to) => switches.took(from, to),
      quota: pools.heard,
      served: switches.served,
      ...createRetiring(deps),
      canRefresh: ({ renewable }) => renewable === true,
      refresh: renewLogin,
    },
    renewed({ id, providerId, active }) {
      gatewayPools().reset(id)
      if (active) gatewayPools().forgetSessions(providerId)
    },
    replaced(accountId) {
      quotas.forget(accountId)
      pools.changed(accountId)
    },
    projectGone: (projectId) => usage.forget('project', projectId),
    close() {
      routes.close()
      switches.close()
      pools.close()
      standings.flush()
      quotas.flush()
      usage.close()
    },
  }
}
