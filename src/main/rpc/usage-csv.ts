import type { UsageRow } from '../../preload/usage.ts'

type Cell = string | number | undefined

/** Columns by their heading. Cost is US dollars, times are means in milliseconds. */
const COLUMNS: readonly (readonly [heading: string, value: (row: UsageRow) => Cell])[] = [
  ['key', ({ key }) => key],
  ['label', ({ label }) => label],
  ['by', ({ by }) => by],
  ['by_label', ({ byLabel }) => byLabel],
  ['requests', ({ requests }) => requests],
  ['retries', ({ retries }) => retries],
  ['failed', ({ failed }) => failed],
  ['input_tokens', ({ tokens }) => tokens.input],
  ['output_tokens', ({ tokens }) => tokens.output],
  ['cache_read_tokens', ({ tokens }) => tokens.cacheRead],
  ['cache_write_tokens', ({ tokens }) => tokens.cacheWrite],
  ['reasoning_tokens', ({ tokens }) => tokens.reasoning],
  ['cost_usd', ({ cost }) => cost],
  ['unpriced_requests', ({ unpriced }) => unpriced],
  ['first_byte_ms', ({ firstByteMs }) => firstByteMs],
  ['duration_ms', ({ durationMs }) => durationMs],
]

/** A text that a spreadsheet would take for a formula is told apart by a quote before it. */
const FORMULA = /^[=+\-@\t\r]/

function cell(value: Cell): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Rows as CSV (RFC 4180), with a line of headings. What is not known is empty. */
export function usageCsv(rows: readonly UsageRow[]): string {
  const lines = [
    COLUMNS.map(([heading]) => heading),
    ...rows.map((row) => COLUMNS.map(([, of]) => cell(of(row)))),
  ]
  return lines.map((line) => `${line.join(',')}\r\n`).join('')
}
