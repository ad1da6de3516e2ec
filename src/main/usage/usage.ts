import type { Budget } from '../../preload/usage.ts'
import type { Database } from '../db/database.ts'
import { BerthError } from '../errors.ts'
import type { Log } from '../log/log.ts'
import { createBudgetRepo, type StoredBudget } from './budget-repo.ts'
import { periodEnd, periodStart } from './period.ts'
import { costOf, type Prices } from './price.ts'
import type { UsageBook, UsageEntry } from './types.ts'
import { createUsageRepo, type PricedEntry } from './usage-repo.ts'

export interface UsageDeps {
  readonly db: Database
  /** The catalog's prices; undefined where none are known. */
  readonly pricesOf: (providerId: string, modelId: string) => Prices | undefined
  readonly now: () => number
  readonly newId: () => string
  /** A budget came to 80 % or was used up. Told once for each in each period. */
  readonly onBudget: (budget: Budget) => void
  /** Something that a screen of usage shows has changed. At most once a second. */
  readonly onChange: () => void
  readonly log: Log
}

const FLUSH_MS = 1000
const WARN_SHARE = 0.8
/** Entries that are kept while the disk does not take them; the oldest go first. */
const MOST_WAITING = 10_000

interface Spending {
  usd: number
  tokens: number
  /** The start of the period the numbers are for. */
  readonly since: number
}

const tokensOf = ({ tokens }: UsageEntry): number =>
  tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite

/** Running sums for the budgets there are, so that no request waits for the database. */
function createTotals(
  deps: Pick<UsageDeps, 'now'>,
  spentSince: (budget: StoredBudget, since: number) => Spending,
) {
  const sums = new Map<string, Spending>()
  const of = (budget: StoredBudget): Spending => {
    const since = periodStart(budget.period, deps.now())
    const known = sums.get(budget.id)
    if (known?.since === since) return known
    const fresh = spentSince(budget, since)
    sums.set(budget.id, fresh)
    return fresh
  }
  return {
    of,
    add(budget: StoredBudget, entry: PricedEntry): void {
      const sum = of(budget)
      if (entry.at < sum.since) return
      sum.usd += entry.cost ?? 0
      sum.tokens += tokensOf(entry)
    },
    forget: (id: string) => sums.delete(id),
  }
}

const concerns = (budget: StoredBudget, projectId: string, accountId: string): boolean =>
  budget.targetId === (budget.scope === 'project' ? projectId : accountId)

/** The book of what was used. Entries reach the disk in batches: one transaction a second at most. */
export function createUsageBook(deps: UsageDeps): UsageBook {
  const { now, log } = deps
  const repo = createUsageRepo(deps.db)
  const budgetRepo = createBudgetRepo(deps.db)
  let budgets = budgetRepo.list()
  let waiting: PricedEntry[] = []
  let timer: NodeJS.Timeout | undefined
  /** `id:period start:state`, so that each is told once. */
  const told = new Set<string>()

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (waiting.length === 0) return
    try {
      repo.add(waiting)
      waiting = []
      deps.onChange()
    } catch (error) {
      log.error({ err: error, entries: waiting.length }, 'usage could not be written down and is tried again')
      waiting = waiting.slice(-MOST_WAITING)
      timer = setTimeout(flush, 30 * FLUSH_MS).unref()
    }
  }

  const totals = createTotals(deps, (budget, since) => {
    flush()
    const stored = repo.spent(budget.scope, budget.targetId, since)
    // What could not be written counts too.
    const unwritten = waiting.filter(
      (one) => one.at >= since && concerns(budget, one.projectId, one.accountId),
    )
    return {
      since,
      usd: unwritten.reduce((sum, one) => sum + (one.cost ?? 0), stored.usd),
      tokens: unwritten.reduce((sum, one) => sum + tokensOf(one), stored.tokens),
    }
  })

  function shown(budget: StoredBudget): Budget {
    const spent = totals.of(budget)[budget.unit]
    const state = spent >= budget.limit ? 'reached' : spent >= WARN_SHARE * budget.limit ? 'warned' : 'ok'
    return { ...budget, spent, state, endsAt: periodEnd(budget.period, now()) }
  }

  function tell(budget: Budget): void {
    if (budget.state === 'ok') return
    const key = `${budget.id}:${budget.endsAt}:${budget.limit}:${budget.state}`
    if (told.has(key)) return
    told.add(key)
    deps.onBudget(budget)
  }

  function record(entry: UsageEntry): void {
    const priced = { ...entry, cost: costOf(entry.tokens, deps.pricesOf(entry.providerId, entry.modelId)) }
    const touched = budgets.filter((one) => concerns(one, entry.projectId, entry.accountId))
    // Asked before the entry waits, so that a sum made now does not have it twice.
    for (const budget of touched) totals.add(budget, priced)
    waiting.push(priced)
    timer ??= setTimeout(flush, FLUSH_MS).unref()
    for (const budget of touched) tell(shown(budget))
  }

  return {
    record,
    query(query) {
      flush()
      return repo.sums(query)
    },
    budgets: () => budgets.map(shown),
    setBudget(budget) {
      budgetRepo.save(deps.newId(), budget)
      budgets = budgetRepo.list()
      return budgets.map(shown)
    },
    removeBudget(id) {
      if (!budgetRepo.remove(id))
        throw new BerthError('not_found', 'There is no such budget. It may have been removed.')
      totals.forget(id)
      budgets = budgetRepo.list()
      return budgets.map(shown)
    },
    exhausted: (projectId, accountId) =>
      budgets
        .filter((one) => concerns(one, projectId, accountId))
        .map(shown)
        .find(({ state }) => state === 'reached'),
    flush,
    close: flush,
  }
}
