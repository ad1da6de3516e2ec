import type { Budget } from '../../preload/usage.ts'
import type { Database } from '../db/database.ts'
import { BerthError } from '../errors.ts'
import type { Log } from '../log/log.ts'
import { createBudgetRepo, type StoredBudget } from './budget-repo.ts'
import { costOf, type Prices } from './price.ts'
import { amountOf, createSpending, stateOf } from './spending.ts'
import type { UsageBook, UsageEntry } from './types.ts'
import { createUnderWay } from './under-way.ts'
import { createUsageRepo, type PricedEntry } from './usage-repo.ts'

export interface UsageDeps {
  readonly db: Database
  /** The catalog's prices; undefined where none are known. */
  readonly pricesOf: (providerId: string, modelId: string) => Prices | undefined
  readonly now: () => number
  readonly newId: () => string
  /** A budget came to 80 % or was used up, by a request or by being set. Told once for each in each period. */
  readonly onBudget: (budget: Budget) => void
  /** Something that a screen of usage shows has changed. Once a second at most, or for every 500 requests. */
  readonly onChange: () => void
  readonly log: Log
}

const FLUSH_MS = 1000
/** Entries that are written down before that second is over. */
const BATCH = 500
/** Entries that are kept while the disk does not take them; the oldest go first. */
const MOST_WAITING = 10_000
/** A timer does not run while the machine sleeps, so the end of a period is looked for more than once. */
const LOOK_MS = 600_000

const concerns = (budget: StoredBudget, projectId: string, accountId: string): boolean =>
  budget.targetId === (budget.scope === 'project' ? projectId : accountId)

/** What was used and is not on the disk yet. It gets there in batches, a second late at most. */
function createWaiting({ log, onChange }: UsageDeps, repo: ReturnType<typeof createUsageRepo>) {
  let waiting: PricedEntry[] = []
  let timer: NodeJS.Timeout | undefined
  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (waiting.length === 0) return
    try {
      repo.add(waiting)
      waiting = []
      onChange()
    } catch (error) {
      log.error({ err: error, entries: waiting.length }, 'usage could not be written down and is tried again')
      waiting = waiting.slice(-MOST_WAITING)
      timer = setTimeout(flush, 30 * FLUSH_MS).unref()
    }
  }
  return {
    flush,
    add(entry: PricedEntry): void {
      waiting.push(entry)
      if (waiting.length === BATCH) setImmediate(flush)
      timer ??= setTimeout(flush, FLUSH_MS).unref()
    },
    /** What the disk did not take. */
    all: (): readonly PricedEntry[] => waiting,
  }
}

/** Calls back when one of the periods ends that the budgets are for. */
function createPeriodWatch(now: () => number, onEnd: () => void) {
  let timer: NodeJS.Timeout | undefined
  function watch(ends: readonly number[]): void {
    clearTimeout(timer)
    if (ends.length === 0) return
    const next = Math.min(...ends)
    const look = () => (now() >= next ? onEnd() : watch(ends))
    timer = setTimeout(look, Math.max(1000, Math.min(next - now(), LOOK_MS))).unref()
  }
  return watch
}

/** The book of what was used, with the limits to it. */
export function createUsageBook(deps: UsageDeps): UsageBook {
  const { now } = deps
  const repo = createUsageRepo(deps.db)
  const budgetRepo = createBudgetRepo(deps.db)
  const waiting = createWaiting(deps, repo)
  const underWay = createUnderWay()
  let budgets = budgetRepo.list()

  const spending = createSpending(now, (budget, since) => {
    waiting.flush()
    const stored = repo.spent(budget.scope, budget.targetId, since)
    // What could not be written counts too.
    return waiting
      .all()
      .filter((one) => one.at >= since && concerns(budget, one.projectId, one.accountId))
      .map(amountOf)
      .reduce((sum, one) => ({ usd: sum.usd + one.usd, tokens: sum.tokens + one.tokens }), stored)
  })

  function shown(budget: StoredBudget): Budget {
    const sum = spending.of(budget)
    const spent = sum[budget.unit]
    return { ...budget, spent, state: stateOf(spent, budget.limit), endsAt: sum.until }
  }

  const watch = createPeriodWatch(now, () => {
    deps.onChange()
    changed()
  })
  /** All of them as they are now; their periods are watched from here on. */
  function changed(): Budget[] {
    const all = budgets.map(shown)
    watch(all.map(({ endsAt }) => endsAt))
    return all
  }
  changed()

  function count(budget: StoredBudget, entry: PricedEntry): void {
    const state = () => stateOf(spending.of(budget)[budget.unit], budget.limit)
    const before = state()
    spending.add(budget, entry)
    if (state() !== before) deps.onBudget(shown(budget))
  }

  return {
    record(entry: UsageEntry) {
      const priced = { ...entry, cost: costOf(entry.tokens, deps.pricesOf(entry.providerId, entry.modelId)) }
      underWay.learn(entry, amountOf(priced))
      // Counted before the entry waits, so that a sum made now does not have it twice.
      for (const budget of budgets)
        if (concerns(budget, entry.projectId, entry.accountId)) count(budget, priced)
      waiting.add(priced)
    },
    query(query) {
      waiting.flush()
      return repo.sums(query)
    },
    budgets: () => budgets.map(shown),
    setBudget(budget) {
      const old = budgets
      budgetRepo.save(deps.newId(), budget)
      budgets = budgetRepo.list()
      const all = changed()
      for (const one of all) {
        const same = old.some(({ id, limit }) => id === one.id && limit === one.limit)
        if (!same && one.state !== 'ok') deps.onBudget(one)
      }
      return all
    },
    removeBudget(id) {
      if (!budgetRepo.remove(id))
        throw new BerthError('not_found', 'There is no such budget. It may have been removed.')
      spending.forget(id)
      budgets = budgetRepo.list()
      return changed()
    },
    exhausted(projectId, accountId) {
      let nearly: StoredBudget | undefined
      for (const budget of budgets) {
        if (!concerns(budget, projectId, accountId)) continue
        const spent = spending.of(budget)[budget.unit]
        if (spent >= budget.limit) return { budget: shown(budget), isPassing: false }
        if (spent + underWay.of(budget.scope, budget.targetId)[budget.unit] >= budget.limit) nearly ??= budget
      }
      return nearly && { budget: shown(nearly), isPassing: true }
    },
    underWay: underWay.begin,
    flush: waiting.flush,
    close() {
      watch([])
      waiting.flush()
    },
  }
}
