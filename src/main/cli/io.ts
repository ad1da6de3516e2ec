/** What a command reads and writes: the process's own streams, or a test's. */
export interface Io {
  /** To standard output: what was asked for. */
  out(text: string): void
  /** To standard error: questions, progress and failures. */
  err(text: string): void
  /** Raw bytes to standard output. */
  outBytes(bytes: Uint8Array): void
  /** Whether somebody can be asked: standard input and error are a terminal. */
  readonly interactive: boolean
  /** Whether output may be coloured. */
  readonly colour: boolean
  /** The next line of standard input without its end; undefined at the end of it. */
  line(): Promise<string | undefined>
  /** All that is left of standard input. Throws `bad_request` when it is more than 4 million bytes. */
  rest(): Promise<string>
  /** Asks on the terminal. */
  ask(question: string): Promise<string>
  /** The same, and what is typed does not show. */
  askHidden(question: string): Promise<string>
  /** Aborts at Ctrl-C. */
  readonly interrupted: AbortSignal
}

const RESET = '\u001b[0m'
const CODES = {
  bold: '\u001b[1m',
  dim: '\u001b[2m',
  red: '\u001b[31m',
  green: '\u001b[32m',
  yellow: '\u001b[33m',
}

/** Colours a text where colours are wanted. */
export function paint(io: Pick<Io, 'colour'>, style: keyof typeof CODES, text: string): string {
  return io.colour && text !== '' ? `${CODES[style]}${text}${RESET}` : text
}

/** Control characters of a name or a message must not steer the terminal. */
export function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => (control === '\n' || control === '\t' ? control : '�'))
}

/** Rows under headings, columns padded. Nothing at all for no rows. */
export function table(
  io: Pick<Io, 'colour'>,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  if (rows.length === 0) return ''
  const cells = [headings, ...rows].map((row) => row.map((cell) => plain(cell).replace(/\s+/g, ' ')))
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => [...(row[column] ?? '')].length)))
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length))
      .join('  ')
      .trimEnd(),
  )
  const [head = '', ...body] = lines
  return `${[paint(io, 'bold', head), ...body].join('\n')}\n`
}

/** `3 minutes ago`, for a time in milliseconds since the epoch. */
export function ago(at: number | undefined, now = Date.now()): string {
  if (at === undefined) return '—'
  const seconds = Math.max(0, Math.round((now - at) / 1000))
  if (seconds < 60) return 'just now'
  const [count, unit] =
    seconds < 3600
      ? [Math.floor(seconds / 60), 'minute']
      : seconds < 86_400
        ? [Math.floor(seconds / 3600), 'hour']
        : [Math.floor(seconds / 86_400), 'day']
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`
}
