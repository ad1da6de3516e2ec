import { z } from 'zod'
import { POOL_NUMBER_NAMES, type PoolNumberName, type PoolNumberValue } from '../../preload/pool-numbers.ts'
import { BerthError } from '../errors.ts'

/**
 * How pools judge accounts, as `settings.json` may say it under `pool`. What is absent takes Berth's default; times are
 * milliseconds, and `docs/pools.md` says what each is. A variable of the environment stands for each number:
 * `pool.health.usableFrom` is `BERTH_POOL_HEALTH_USABLE_FROM`.
 */

const number = z.number('it must be a number')
const amount = number.min(0, 'it must be 0 or more').max(1e6, 'it must be 1000000 or less')
const above = number.gt(0, 'it must be more than 0').max(1e6, 'it must be 1000000 or less')
const loss = number.max(0, 'it must be 0 or less').min(-1e6, 'it must be -1000000 or more')
const whole = number.int('it must be a whole number').min(0, 'it must be 0 or more')
/** A rest. */
const ms = whole.max(30 * 86_400_000, 'it must be 30 days or less')
/** A request is held for it, and nothing holds one for long. */
const heldMs = whole.max(3_600_000, 'it must be an hour or less')

export const poolSettings = z
  .object({
    health: z
      .object({
        start: amount,
        max: above,
        usableFrom: amount,
        success: amount,
        rateLimit: loss,
        failure: loss,
        perHour: amount,
      })
      .partial()
      .strict(),
    tokens: z
      .object({ max: amount.min(1, 'it must be 1 or more'), perMinute: amount })
      .partial()
      .strict(),
    score: z
      .object({
        health: amount,
        tokens: amount,
        idlePerSecond: amount,
        maxIdleSeconds: amount,
        current: amount,
        margin: amount,
      })
      .partial()
      .strict(),
    cooldown: z
      .object({
        auth: ms,
        rate: ms,
        quota: z
          .array(ms, 'it must be a list of times')
          .min(1, 'it must name one time or more')
          .max(20, 'it must name 20 times or less'),
        cap: ms,
        resetCap: ms,
      })
      .partial()
      .strict(),
    pace: heldMs,
    wait: heldMs,
    keepBytes: whole.max(256 * 1024 * 1024, 'it must be 256 MiB or less'),
  })
  .partial()
  .strict()
export type PoolSettings = z.infer<typeof poolSettings>

/** `health.usableFrom` → `BERTH_POOL_HEALTH_USABLE_FROM`. */
export const variableOf = (name: PoolNumberName): string =>
  `BERTH_POOL_${name.replace('.', '_').replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`

const asObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {})

/** The number of that name in settings or options; undefined where they do not say it. */
export function numberIn(numbers: object, name: PoolNumberName): PoolNumberValue | undefined {
  let found: unknown = numbers
  for (const part of name.split('.'))
    found = new Map<string, unknown>(Object.entries(asObject(found))).get(part)
  if (typeof found === 'number') return found
  return Array.isArray(found) ? [...found] : undefined
}

/** The settings with the number in them, or without it. Throws `ZodError` for one that cannot be. */
export function withNumber(
  pool: PoolSettings,
  name: PoolNumberName,
  value: PoolNumberValue | undefined,
): PoolSettings {
  const [group = '', key] = name.split('.')
  const top = new Map<string, unknown>(Object.entries(pool))
  const inner = new Map<string, unknown>(key === undefined ? [] : Object.entries(asObject(top.get(group))))
  if (key !== undefined && value !== undefined) inner.set(key, value)
  else if (key !== undefined) inner.delete(key)
  const next = key === undefined ? value : inner.size > 0 ? Object.fromEntries(inner) : undefined
  if (next === undefined) top.delete(group)
  else top.set(group, next)
  return poolSettings.parse(Object.fromEntries(top))
}

/** Why a number was not taken, as a part of a sentence. */
export function whyNot(error: unknown): string {
  const why = error instanceof z.ZodError ? error.issues[0]?.message : undefined
  return why ?? 'it is out of range'
}

/** The variable's number, or the list of them that `cooldown.quota` is. */
function numbersOf(name: string, text: string, isList: boolean): number | number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [first] = values
  if (first !== undefined && values.every(Number.isFinite) && (isList || values.length === 1))
    return isList ? values : first
  const wanted = isList ? 'numbers with commas between them' : 'a number'
  throw new BerthError('bad_request', `${name} is not ${wanted}. Mend it or unset it.`)
}

/** What the environment says of pools. Throws `bad_request`, naming the variable. */
export function poolVariables(env: NodeJS.ProcessEnv): PoolSettings {
  let result: PoolSettings = {}
  for (const name of POOL_NUMBER_NAMES) {
    const variable = variableOf(name)
    const text = env[variable]
    if (text === undefined || text === '') continue
    const value = numbersOf(variable, text, name === 'cooldown.quota')
    try {
      result = withNumber(result, name, value)
    } catch (error) {
      throw new BerthError('bad_request', `${variable} is not valid: ${whyNot(error)}. Mend it or unset it.`)
    }
  }
  return result
}

/** The settings with the variables' numbers in their place. */
export function overPool(stored: PoolSettings, variables: PoolSettings): PoolSettings {
  let result = stored
  for (const name of POOL_NUMBER_NAMES) {
    const value = numberIn(variables, name)
    if (value !== undefined) result = withNumber(result, name, value)
  }
  return result
}
