import { z } from 'zod'
import { BerthError } from '../errors.ts'

/**
 * How pools judge accounts, as `settings.json` may say it under `pool`. What is absent takes Berth's default; times are
 * milliseconds, and `docs/pools.md` says what each is. A variable of the environment stands for each number:
 * `pool.health.usableFrom` is `BERTH_POOL_HEALTH_USABLE_FROM`.
 */

const amount = z.number().nonnegative()
const above = z.number().positive()
const loss = z.number().max(0)
const ms = z.number().int().nonnegative()

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
      .object({ max: z.number().min(1), perMinute: amount })
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
      .object({ auth: ms, rate: ms, quota: z.array(ms).min(1).max(20), cap: ms, resetCap: ms })
      .partial()
      .strict(),
    pace: ms,
    wait: ms,
    keepBytes: z
      .number()
      .int()
      .min(0)
      .max(256 * 1024 * 1024),
  })
  .partial()
  .strict()
export type PoolSettings = z.infer<typeof poolSettings>

/** Every number by its path. */
const PATHS: readonly (readonly string[])[] = Object.entries(poolSettings.shape).flatMap(([name, part]) => {
  const inner = part.unwrap()
  return inner instanceof z.ZodObject ? Object.keys(inner.shape).map((key) => [name, key]) : [[name]]
})

/** `['health', 'usableFrom']` → `BERTH_POOL_HEALTH_USABLE_FROM`. */
const variableOf = (path: readonly string[]): string =>
  `BERTH_POOL_${path.map((part) => part.replaceAll(/[A-Z]/g, '_$&').toUpperCase()).join('_')}`

/** The variable's number, or the list of them that `cooldown.quota` is. */
function numbersOf(name: string, text: string, isList: boolean): number | number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [first] = values
  if (first !== undefined && values.every(Number.isFinite) && (isList || values.length === 1))
    return isList ? values : first
  const wanted = isList ? 'numbers with commas between them' : 'a number'
  throw new BerthError('bad_request', `${name} is not ${wanted}. Mend it or unset it.`)
}

/** What the environment says of pools, put over what the file says. Throws `bad_request`, naming the variable. */
export function withPoolVariables(stored: PoolSettings | undefined, env: NodeJS.ProcessEnv): PoolSettings {
  const result: Record<string, unknown> = { ...stored }
  for (const path of PATHS) {
    const variable = variableOf(path)
    const text = env[variable]
    if (text === undefined || text === '') continue
    const [group = '', key] = path
    const value = numbersOf(variable, text, key === 'quota')
    result[group] = key === undefined ? value : { ...asObject(result[group]), [key]: value }
    const checked = poolSettings.safeParse(result)
    if (!checked.success) {
      const why = checked.error.issues[0]?.message ?? 'it is out of range'
      throw new BerthError('bad_request', `${variable} is not valid: ${why}. Mend it or unset it.`)
    }
  }
  return poolSettings.parse(result)
}

const asObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {})
