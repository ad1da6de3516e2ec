import type { Tokens } from '../../preload/tokens.ts'
import type { Budget, UsageQuery, UsageRow } from '../../preload/usage.ts'

/** One request that reached a vendor. */
export interface UsageEntry {
  /** When it began. */
  readonly at: number
  readonly projectId: string
  readonly projectName: string
  readonly providerId: string
  readonly accountId: string
  readonly accountLabel: string
  /** Empty when it is not known. */
  readonly modelId: string
  readonly status: number | undefined
  /** How often it was sent, over all accounts. */
  readonly attempts: number
  readonly tokens: Tokens
  readonly firstByteMs: number | undefined
  readonly durationMs: number
}

export type NewBudget = Pick<Budget, 'scope' | 'targetId' | 'period' | 'unit' | 'limit'>

/** What was used, and the limits set on that. */
export interface UsageBook {
  /** Kept in memory at once, so that budgets know of it; on the disk within a second. */
  record(entry: UsageEntry): void
  /** Largest cost first, days in their order. */
  query(query: UsageQuery): UsageRow[]
  budgets(): Budget[]
  /** In the place of one of the same scope, target, period and unit. */
  setBudget(budget: NewBudget): Budget[]
  /** Throws `not_found`. */
  removeBudget(id: string): Budget[]
  /** The first budget that is used up for this project or account. */
  exhausted(projectId: string, accountId: string): Budget | undefined
  /** Writes what is still in memory. */
  flush(): void
  close(): void
}
