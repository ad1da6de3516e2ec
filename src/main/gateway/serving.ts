import { remember } from '../remember.ts'
import type { Counted, ServeDeps } from './course.ts'
import type { Exchange } from './exchange.ts'
import { fillIn, fromError } from './passes.ts'
import { familyOf } from './pool/family.ts'
import type { Pools } from './pool/types.ts'
import { quotaWindows } from './quota.ts'
import type { Reports } from './reports.ts'
import type { GatewayDeps } from './types.ts'
import type { Upstream } from './upstream.ts'

/** Models whose family is remembered. */
const MOST_MODELS = 200
/** Seconds until a budget may have room again that requests under way hold the rest of. */
const BUDGET_RETRY = 5
/** Seconds until the vendor is asked to renew a login again. */
const RENEWAL_RETRY = 30

function countedOf({ projectId, models, record }: Exchange, end: Counted, now: number) {
  const { firstByteMs } = record.route
  const at = end.at ?? record.route.at
  return {
    at,
    projectId,
    account: end.account,
    modelId: models[0] ?? '',
    status: end.status,
    attempts: end.attempts,
    tokens: end.meter?.tokens(),
    firstByteMs,
    durationMs: now - at,
  }
}

/** Tells of an account that took over once, until the usual one is back or another takes over. */
function createSwitchTeller(deps: GatewayDeps): ServeDeps['switched'] {
  const told = new Map<string, string>()
  return (projectId, choice, { account, reason, takesOver }) => {
    const key = `${projectId}\0${account.providerId}`
    if (account.id === choice.active) told.delete(key)
    if (!takesOver || told.get(key) === account.id) return
    told.set(key, account.id)
    const usual = choice.accounts.find(({ id }) => id === choice.active)
    if (usual !== undefined) deps.switched(projectId, usual, account, reason)
  }
}

/** What serving a request needs, from what the rest of Berth gives the gateway. */
export function createServing(parts: {
  readonly deps: GatewayDeps
  readonly pools: Pools
  readonly upstream: Upstream
  readonly reports: Reports
  readonly now: () => number
}): ServeDeps {
  const { deps, pools, upstream, reports, now } = parts
  const families = remember(MOST_MODELS, familyOf)
  return {
    pools,
    upstream,
    reports,
    now,
    options: () => deps.poolOptions(),
    choose({ projectId, models }, providerId) {
      try {
        return deps.choose(projectId, providerId, models)
      } catch (error) {
        return fromError(error)
      }
    },
    providerName: (providerId) => deps.providerName(providerId),
    familyOf: (model = '') => families(model),
    fillIn: (exchange, account) => fillIn(exchange, account, deps),
    forbids({ projectId }, account) {
      const found = deps.overBudget(projectId, account.id)
      if (found === undefined) return undefined
      const { message, isPassing } = found
      // OpenCode asks again by itself after a 429, and stops at a 403.
      return isPassing
        ? { status: 429, code: 'budget_reached', message, retryAfter: BUDGET_RETRY }
        : { status: 403, code: 'budget_reached', message }
    },
    underWay: ({ projectId, models }, account) => deps.underWay(projectId, account, models[0] ?? ''),
    canRefresh: (account) => deps.canRefresh(account),
    async refresh({ id }) {
      const problem = await deps.refresh(id)
      if (problem === undefined) return undefined
      const { message, isPassing } = problem
      // OpenCode asks again by itself after a 503, and stops at a 401.
      return isPassing
        ? { status: 503, code: 'provider_unreachable', message, retryAfter: RENEWAL_RETRY }
        : { status: 401, code: 'no_credential', message }
    },
    vouched: ({ id }) => deps.vouched(id),
    retire({ projectId }, account, failure) {
      const name = deps.providerName(account.providerId)
      const said = failure.said === '' ? '' : ` It said: ${failure.said}`
      const message = `${name} refused ${account.label} twice.${said}`
      deps.retire(account.id, message, projectId)
    },
    answered(account, headers) {
      const windows = quotaWindows(headers, now())
      if (windows.length > 0) deps.quota(account.id, windows)
    },
    count: (exchange, end) => deps.count(countedOf(exchange, end, now())),
    switched: createSwitchTeller(deps),
  }
}
