import type { UsageRow } from '../../../../preload/usage.ts'
import { dollars, plural, tokens } from '../../lib/format.ts'
import type { Measure } from './usage-range.ts'
import type { Stack } from './usage-stacks.ts'

export const amount = (value: number, measure: Measure): string =>
  measure === 'cost' ? dollars(value) : tokens(Math.round(value))

/** A sum with what is missing from it: `not known`, `$3.20`, or `$3.20 and more`. */
export function costWords({ cost, unpriced }: Pick<UsageRow, 'cost' | 'unpriced'>): string {
  if (cost === undefined) return unpriced > 0 ? 'not known' : dollars(0)
  return unpriced > 0 ? `${dollars(cost)} and more` : dollars(cost)
}

/** Why the cost is not all of it; nothing where it is. */
export function unpricedWords(rows: readonly UsageRow[]): string | undefined {
  const count = rows.reduce((sum, row) => sum + row.unpriced, 0)
  if (count === 0) return undefined
  const are = count === 1 ? 'is' : 'are'
  return `${plural(count, 'request')} ${are} not in the cost: the catalog has no price for the model.`
}

/** A day read aloud: `Fri 20 Nov: $4.20. atlas-api $3.20, docs-site $1`. */
export function dayWords(day: string, index: number, stacks: readonly Stack[], measure: Measure): string {
  const parts = stacks
    .map(({ label, values }) => ({ label, value: values[index] ?? 0 }))
    .filter(({ value }) => value > 0)
  if (parts.length === 0) return `${day}: nothing`
  const total = parts.reduce((sum, { value }) => sum + value, 0)
  const list = parts.map(({ label, value }) => `${label} ${amount(value, measure)}`).join(', ')
  return `${day}: ${amount(total, measure)}. ${list}`
}
