import type { Budget } from '../../preload/usage.ts'
import type { StoredBudget } from './budget-repo.ts'
import { periodEnd, periodStart } from './period.ts'
import type { Amount } from './under-way.ts'
import type { PricedEntry } from './usage-repo.ts'

/** What was spent of a budget in the period that is now. */
interface Spending {
  usd: number
  tokens: number
  /** The period the numbers are for, its end left out. Milliseconds since the epoch. */
  readonly since: number
  readonly until: number
}

export const amountOf = ({ cost = 0, tokens }: PricedEntry): Amount => ({
  usd: cost,
  tokens: tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite,
})

/** Running sums for the budgets there are, so that no request waits for the database. */
export function createSpending(
  now: () => number,
  /** What the database and what is not in it yet come to. */
  spentSince: (budget: StoredBudget, since: number) => Amount,
) {
  const sums = new Map<string, Spending>()
  const of = (budget: StoredBudget): Readonly<Spending> => {
    const at = now()
    const known = sums.get(budget.id)
    if (known !== undefined && at >= known.since && at < known.until) return known
    const since = periodStart(budget.period, at)
    const fresh = { ...spentSince(budget, since), since, until: periodEnd(budget.period, at) }
    sums.set(budget.id, fresh)
    return fresh
  }
  return {
    of,
    add(budget: StoredBudget, entry: PricedEntry): void {
      const { since } = of(budget)
      const sum = sums.get(budget.id)
      if (sum === undefined || entry.at < since) return
      const { usd, tokens } = amountOf(entry)
      sum.usd += usd
      sum.tokens += tokens
    },
    forget: (id: string) => sums.delete(id),
  }
}

const WARN_SHARE = 0.8

export function stateOf(spent: number, limit: number): Budget['state'] {
  if (spent >= limit) return 'reached'
  return spent >= WARN_SHARE * limit ? 'warned' : 'ok'
}
