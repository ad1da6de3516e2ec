import type {
  Cooling,
  CoolingKind,
  Pool,
  QuotaWindow,
  Standing,
  Strategy,
} from '../../../../preload/pools.ts'
import { relativeTime } from '../../lib/format.ts'

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

/** `94 % used · new in 41 min`; a window whose time is over says nothing of what is left. */
export function windowWords(window: QuotaWindow, now: number): string {
  const { resetsAt } = window
  if (resetsAt !== undefined && resetsAt <= now) return 'new since then'
  const share = usedShare(window)
  const used =
    share !== undefined
      ? `${Math.round(share * 100)} % used`
      : window.remaining === undefined
        ? 'not told'
        : `${window.remaining.toLocaleString()} left`
  return resetsAt === undefined ? used : `${used} · new in ${countdown(resetsAt - now)}`
}

/** `told 3 min ago`. */
export function toldWords(at: number, now: number): string {
  const when = relativeTime(at, now)
  return when === 'now' ? 'told just now' : `told ${when}`
}
