import type { UsageRow } from '../../../../preload/usage.ts'

export type Column =
  | 'name'
  | 'requests'
  | 'retries'
  | 'failed'
  | 'input'
  | 'cached'
  | 'output'
  | 'firstByte'
  | 'cost'

export interface Sorting {
  readonly column: Column
  readonly down: boolean
}

/** A row with the name it is shown by. */
export interface NamedRow {
  readonly row: UsageRow
  readonly name: string
}

const NUMBERS: Readonly<Record<Exclude<Column, 'name'>, (row: UsageRow) => number | undefined>> = {
  requests: (row) => row.requests,
  retries: (row) => row.retries,
  failed: (row) => row.failed,
  // What is written to a cache was read anew as well.
  input: ({ tokens }) => tokens.input + tokens.cacheWrite,
  cached: ({ tokens }) => tokens.cacheRead,
  output: ({ tokens }) => tokens.output,
  firstByte: (row) => row.firstByteMs,
  cost: (row) => row.cost,
}

export const numberAt = (row: UsageRow, column: Exclude<Column, 'name'>): number | undefined =>
  NUMBERS[column](row)

/** In the order that was asked for; what is not known comes last either way. */
export function sortRows(rows: readonly NamedRow[], { column, down }: Sorting): NamedRow[] {
  const sign = down ? -1 : 1
  return rows.toSorted((a, b) => {
    const byName = a.name.localeCompare(b.name)
    if (column === 'name') return sign * byName
    const [x, y] = [NUMBERS[column](a.row), NUMBERS[column](b.row)]
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined) || byName
    return sign * (x - y) || byName
  })
}

/** A column that is chosen again turns round; numbers begin with the biggest, names with A. */
export function nextSorting({ column, down }: Sorting, chosen: Column): Sorting {
  return chosen === column ? { column, down: !down } : { column: chosen, down: chosen !== 'name' }
}

/** All rows as one. Means are weighed by the number of requests. */
export function totalOf(rows: readonly UsageRow[]): UsageRow {
  const sum = (of: (row: UsageRow) => number) => rows.reduce((total, row) => total + of(row), 0)
  const timed = rows.filter(({ firstByteMs }) => firstByteMs !== undefined)
  const weight = timed.reduce((total, { requests }) => total + requests, 0)
  const firstByteMs =
    weight === 0
      ? undefined
      : timed.reduce((total, row) => total + (row.firstByteMs ?? 0) * row.requests, 0) / weight
  const priced = rows.some(({ cost }) => cost !== undefined)
  return {
    key: '',
    label: '',
    requests: sum((row) => row.requests),
    retries: sum((row) => row.retries),
    failed: sum((row) => row.failed),
    unpriced: sum((row) => row.unpriced),
    tokens: {
      input: sum((row) => row.tokens.input),
      output: sum((row) => row.tokens.output),
      cacheRead: sum((row) => row.tokens.cacheRead),
      cacheWrite: sum((row) => row.tokens.cacheWrite),
      reasoning: sum((row) => row.tokens.reasoning),
    },
    ...(priced ? { cost: sum((row) => row.cost ?? 0) } : {}),
    ...(firstByteMs === undefined ? {} : { firstByteMs }),
  }
}
