/** Days and months as the user counts them: by this machine's time zone. Milliseconds since the epoch. */

export type Period = 'day' | 'month'

export function periodStart(period: Period, now: number): number {
  const date = new Date(now)
  return new Date(date.getFullYear(), date.getMonth(), period === 'day' ? date.getDate() : 1).getTime()
}

/** When the period that `now` is in ends. */
export function periodEnd(period: Period, now: number): number {
  const date = new Date(now)
  return period === 'day'
    ? new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime()
    : new Date(date.getFullYear(), date.getMonth() + 1, 1).getTime()
}
