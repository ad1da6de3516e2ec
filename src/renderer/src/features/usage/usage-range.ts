import type { UsageDimension } from '../../../../preload/usage.ts'

/** Days as the user counts them: by this machine's time zone. */

export type Range = 'today' | 'week' | 'month'
export const ranges: readonly { readonly value: Range; readonly label: string; readonly days: number }[] = [
  { value: 'today', label: 'Today', days: 1 },
  { value: 'week', label: '7 days', days: 7 },
  { value: 'month', label: '30 days', days: 30 },
]

/** What usage is summed by, besides days. */
export type Group = Exclude<UsageDimension, 'day'>
export type Measure = 'cost' | 'tokens'

const startOf = (now: number, daysAgo: number): Date => {
  const date = new Date(now)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - daysAgo)
}

const two = (part: number): string => String(part).padStart(2, '0')

/** `2026-11-20`. */
const isoDay = (date: Date): string =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`

const daysIn = (range: Range): number => ranges.find((one) => one.value === range)?.days ?? 1

/** From the first moment of the first day to the end of today, in milliseconds since the epoch. */
export function spanOf(range: Range, now: number): { from: number; to: number } {
  return { from: startOf(now, daysIn(range) - 1).getTime(), to: startOf(now, -1).getTime() - 1 }
}

/** Every day of the range, the oldest first, also those on which nothing was used. */
export function daysOf(range: Range, now: number): string[] {
  const count = daysIn(range)
  return Array.from({ length: count }, (_, index) => isoDay(startOf(now, count - 1 - index)))
}

/** `Fri 20 Nov` of `2026-11-20`. */
export function dayLabel(day: string, weekday = true): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date).toLocaleDateString(undefined, {
    ...(weekday ? { weekday: 'short' as const } : {}),
    day: 'numeric',
    month: 'short',
  })
}
