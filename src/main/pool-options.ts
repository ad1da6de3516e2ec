import { BerthError } from './errors.ts'
import { POOL_DEFAULTS, type PoolOptions } from './gateway/pool/options.ts'
import type { PoolSettings } from './settings/pool-settings.ts'

type Given<T> = { readonly [Key in keyof T]?: T[Key] | undefined }

/** The defaults with what is given in their place. */
function over<T extends object>(defaults: T, given: Given<T> | undefined): T {
  const known = Object.entries(given ?? {}).filter(([, value]) => value !== undefined)
  return { ...defaults, ...Object.fromEntries(known) }
}

function refuse(sentence: string): never {
  throw new BerthError('bad_request', `The settings of pools do not fit together: ${sentence}. Mend them.`)
}

/**
 * Every number pools judge by: the user's, and Berth's defaults for the rest. Throws `bad_request` for numbers that
 * do not fit together.
 */
export function poolOptionsOf(settings: PoolSettings): PoolOptions {
  const { health, tokens, score, cooldown, ...single } = settings
  const options: PoolOptions = {
    ...over(POOL_DEFAULTS, single),
    health: over(POOL_DEFAULTS.health, health),
    tokens: over(POOL_DEFAULTS.tokens, tokens),
    score: over(POOL_DEFAULTS.score, score),
    cooldown: over(POOL_DEFAULTS.cooldown, cooldown),
  }
  const { start, max, usableFrom } = options.health
  if (start > max) refuse(`health.start (${start}) is above health.max (${max})`)
  if (usableFrom > max) refuse(`health.usableFrom (${usableFrom}) is above health.max (${max})`)
  return options
}
