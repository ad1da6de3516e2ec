import type { MethodName } from '../../../src/preload/contract.ts'
import type { Pool } from '../../../src/preload/pools.ts'
import type { Handlers, TwinCore } from './twin.ts'
import { createNumberHandlers } from './twin-numbers.ts'
import { usageDays, usageRows } from './usage-samples.ts'

type Of<Prefix extends string> = Extract<MethodName, `${Prefix}.${string}`>

export function createGatewayHandlers(
  core: TwinCore,
): Pick<Handlers, Of<'pools'> | Of<'usage'> | Of<'budgets'> | Of<'egress'>> {
  return { ...pooling(core), ...counting(core), ...budgeting(core), ...egress(core) }
}

/** A pool for every provider that has accounts, with every account of it, in order. */
function poolOf({ world, fail }: TwinCore, providerId: string): Pool {
  const known = world.pools.find((one) => one.providerId === providerId)
  const ids = world.accounts.filter((one) => one.providerId === providerId).map(({ id }) => id)
  if (ids.length === 0) fail('not_found', 'This provider has no account.')
  return {
    strategy: 'sticky',
    rotate: false,
    ...known,
    providerId,
    accounts: ids.map(
      (accountId) =>
        known?.accounts.find((one) => one.accountId === accountId) ?? { accountId, standings: [], quota: [] },
    ),
  }
}

function pooling(core: TwinCore): Pick<Handlers, Of<'pools'>> {
  const { world } = core
  const put = (pool: Pool) => {
    world.pools = [...world.pools.filter((one) => one.providerId !== pool.providerId), pool]
    core.emit({ name: 'pool.changed', payload: pool })
    return pool
  }
  return {
    ...createNumberHandlers(core),
    'pools.list': () =>
      [...new Set(world.accounts.map(({ providerId }) => providerId))].map((id) => poolOf(core, id)),
    'pools.update': ({ providerId, strategy, rotate }) => {
      const before = poolOf(core, providerId)
      return put({ ...before, strategy: strategy ?? before.strategy, rotate: rotate ?? before.rotate })
    },
    'pools.reset': ({ accountId, family }) => {
      const account = world.accounts.find((one) => one.id === accountId)
      const pool = poolOf(core, account?.providerId ?? '')
      return put({
        ...pool,
        accounts: pool.accounts.map((one) =>
          one.accountId !== accountId
            ? one
            : {
                ...one,
                standings: one.standings.map(({ cooling, ...rest }) =>
                  cooling === undefined || (family !== undefined && rest.family !== family)
                    ? { ...rest, ...(cooling === undefined ? {} : { cooling }) }
                    : rest,
                ),
              },
        ),
      })
    },
  }
}

function counting({ world }: TwinCore): Pick<Handlers, Of<'usage'>> {
  const days = world.projects.length === 0 ? [] : usageDays(Date.now())
  return {
    'usage.query': (query) => usageRows(days, query),
    'usage.export': (query) => ({
      name: `berth-usage-${query.dimension}.csv`,
      text: [
        'key,requests,cost',
        ...usageRows(days, query).map((row) => `${row.key},${row.requests},${row.cost ?? ''}`),
      ].join('\r\n'),
    }),
  }
}

function budgeting({ world, emit }: TwinCore): Pick<Handlers, Of<'budgets'>> {
  const put = (budgets: typeof world.budgets) => {
    world.budgets = budgets
    emit({ name: 'budgets.changed', payload: budgets })
    return budgets
  }
  return {
    'budgets.list': () => world.budgets,
    'budgets.set': (input) => {
      const same = world.budgets.find(
        (one) =>
          one.scope === input.scope &&
          one.targetId === input.targetId &&
          one.period === input.period &&
          one.unit === input.unit,
      )
      const spent = same?.spent ?? (input.unit === 'usd' ? 1.2 : 310_000)
      const share = spent / input.limit
      const made = {
        ...input,
        id: same?.id ?? `b${world.budgets.length + 1}`,
        spent,
        state: share >= 1 ? ('reached' as const) : share >= 0.8 ? ('warned' as const) : ('ok' as const),
        endsAt: same?.endsAt ?? Date.now() + 9 * 3_600_000,
      }
      return put(
        same === undefined
          ? [...world.budgets, made]
          : world.budgets.map((one) => (one.id === same.id ? made : one)),
      )
    },
    'budgets.remove': ({ id }) => put(world.budgets.filter((one) => one.id !== id)),
  }
}

function egress({ world, emit, fail }: TwinCore): Pick<Handlers, Of<'egress'>> {
  const told = () => {
    for (const projectId of Object.keys(world.destinations))
      emit({ name: 'egress.changed', payload: { projectId } })
    return world.rules
  }
  const list = (host: string, listed: boolean) => {
    world.destinations = Object.fromEntries(
      Object.entries(world.destinations).map(([id, all]) => [
        id,
        all.map((one) => (one.host === host ? { ...one, listed } : one)),
      ]),
    )
  }
  return {
    'egress.rules': () => world.rules,
    'egress.allow': ({ host, purpose }) => {
      if (!/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?$/.test(host))
        fail('bad_request', `${host} is no host name. Write it like example.com, or *.example.com.`)
      world.rules = [...world.rules.filter((rule) => rule.host !== host), { host, purpose, own: true }]
      list(host, true)
      return told()
    },
    'egress.disallow': ({ host }) => {
      world.rules = world.rules.filter((rule) => rule.host !== host)
      list(host, false)
      return told()
    },
    'egress.destinations': ({ projectId }) => world.destinations[projectId] ?? [],
  }
}
