/** How numbers, sizes and times are written. Pure: the present is passed in. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `now`, `4 min ago`, `3 h ago`, `yesterday`, `5 days ago`, then the date. */
export function relativeTime(at: number, now: number): string {
  const past = now - at
  if (past < 45_000) return 'now'
  if (past < HOUR) return `${Math.max(1, Math.round(past / MINUTE))} min ago`
  if (past < DAY) return `${Math.round(past / HOUR)} h ago`
  if (past < 2 * DAY) return 'yesterday'
  if (past < 7 * DAY) return `${Math.floor(past / DAY)} days ago`
  return dateOnly(at)
}

/** Of a moment to come: `in 4 min`, `in 3 h`, `in 5 days`, then the date. What is past is told as such. */
export function timeUntil(at: number, now: number): string {
  const left = at - now
  if (left <= 0) return relativeTime(at, now)
  if (left < HOUR) return `in ${Math.max(1, Math.round(left / MINUTE))} min`
  if (left < 2 * DAY) return `in ${Math.round(left / HOUR)} h`
  if (left < 60 * DAY) return `in ${Math.floor(left / DAY)} days`
  return dateOnly(at)
}

const dateOnly = (at: number): string =>
  new Date(at).toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric' })

export function absoluteTime(at: number): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
}

/** `14:32:07` in the user's own time zone. */
export function clockTime(at: number): string {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
}

/** Decimal units, as registries and disks count them: `74.2 MB`. */
export function bytes(count: number): string {
  if (count < 1000) return `${Math.round(count)} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = count
  let unit = 'B'
  for (const next of units) {
    if (value < 1000) break
    value /= 1000
    unit = next
  }
  return `${value < 100 ? value.toFixed(1) : Math.round(value)} ${unit}`
}

/** `340 ms`, `3.1 s`, `2 min 05 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

/** `812`, `12.4k`, `1.2M`. */
export function tokens(count: number): string {
  if (count < 1000) return String(count)
  if (count < 1_000_000) return `${trimmed(count / 1000)}k`
  return `${trimmed(count / 1_000_000)}M`
}

function trimmed(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0).replace(/\.0$/, '')
}

/** US dollars; small sums keep enough digits to differ from nothing. */
export function dollars(sum: number): string {
  if (sum === 0) return '$0'
  if (sum < 0.0001) return '< $0.0001'
  return `$${sum.toFixed(sum < 0.01 ? 4 : sum < 1 ? 3 : 2)}`
}

/** `1 account`, `2 accounts`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
