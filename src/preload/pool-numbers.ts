import { z } from 'zod'

/** The numbers by which pools judge accounts, as a person sees and changes them. `docs/pools.md` says what each is. */

/** Every number by its name in `settings.json`, with the words for it. */
export const POOL_NUMBER_WORDS = {
  'health.start': 'Health of a new account',
  'health.max': 'Best health',
  'health.usableFrom': 'Least health to be used',
  'health.success': 'Health for a good answer',
  'health.rateLimit': 'Health for a limit',
  'health.failure': 'Health for a refusal',
  'health.perHour': 'Health that comes back in an hour',
  'tokens.max': 'Requests in a full bucket',
  'tokens.perMinute': 'Requests that come back in a minute',
  'score.health': 'Score for a point of health',
  'score.tokens': 'Score for a full bucket',
  'score.idlePerSecond': 'Score for an idle second',
  'score.maxIdleSeconds': 'Idle seconds that count at most',
  'score.current': 'Score for the account in use',
  'score.margin': 'Score by which another must be ahead',
  'cooldown.auth': 'Rest after a refused credential',
  'cooldown.rate': 'Rest after a rate limit',
  'cooldown.quota': 'Rests after a used-up quota',
  'cooldown.cap': 'Longest rest',
  'cooldown.resetCap': 'Longest rest a vendor can ask for',
  pace: 'Longest limit that is waited for',
  wait: 'Longest wait for the first account',
  keepBytes: 'Largest body kept for another try',
} as const

export type PoolNumberName = keyof typeof POOL_NUMBER_WORDS
export const POOL_NUMBER_NAMES = Object.keys(POOL_NUMBER_WORDS) as readonly PoolNumberName[]

/** Times are milliseconds. `cooldown.quota` is several, one after another. */
export const poolNumberValue = z.union([z.number(), z.array(z.number())])
export type PoolNumberValue = z.infer<typeof poolNumberValue>

export const poolNumber = z.object({
  name: z.enum(POOL_NUMBER_NAMES),
  /** What pools judge by now. */
  value: poolNumberValue,
  /** Berth's own. */
  standard: poolNumberValue,
  /** The variable of the environment that stands for it. */
  variable: z.string(),
  /** Whether that variable is set: nothing else changes the number then. */
  fixed: z.boolean(),
})
export type PoolNumber = z.infer<typeof poolNumber>

/** Numbers to set; null puts Berth's own back. */
export const poolNumberChange = z.partialRecord(z.enum(POOL_NUMBER_NAMES), poolNumberValue.nullable())
export type PoolNumberChange = z.infer<typeof poolNumberChange>
