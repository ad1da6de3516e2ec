/** How pools judge accounts. Every number is a setting; these are the defaults. Times are milliseconds. */
export interface PoolOptions {
  readonly health: {
    readonly start: number
    readonly max: number
    /** Below this an account is used only when no other can be. */
    readonly usableFrom: number
    readonly success: number
    readonly rateLimit: number
    readonly failure: number
    /** Comes back by itself. */
    readonly perHour: number
  }
  readonly tokens: { readonly max: number; readonly perMinute: number }
  readonly score: {
    readonly health: number
    readonly tokens: number
    readonly idlePerSecond: number
    readonly maxIdleSeconds: number
    /** For the account in use. */
    readonly current: number
    /** By how much another must be ahead to take over. */
    readonly margin: number
  }
  readonly cooldown: {
    readonly auth: number
    readonly rate: number
    /** One after another while the quota stays exhausted; the last one repeats. */
    readonly quota: readonly number[]
    /** The longest without a word of the vendor. */
    readonly cap: number
    /** The longest with a reset time of the vendor's own. */
    readonly resetCap: number
  }
  /** A rate limit no longer than this is waited for with the same account. */
  readonly pace: number
  /** How long a request waits for the first account when all are cooling. */
  readonly wait: number
  /** Bytes of a request's body that are kept for another try. */
  readonly keepBytes: number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE

export const POOL_DEFAULTS: PoolOptions = {
  health: { start: 70, max: 100, usableFrom: 50, success: 1, rateLimit: -10, failure: -20, perHour: 2 },
  tokens: { max: 50, perMinute: 6 },
  score: { health: 2, tokens: 500, idlePerSecond: 0.1, maxIdleSeconds: 3600, current: 150, margin: 100 },
  cooldown: {
    auth: 5000,
    rate: 30_000,
    quota: [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR],
    cap: 2 * HOUR,
    resetCap: 24 * HOUR,
  },
  pace: 5000,
  wait: 30_000,
  keepBytes: 32 * 1024 * 1024,
}
