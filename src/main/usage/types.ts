import type { Tokens } from '../../preload/tokens.ts'
import type { Budget, UsageQuery, UsageRow } from '../../preload/usage.ts'
import type { Asked } from './under-way.ts'

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

/** A budget that lets no further request through. */
export interface Exhausted {
  readonly budget: Budget
  /** It is not used up, but requests under way will probably see to that: when they have used less, there is room again. */
  readonly isPassing: boolean
}

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
  /** Why this project's next request may not go out with this account; asked for each request, so it reads memory only. */
  exhausted(projectId: string, accountId: string): Exhausted | undefined
  /**
   * A request goes out. Until what is answered with is called, budgets take into account what it will probably use: the mean
   * of the last ones of its project and model, nothing while none is known.
   */
  underWay(asked: Asked): () => void
  /** Writes what is still in memory. */
  flush(): void
  close(): void
}
