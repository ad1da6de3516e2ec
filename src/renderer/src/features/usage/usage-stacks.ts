import type { UsageRow } from '../../../../preload/usage.ts'
import type { Measure } from './usage-range.ts'

/** One part of the bars: a group with its value on each day, in the order of the days. */
export interface Stack {
  /** Absent for what is left of many small ones. */
  readonly key?: string
  readonly label: string
  /** 1 to 8: which of the chart's colours. */
  readonly colour: number
  readonly values: readonly number[]
  readonly total: number
}

/** As many parts as colours can tell apart; the last one is the rest. */
const MOST = 8

/** Tokens of every kind; what a prompt cache gave was read as well. */
export function tokensOf({ tokens }: Pick<UsageRow, 'tokens'>): number {
  return tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite
}

const shareOf = (row: UsageRow, measure: Measure): number =>
  measure === 'cost' ? (row.cost ?? 0) : tokensOf(row)

const add = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0)

/** The parts of the bars, the biggest first; many small ones become one. `rows` are by day and group. */
export function stacksOf(
  rows: readonly UsageRow[],
  days: readonly string[],
  measure: Measure,
  nameOf: (key: string, label: string) => string,
): Stack[] {
  const place = new Map(days.map((day, index) => [day, index]))
  const groups = new Map<string, { label: string; values: number[] }>()
  for (const row of rows) {
    const index = place.get(row.key)
    if (index === undefined || row.by === undefined) continue
    const group = groups.get(row.by) ?? { label: row.byLabel ?? row.by, values: days.map(() => 0) }
    group.values[index] = (group.values[index] ?? 0) + shareOf(row, measure)
    groups.set(row.by, group)
  }
  const sorted = [...groups]
    .map(([key, { label, values }]) => ({ key, label: nameOf(key, label), values, total: add(values) }))
    .filter(({ total }) => total > 0)
    .toSorted((a, b) => b.total - a.total || a.label.localeCompare(b.label))
  if (sorted.length <= MOST) return sorted.map((stack, index) => ({ ...stack, colour: index + 1 }))
  const rest = sorted.slice(MOST - 1)
  const values = days.map((_, index) => add(rest.map((stack) => stack.values[index] ?? 0)))
  return [
    ...sorted.slice(0, MOST - 1).map((stack, index) => ({ ...stack, colour: index + 1 })),
    { label: `${rest.length} others`, colour: MOST, values, total: add(values) },
  ]
}

/**
 * The heights that bars are drawn to, the highest first: each covers the lower part of the one before. `order[i]` is the
 * stack that `heights[i]` ends with.
 */
export function heightsOf(stacks: readonly Stack[], days: number): { heights: number[][]; order: Stack[] } {
  const sums = Array.from({ length: days }, () => 0)
  const rising = stacks.map((stack) =>
    stack.values.map((value, index) => {
      sums[index] = (sums[index] ?? 0) + value
      return sums[index]
    }),
  )
  return { heights: rising.toReversed(), order: stacks.toReversed() }
}
