import { z } from 'zod'
import { accountId, providerId } from './shapes.ts'

/** How the accounts of a provider share its requests, and how each is doing. Times are milliseconds since the epoch. */

export const strategy = z.enum(['sticky', 'round-robin', 'hybrid'])
export type Strategy = z.infer<typeof strategy>

/** Why an account is left alone for a while. */
export const coolingKind = z.enum(['quota', 'rate', 'auth', 'forbidden'])
export type CoolingKind = z.infer<typeof coolingKind>

export const cooling = z.object({
  kind: coolingKind,
  since: z.number(),
  until: z.number(),
  /** The vendor's words, one line; may be empty. */
  said: z.string(),
})
export type Cooling = z.infer<typeof cooling>

/** How an account does with one family of models. */
export const standing = z.object({
  /** Such as `claude-sonnet`; empty for models that are not known. */
  family: z.string(),
  /** 0 to 100. */
  health: z.number(),
  tokens: z.number(),
  cooling: cooling.optional(),
})
export type Standing = z.infer<typeof standing>

/** One of a vendor's own windows, as it told it. They are shown apart and never added up. */
export const quotaWindow = z.object({
  /** As the vendor calls it: `requests`, `input-tokens`, `5h`. */
  name: z.string(),
  limit: z.number().optional(),
  remaining: z.number().optional(),
  /** 0 to 100, where the vendor tells a share only. */
  usedPercent: z.number().optional(),
  resetsAt: z.number().optional(),
  /** When the vendor told it. */
  at: z.number(),
})
export type QuotaWindow = z.infer<typeof quotaWindow>

export const pool = z.object({
  providerId,
  strategy,
  /** Whether another account takes over when one is limited. Off until the user turns it on: the vendor's terms apply. */
  rotate: z.boolean(),
  /** In the pool's order. */
  accounts: z.array(z.object({ accountId, standings: z.array(standing), quota: z.array(quotaWindow) })),
})
export type Pool = z.infer<typeof pool>
