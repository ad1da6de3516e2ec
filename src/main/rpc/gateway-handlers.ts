import type { Handlers } from './dispatch.ts'
import type { Services } from './services.ts'
import { usageCsv } from './usage-csv.ts'

/** Pools, what was used, and budgets. */
export function gatewayHandlers({ pools, poolNumbers, usage, accounts, catalog, projects }: Services) {
  return {
    'pools.list': () => pools.list(),
    'pools.update': ({ providerId, ...change }) => {
      // Throws for a provider that is not there.
      catalog.provider(providerId)
      const { strategy, rotate } = change
      return pools.update(providerId, {
        ...(strategy === undefined ? {} : { strategy }),
        ...(rotate === undefined ? {} : { rotate }),
      })
    },
    'pools.reset': ({ accountId, family }) => pools.reset(accountId, family),
    'pools.numbers': () => poolNumbers.list(),
    'pools.setNumbers': ({ numbers }) => poolNumbers.set(numbers),
    'usage.query': (query) => usage.query(query),
    'usage.export': (query) => ({
      name: `berth-usage-${new Date().toLocaleDateString('sv-SE')}.csv`,
      text: usageCsv(usage.query(query)),
    }),
    'budgets.list': () => usage.budgets(),
    'budgets.set': (budget) => {
      // Throws for what is not there.
      if (budget.scope === 'project') projects.get(budget.targetId)
      else accounts.get(budget.targetId)
      return usage.setBudget(budget)
    },
    'budgets.remove': ({ id }) => usage.removeBudget(id),
  } satisfies Partial<Handlers>
}
