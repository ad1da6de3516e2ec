import type { Budget } from '../../preload/usage.ts'
import type { Exhausted } from './types.ts'

const tokens = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const whole = new Intl.NumberFormat('en')
const cents = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const parts = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 })

/** `$5`, `$4.30`, `$0.0042`: a small amount is told from nothing. */
export function dollarText(amount: number): string {
  if (Number.isInteger(amount)) return `$${whole.format(amount)}`
  return `$${(amount < 0.01 ? parts : cents).format(amount)}`
}

/** `$5 a day`, `2,000,000 tokens a month`. */
export function limitText({ unit, limit, period }: Pick<Budget, 'unit' | 'limit' | 'period'>): string {
  const amount = unit === 'usd' ? dollarText(limit) : `${tokens.format(limit)} tokens`
  return `${amount} a ${period}`
}

/** `$4.31 of $5 a day`. */
export function usedText(budget: Budget): string {
  const { unit, spent } = budget
  return `${unit === 'usd' ? dollarText(spent) : tokens.format(spent)} of ${limitText(budget)}`
}

/** What a person is told when a budget comes near its end, or to it. `whose` is the name of its project or account. */
export function budgetText(budget: Budget, whose: string): string {
  if (budget.state === 'reached')
    return `The budget of ${whose} is used up: ${usedText(budget)}. Requests are refused until the ${budget.period} ends, or until you raise it in Usage.`
  const percent = Math.floor((budget.spent / budget.limit) * 100)
  return `${whose} has used ${percent} % of its budget: ${usedText(budget)}. At 100 % requests are refused; raise it in Usage.`
}

/** Why a budget keeps a request back, for the person who reads it in OpenCode. */
export function refusalText({ budget, isPassing }: Exhausted, whose: string): string {
  if (isPassing)
    return `The budget of ${whose} is nearly used up: ${usedText(budget)}, and requests under way will probably use the rest. Raise it in Berth's Usage, or try again when they have ended.`
  return `The budget of ${whose} is used up: ${usedText(budget)}. Raise it in Berth's Usage to go on, or wait until the ${budget.period} ends.`
}
