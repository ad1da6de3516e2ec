import { z } from 'zod'
import { accountId, projectId } from './shapes.ts'
import { tokens } from './tokens.ts'

/** What requests used. Tokens are counted by the vendor; cost is US dollars by the catalog's prices. */

export const usageDimension = z.enum(['day', 'project', 'account', 'model', 'provider'])
export type UsageDimension = z.infer<typeof usageDimension>

/** Sums over the requests of one key, or of one pair of keys. */
export const usageRow = z.object({
  /** A local date `2026-11-20`, or an id; a model is `provider/model`. */
  key: z.string(),
  /** What it is called, or was when it was last used. */
  label: z.string(),
  /** The second dimension, where one was asked for. */
  by: z.string().optional(),
  byLabel: z.string().optional(),
  requests: z.number().int(),
  /** Tries beyond the first. */
  retries: z.number().int(),
  failed: z.number().int(),
  tokens,
  /** Absent when no price is known for any of it. */
  cost: z.number().optional(),
  /** Requests whose price is not known; they are not in `cost`. */
  unpriced: z.number().int(),
  /** Means in milliseconds. */
  firstByteMs: z.number().optional(),
  durationMs: z.number().optional(),
})
export type UsageRow = z.infer<typeof usageRow>

export const usageQuery = z
  .object({
    from: z.number(),
    to: z.number(),
    dimension: usageDimension,
    /** Splits each key by a second dimension, for stacked bars. */
    by: usageDimension.optional(),
    projectId: projectId.optional(),
    accountId: accountId.optional(),
  })
  .strict()
export type UsageQuery = z.infer<typeof usageQuery>

/** A limit the user sets. At 80 % Berth warns, at 100 % requests are refused until it is raised or the period ends. */
export const budget = z.object({
  id: z.string(),
  scope: z.enum(['project', 'account']),
  /** The project's or account's id. */
  targetId: z.string(),
  period: z.enum(['day', 'month']),
  unit: z.enum(['usd', 'tokens']),
  limit: z.number().positive(),
  spent: z.number(),
  state: z.enum(['ok', 'warned', 'reached']),
  /** When the period ends, by this machine's time zone. */
  endsAt: z.number(),
})
export type Budget = z.infer<typeof budget>
