import type { Notice } from '../preload/shapes.ts'
import type { Budget } from '../preload/usage.ts'
import { nameOf } from './accounts/resolve.ts'
import type { Accounts } from './accounts/types.ts'
import { createPrices } from './catalog/prices.ts'
import type { Catalog } from './catalog/types.ts'
import type { Database } from './db/database.ts'
import { BerthError } from './errors.ts'
import type { Log } from './log/log.ts'
import type { Projects } from './projects/types.ts'
import type { Events } from './rpc/events.ts'
import type { UsageBook } from './usage/types.ts'
import { createUsageBook } from './usage/usage.ts'
import { budgetText } from './usage/words.ts'

export interface CountingDeps {
  readonly db: Database
  readonly catalog: Catalog
  readonly accounts: Pick<Accounts, 'find'>
  readonly projects: () => Pick<Projects, 'nameOf'>
  readonly events: Pick<Events, 'emit'>
  notify(notice: Omit<Notice, 'id'>): void
  readonly now: () => number
  readonly newId: () => string
  readonly log: Log
}

/** Undefined for a provider that left the catalog: what it used then has no price. */
function pricing(catalog: Catalog) {
  const prices = createPrices(catalog)
  return (providerId: string, modelId: string) => {
    try {
      return prices(catalog.provider(providerId), modelId)
    } catch (error) {
      if (error instanceof BerthError && error.code === 'unknown_provider') return undefined
      throw error
    }
  }
}

/** The book of usage with the catalog's prices. Budgets are told of as notices, and what changes as events. */
export function createCounting(
  deps: CountingDeps,
): UsageBook & { forget(scope: Budget['scope'], id: string): void } {
  const { accounts, projects, events } = deps
  const tellBudgets = (payload: Budget[]): Budget[] => {
    events.emit({ name: 'budgets.changed', payload })
    return payload
  }
  const nameOfTarget = ({ scope, targetId }: Budget): string => {
    if (scope === 'project') return projects().nameOf(targetId) ?? targetId
    const account = accounts.find(targetId)
    return account === undefined ? targetId : nameOf(account)
  }
  const book = createUsageBook({
    ...deps,
    pricesOf: pricing(deps.catalog),
    onBudget(budget) {
      deps.notify({
        level: budget.state === 'reached' ? 'error' : 'warning',
        text: budgetText(budget, nameOfTarget(budget)),
        budgetId: budget.id,
        ...(budget.scope === 'project' ? { projectId: budget.targetId } : {}),
      })
      tellBudgets(book.budgets())
    },
    onChange() {
      events.emit({ name: 'usage.changed', payload: {} })
      const budgets = book.budgets()
      if (budgets.length > 0) tellBudgets(budgets)
    },
  })
  const removeBudget = (id: string): Budget[] => tellBudgets(book.removeBudget(id))
  return {
    ...book,
    setBudget: (budget) => tellBudgets(book.setBudget(budget)),
    removeBudget,
    /** The project or account is gone, and with it the limits set on it. What it used stays in the book. */
    forget(scope, id) {
      for (const budget of book.budgets())
        if (budget.scope === scope && budget.targetId === id) removeBudget(budget.id)
    },
  }
}
