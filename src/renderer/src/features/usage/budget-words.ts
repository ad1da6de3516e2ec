import type { Budget } from '../../../../preload/usage.ts'
import { dollars, timeUntil, tokens } from '../../lib/format.ts'

type Limit = Pick<Budget, 'period' | 'unit'>

export const budgetAmount = (value: number, unit: Budget['unit']): string =>
  unit === 'usd' ? dollars(value).replace(/\.00$/, '') : `${tokens(Math.round(value))} tokens`

/** `$5 a day`, `2M tokens a month`. */
export const limitWords = ({ limit, unit, period }: Limit & Pick<Budget, 'limit'>): string =>
  `${budgetAmount(limit, unit)} a ${period}`

const sofar = (period: Budget['period']) => (period === 'day' ? 'today' : 'this month')

/** `$4.31 of $5 used today, 86 %. It begins anew in 3 h.` */
export function budgetLine(budget: Budget, now: number): string {
  const { limit, spent, unit, period, endsAt } = budget
  const share = Math.floor((spent / limit) * 100)
  const of = unit === 'usd' ? budgetAmount(spent, unit) : tokens(Math.round(spent))
  const used = `${of} of ${budgetAmount(limit, unit)} used ${sofar(period)}, ${share} %.`
  return endsAt > now ? `${used} It begins anew ${timeUntil(endsAt, now)}.` : used
}

/** What follows from how much is used; nothing while there is plenty. */
export function budgetWarning(
  { state, scope }: Pick<Budget, 'state' | 'scope'>,
  name: string,
): string | undefined {
  const whose = scope === 'project' ? `Requests of ${name}` : `Requests with ${name}`
  if (state === 'warned')
    return `Nearly used up. At 100 % ${whose.toLowerCase().slice(0, 1)}${whose.slice(1)} are refused.`
  if (state === 'reached') return `Used up. ${whose} are refused until it begins anew or is raised.`
  return undefined
}

/** A limit to offer where one is raised: half as much again, in round numbers, and above what is used. */
export function raisedLimit({ limit, spent, unit }: Pick<Budget, 'limit' | 'spent' | 'unit'>): number {
  const wanted = Math.max(limit, spent) * 1.5
  const step = 10 ** Math.floor(Math.log10(wanted)) / 2
  const rounded = Math.ceil(wanted / step) * step
  return unit === 'tokens' ? Math.round(rounded) : Number(rounded.toPrecision(6))
}

/** A limit as one would type it: `5`, `3.5M`. */
export function typedLimit(limit: number, unit: Budget['unit']): string {
  const short = tokens(limit)
  return unit === 'tokens' && parseLimit(short, unit) === limit ? short : String(limit)
}

/** A typed limit; undefined where it is none. `2M` and `500k` are read as they are written here. */
export function parseLimit(typed: string, unit: Budget['unit']): number | undefined {
  const found = /^\$?\s*(\d+(?:[.,]\d+)?|[.,]\d+)\s*([km]?)$/i.exec(typed.trim())
  if (found === null) return undefined
  const factor = { k: 1000, m: 1_000_000 }[(found[2] ?? '').toLowerCase()] ?? 1
  if (factor > 1 && unit === 'usd') return undefined
  const value = Number((found[1] ?? '').replace(',', '.')) * factor
  if (!Number.isFinite(value) || value <= 0) return undefined
  return unit === 'tokens' ? Math.round(value) || undefined : value
}

/** The budget that has stopped a project's requests: its own, or that of the account it uses. */
export function budgetInTheWay(
  budgets: readonly Budget[],
  projectId: string,
  accountId: string | undefined,
): Budget | undefined {
  const used = budgets.filter(({ state }) => state === 'reached')
  return (
    used.find(({ scope, targetId }) => scope === 'project' && targetId === projectId) ??
    used.find(({ scope, targetId }) => scope === 'account' && targetId === accountId)
  )
}
