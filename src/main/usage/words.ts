import type { Budget } from '../../preload/usage.ts'

const tokens = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** `$5 a day`, `2,000,000 tokens a month`. */
export function limitText({ unit, limit, period }: Pick<Budget, 'unit' | 'limit' | 'period'>): string {
  const amount = unit === 'usd' ? `$${limit}` : `${tokens.format(limit)} tokens`
  return `${amount} a ${period}`
}

/** What a person is told when a budget comes near its end, or to it. `whose` is the name of its project or account. */
export function budgetText(budget: Budget, whose: string): string {
  if (budget.state === 'reached')
    return `The budget of ${whose}, ${limitText(budget)}, is used up. Requests are refused until the ${budget.period} ends, or until you raise it in Usage.`
  const percent = Math.floor((budget.spent / budget.limit) * 100)
  return `${whose} has used ${percent} % of its budget of ${limitText(budget)}. At 100 % its requests are refused; raise it in Usage.`
}
