import {
  POOL_NUMBER_NAMES,
  POOL_NUMBER_WORDS,
  type PoolNumber,
  type PoolNumberChange,
  type PoolNumberName,
  type PoolNumberValue,
} from '../preload/pool-numbers.ts'
import { BerthError } from './errors.ts'
import { POOL_DEFAULTS, type PoolOptions } from './gateway/pool/options.ts'
import type { PoolNumberBook } from './rpc/services.ts'
import {
  numberIn,
  overPool,
  type PoolSettings,
  variableOf,
  whyNot,
  withNumber,
} from './settings/pool-settings.ts'
import type { SettingsStore } from './settings/settings.ts'

type Given<T> = { readonly [Key in keyof T]?: T[Key] | undefined }

/** The defaults with what is given in their place. */
function over<T extends object>(defaults: T, given: Given<T> | undefined): T {
  const known = Object.entries(given ?? {}).filter(([, value]) => value !== undefined)
  return { ...defaults, ...Object.fromEntries(known) }
}

/** Every number pools would judge by, whether they fit together or not. */
function allNumbersOf(settings: PoolSettings): PoolOptions {
  const { health, tokens, score, cooldown, ...single } = settings
  return {
    ...over(POOL_DEFAULTS, single),
    health: over(POOL_DEFAULTS.health, health),
    tokens: over(POOL_DEFAULTS.tokens, tokens),
    score: over(POOL_DEFAULTS.score, score),
    cooldown: over(POOL_DEFAULTS.cooldown, cooldown),
  }
}

/** Numbers that must not be above others. */
const NOT_ABOVE: readonly (readonly [PoolNumberName, PoolNumberName])[] = [
  ['health.start', 'health.max'],
  ['health.usableFrom', 'health.max'],
]

/** One number that is above another it must not be above; undefined where all fit together. */
function misfit(options: PoolOptions) {
  for (const [low, high] of NOT_ABOVE) {
    const [value, limit] = [Number(numberIn(options, low)), Number(numberIn(options, high))]
    if (value > limit) return { low, value, high, limit }
  }
  return undefined
}

/** `“Best health” (health.max)`. */
const numberName = (name: PoolNumberName): string => `“${POOL_NUMBER_WORDS[name]}” (${name})`

/**
 * Every number pools judge by: the user's, and Berth's defaults for the rest. Throws `bad_request` for numbers that
 * do not fit together.
 */
export function poolOptionsOf(settings: PoolSettings): PoolOptions {
  const options = allNumbersOf(settings)
  const wrong = misfit(options)
  if (wrong === undefined) return options
  const { low, value, high, limit } = wrong
  throw new BerthError(
    'bad_request',
    `The settings of pools do not fit together: ${low} (${value}) is above ${high} (${limit}). Mend them.`,
  )
}

/** The numbers pools judge by, which a person may change while Berth runs. */
export interface PoolNumbers extends PoolNumberBook {
  /** Those of now, for the gateway; asked at every request. */
  options(): PoolOptions
}

const text = (value: PoolNumberValue): string => (Array.isArray(value) ? value.join(', ') : String(value))

function refuse(name: PoolNumberName, value: PoolNumberValue, why: string): never {
  throw new BerthError('bad_request', `${numberName(name)} cannot be ${text(value)}: ${why}.`)
}

/** The settings with the change in them. */
function changed(pool: PoolSettings, change: PoolNumberChange, variables: PoolSettings): PoolSettings {
  let next = pool
  for (const name of POOL_NUMBER_NAMES) {
    const value = change[name]
    if (value === undefined) continue
    if (numberIn(variables, name) !== undefined)
      throw new BerthError(
        'bad_request',
        `${numberName(name)} is set by ${variableOf(name)}. Unset that and start Berth again to change it here.`,
      )
    try {
      next = withNumber(next, name, value ?? undefined)
    } catch (error) {
      refuse(name, value ?? [], whyNot(error))
    }
  }
  return next
}

/** They must also fit together when the variables are gone, or Berth would not start then. */
function expectFit(pool: PoolSettings, change: PoolNumberChange, variables: PoolSettings): void {
  for (const settings of [overPool(pool, variables), pool]) {
    const wrong = misfit(allNumbersOf(settings))
    if (wrong === undefined) continue
    const { low, high, value, limit } = wrong
    const without = [low, high].filter((name) => settings === pool && numberIn(variables, name) !== undefined)
    const when = without.length === 0 ? '' : ` without ${without.map(variableOf).join(' and ')}`
    if (low in change) refuse(low, value, `it would be above ${numberName(high)}, ${limit}${when}`)
    refuse(high, limit, `it would be below ${numberName(low)}, ${value}${when}`)
  }
}

/** Throws `bad_request` for settings that do not fit together. */
export function createPoolNumbers(
  settings: SettingsStore,
  onChange: (numbers: PoolNumber[]) => void,
): PoolNumbers {
  const variables = settings.poolVariables
  let options = poolOptionsOf(settings.get().pool)
  const list = (): PoolNumber[] =>
    POOL_NUMBER_NAMES.map((name) => ({
      name,
      value: numberIn(options, name) ?? [],
      standard: numberIn(POOL_DEFAULTS, name) ?? [],
      variable: variableOf(name),
      fixed: numberIn(variables, name) !== undefined,
    }))
  return {
    options: () => options,
    list,
    async set(change) {
      const { pool } = await settings.update((stored) => {
        const next = changed(stored.pool, change, variables)
        expectFit(next, change, variables)
        return { pool: next }
      })
      options = poolOptionsOf(pool)
      const numbers = list()
      onChange(numbers)
      return numbers
    },
  }
}
