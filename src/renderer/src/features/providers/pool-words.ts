import type {
  Cooling,
  CoolingKind,
  Pool,
  QuotaWindow,
  Standing,
  Strategy,
} from '../../../../preload/pools.ts'
import { relativeTime, timeUntil } from '../../lib/format.ts'

export const strategies: readonly {
  readonly value: Strategy
  readonly label: string
  readonly hint: string
}[] = [
  {
    value: 'sticky',
    label: 'Stay on one until it is limited',
    hint: 'Prompt caches stay warm; the active account comes first.',
  },
  {
    value: 'round-robin',
    label: 'Each request the next',
    hint: 'Spreads evenly over the accounts; caches are lost.',
  },
  {
    value: 'hybrid',
    label: 'By health and room',
    hint: 'The account that fails least and has most left; a session keeps its own.',
  },
]

export const coolingWords: Readonly<Record<CoolingKind, string>> = {
  quota: 'quota',
  rate: 'rate limit',
  auth: 'login refused',
  forbidden: 'not allowed',
}

/** `41 s`, `4 min 10 s`, `41 min`, `2 h 10 min`: rounded up, so that nothing is over before it is said to be. */
export function countdown(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 120) return `${minutes} min`
  const rest = minutes % 60
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`
}

/** `14:32`; with the date where that is not today. */
export function untilClock(at: number, now: number): string {
  const time = new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })
  if (new Date(at).toDateString() === new Date(now).toDateString()) return time
  return `${new Date(at).toLocaleDateString(undefined, { day: 'numeric', month: 'short' })}, ${time}`
}

export interface CoolingNow {
  /** Absent where it holds for every model that was asked for. */
  readonly family?: string
  readonly cooling: Cooling
}

/** What an account rests from now. One entry where all of it rests for the same reason; else one for each family. */
export function coolingNow(standings: readonly Standing[], now: number): CoolingNow[] {
  const found = standings.flatMap(({ family, cooling }) =>
    cooling !== undefined && cooling.until > now ? [{ family, cooling }] : [],
  )
  const [first] = found
  if (first === undefined) return []
  const alike = found.every(
    ({ cooling }) => cooling.until === first.cooling.until && cooling.kind === first.cooling.kind,
  )
  // A limit of one family alone says nothing of families that were not asked for yet, unless none has a name.
  const everything = alike && found.length === standings.length && (found.length > 1 || first.family === '')
  if (everything) return [{ cooling: first.cooling }]
  return found
    .toSorted((a, b) => a.cooling.until - b.cooling.until)
    .map(({ family, cooling }) => (family === '' ? { cooling } : { family, cooling }))
}

export const standingsOf = (pool: Pool | undefined, accountId: string): readonly Standing[] =>
  pool?.accounts.find((one) => one.accountId === accountId)?.standings ?? []

/** How much of a window is used, 0 to 1; undefined where the vendor does not tell. */
export function usedShare({ limit, remaining, usedPercent }: QuotaWindow): number | undefined {
  if (usedPercent !== undefined) return Math.min(1, Math.max(0, usedPercent / 100))
  if (limit === undefined || remaining === undefined || limit <= 0) return undefined
  return Math.min(1, Math.max(0, 1 - remaining / limit))
}

/** `$12.50`, `CN¥110.00`, `295,932 points`, `3,120`; small sums keep enough digits to differ from nothing. */
export function amountWords(value: number, unit: string | undefined): string {
  if (unit === undefined) return value.toLocaleString()
  if (!/^[A-Z]{3}$/.test(unit)) return `${value.toLocaleString()} ${unit}`
  const small = value !== 0 && Math.abs(value) < 0.01
  const digits = small ? { maximumFractionDigits: 6 } : {}
  return value.toLocaleString(undefined, { style: 'currency', currency: unit, ...digits })
}

/** Nothing is left to use. */
export const isUsedUp = ({ remaining }: QuotaWindow): boolean => remaining !== undefined && remaining <= 0

function leftWords(window: QuotaWindow): string {
  const { unit, limit, remaining, used } = window
  const share = usedShare(window)
  if (unit !== undefined && limit !== undefined && remaining !== undefined)
    return `${amountWords(remaining, unit)} of ${amountWords(limit, unit)} left`
  if (share !== undefined) return `${Math.round(share * 100)} % used`
  if (remaining === undefined)
    return used === undefined ? 'not told' : `${amountWords(used, unit)} used, no limit`
  return remaining < 0 ? `${amountWords(-remaining, unit)} owed` : `${amountWords(remaining, unit)} left`
}

const TWO_DAYS = 2 * 24 * 3_600_000

/** `94 % used · new in 41 min`; a window whose time is over says nothing of what is left. */
export function windowWords(window: QuotaWindow, now: number): string {
  const { resetsAt } = window
  if (resetsAt === undefined) return leftWords(window)
  const wait = resetsAt - now
  if (wait <= 0) return 'new since then'
  return `${leftWords(window)} · new ${wait < TWO_DAYS ? `in ${countdown(wait)}` : timeUntil(resetsAt, now)}`
}

/** `told 3 min ago` of what came with an answer, `as of 3 min ago` of what was asked for. */
export function toldWords({ at, asked }: Pick<QuotaWindow, 'at' | 'asked'>, now: number): string {
  const when = relativeTime(at, now)
  return `${asked === true ? 'as of' : 'told'} ${when === 'now' ? 'just now' : when}`
}
