import { ArrowDown, ArrowUp } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import type { UsageRow } from '../../../../preload/usage.ts'
import { cx } from '../../lib/cx.ts'
import { duration, tokens } from '../../lib/format.ts'
import { reachable } from '../../ui/reachable.ts'
import type { Group } from './usage-range.ts'
import {
  type Column,
  type NamedRow,
  nextSorting,
  numberAt,
  type Sorting,
  sortRows,
  totalOf,
} from './usage-sort.ts'
import { costWords } from './usage-words.ts'

const COLUMNS: readonly {
  readonly column: Exclude<Column, 'name'>
  readonly label: string
  readonly hint: string
}[] = [
  { column: 'requests', label: 'Requests', hint: 'Asked by OpenCode' },
  { column: 'retries', label: 'Retries', hint: 'Tries beyond the first, by Berth' },
  { column: 'failed', label: 'Failed', hint: 'Answered with an error' },
  { column: 'input', label: 'Input', hint: 'Tokens read anew' },
  { column: 'cached', label: 'Cached', hint: 'Tokens read from a prompt cache' },
  { column: 'output', label: 'Output', hint: 'Tokens written, reasoning included' },
  { column: 'firstByte', label: 'First byte', hint: 'Time until an answer begins, on average' },
  { column: 'cost', label: 'Cost', hint: 'US dollars by the catalog’s prices' },
]

export const groupWords: Readonly<Record<Group, string>> = {
  project: 'Project',
  account: 'Account',
  model: 'Model',
  provider: 'Provider',
}

export interface UsageTableProps {
  readonly rows: readonly NamedRow[]
  readonly group: Group
}

/** Every number behind the chart; a column's name sorts by it. */
export function UsageTable({ rows, group }: UsageTableProps) {
  const [sorting, setSorting] = useState<Sorting>({ column: 'cost', down: true })
  const sorted = useMemo(() => sortRows(rows, sorting), [rows, sorting])
  const total = useMemo(() => totalOf(rows.map(({ row }) => row)), [rows])
  const head = { sorting, onSort: (column: Column) => setSorting(nextSorting(sorting, column)) }
  return (
    <section
      {...reachable}
      aria-label="Numbers"
      className="overflow-x-auto rounded-lg border border-line bg-raised -outline-offset-2"
    >
      <table className="w-full min-w-180 border-collapse text-right">
        <caption className="sr-only">Usage by {groupWords[group].toLowerCase()}</caption>
        <thead className="border-b border-line text-sm text-muted">
          <tr>
            <Head column="name" {...head}>
              {groupWords[group]}
            </Head>
            {COLUMNS.map(({ column, label, hint }) => (
              <Head key={column} column={column} hint={hint} {...head}>
                {label}
              </Head>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {sorted.map(({ row, name }) => (
            <Row key={row.key} row={row} name={name} />
          ))}
        </tbody>
        {sorted.length > 1 && (
          <tfoot className="border-t border-line bg-bg font-medium">
            <Row row={total} name="In all" />
          </tfoot>
        )}
      </table>
    </section>
  )
}

interface HeadProps {
  readonly column: Column
  readonly hint?: string
  readonly sorting: Sorting
  readonly onSort: (column: Column) => void
  readonly children: ReactNode
}

function Head({ column, hint, sorting, onSort, children }: HeadProps) {
  const on = sorting.column === column
  const Arrow = sorting.down ? ArrowDown : ArrowUp
  return (
    <th
      scope="col"
      aria-sort={on ? (sorting.down ? 'descending' : 'ascending') : undefined}
      className={cx('p-0 font-medium', column === 'name' && 'text-left')}
    >
      <button
        type="button"
        title={hint}
        onClick={() => onSort(column)}
        className={cx(
          'flex h-9 w-full items-center gap-1 px-2 -outline-offset-2 hover:text-fg',
          column === 'name' ? 'pl-4' : 'justify-end',
          column === 'cost' && 'pr-4',
          on && 'text-fg',
        )}
      >
        {children}
        {on && <Arrow size={12} strokeWidth={2} aria-hidden="true" className="shrink-0" />}
      </button>
    </th>
  )
}

function cell(row: UsageRow, column: Exclude<Column, 'name'>): string {
  if (column === 'cost') return costWords(row)
  const value = numberAt(row, column)
  if (value === undefined) return 'not known'
  if (column === 'firstByte') return duration(value)
  if (column === 'input' || column === 'cached' || column === 'output') return tokens(value)
  return value.toLocaleString()
}

function Row({ row, name }: { readonly row: UsageRow; readonly name: string }) {
  return (
    <tr>
      <th scope="row" className="h-9 max-w-60 truncate pr-2 pl-4 text-left font-medium" title={name}>
        {name}
      </th>
      {COLUMNS.map(({ column }) => {
        const text = cell(row, column)
        return (
          <td
            key={column}
            className={cx(
              'px-2 whitespace-nowrap',
              column === 'cost' && 'pr-4',
              (text === '0' || text === 'not known') && 'text-muted',
              column === 'failed' && row.failed > 0 && 'text-trouble',
            )}
          >
            {text}
          </td>
        )
      })}
    </tr>
  )
}
