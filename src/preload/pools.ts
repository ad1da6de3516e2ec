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
  /** As the vendor calls it: `requests`, `input-tokens`, `5h`; `balance` and the like where it was asked. */
  name: z.string(),
  /** What the amounts are in: a currency by its three letters (`USD`), or a word (`points`). Absent where the name says it. */
  unit: z.string().optional(),
  limit: z.number().optional(),
  /** Below 0 where money is owed. */
  remaining: z.number().optional(),
  /** Where the vendor tells only how much was used, for there is no limit. */
  used: z.number().optional(),
  /** 0 to 100, where the vendor tells a share only. */
  usedPercent: z.number().optional(),
  resetsAt: z.number().optional(),
  /** True when the vendor was asked for it; else it came with an answer to a request. */
  asked: z.boolean().optional(),
  /** When the vendor told it. */
  at: z.number(),
})
export type QuotaWindow = z.infer<typeof quotaWindow>

/** What is known of an account's windows after its vendor was asked, or was not. */
export const accountQuota = z.object({
  /** All of them: those just told, and those known from before. */
  windows: z.array(quotaWindow),
  /** When the vendor was asked; absent where it was not. Within a minute it is not asked again. */
  askedAt: z.number().optional(),
  /** Why it could not be asked, as a sentence. */
  problem: z.string().optional(),
})

export const pool = z.object({
  providerId,
  strategy,
  /** Whether another account takes over when one is limited. Off until the user turns it on: the vendor's terms apply. */
  rotate: z.boolean(),
  /** True where the vendor can be asked what is left (`accounts.quota`). */
  asks: z.boolean().optional(),
  /** In the pool's order. */
  accounts: z.array(z.object({ accountId, standings: z.array(standing), quota: z.array(quotaWindow) })),
})
export type Pool = z.infer<typeof pool>
