import type { Reading } from './found.ts'
import type { Guide } from './guide.ts'
import { listed } from './names.ts'
import { readVariables, type Variable } from './variables.ts'

/** The syntax of `.env` files as the `dotenv` package reads it: https://github.com/motdotla/dotenv#what-rules-does-the-parsing-engine-follow */

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' }
const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]{0,199})[ \t]*(?:=|:[ \t])[ \t]*/

/** Where the quote that opened before `from` closes; -1 when it does not. */
function closing(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\' && quote === '"') at += 1
    else if (text[at] === quote) return at
  }
  return -1
}

interface Assigned extends Variable {
  /** Where the next line begins. */
  readonly next: number
  readonly openQuote: boolean
}

/** The assignment on the line from `start` to `end`; its value may go on over further lines inside quotes. */
function assignment(text: string, start: number, end: number, line: number): Assigned | undefined {
  const match = ASSIGNMENT.exec(text.slice(start, Math.min(end, start + 400)))
  if (match?.[1] === undefined) return undefined
  const at = start + match[0].length
  const quote = text[at] ?? ''
  const isQuoted = at < end && /["'`]/.test(quote)
  const close = isQuoted ? closing(text, at + 1, quote) : -1
  if (close >= 0) {
    const raw = text.slice(at + 1, close)
    const value =
      quote === '"' ? raw.replace(/\\(.)/gs, (all, escaped: string) => ESCAPES[escaped] ?? all) : raw
    const lineEnd = text.indexOf('\n', close)
    return { name: match[1], value, line, next: lineEnd === -1 ? text.length : lineEnd + 1, openQuote: false }
  }
  const bare = text.slice(at, end)
  const comment = bare.search(/(?:^|[ \t])#/)
  const value = (comment === -1 ? bare : bare.slice(0, comment)).trim()
  return { name: match[1], value, line, next: end + 1, openQuote: isQuoted }
}

/** The variables a `.env` text sets, and the lines whose quote never closes. Of two of one name the last counts. */
export function parseEnv(given: string): { variables: Variable[]; openQuotes: number[] } {
  const text = given.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const variables = new Map<string, Variable>()
  const openQuotes: number[] = []
  let line = 1
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start)
    const end = found === -1 ? text.length : found
    const set = assignment(text, start, end, line)
    const next = set?.next ?? end + 1
    if (set !== undefined) {
      // Set anew, so that it stands where it was last said.
      variables.delete(set.name)
      variables.set(set.name, { name: set.name, value: set.value, line })
      if (set.openQuote) openQuotes.push(line)
    }
    for (let at = text.indexOf('\n', start); at !== -1 && at < next; at = text.indexOf('\n', at + 1))
      line += 1
    start = next
  }
  return { variables: [...variables.values()], openQuotes }
}

/**
 * The accounts in a `.env` file.
 * @param label for accounts, when the file's folder has a name
 */
export function readEnvFile(text: string, guide: Guide, label: string | undefined): Reading {
  const { variables, openQuotes } = parseEnv(text)
  const reading = readVariables(variables, guide, { label, noun: 'the file' })
  if (openQuotes.length === 0) return reading
  const lines = listed(openQuotes.map(String))
  return {
    ...reading,
    notes: [...reading.notes, `A quotation mark is opened and not closed on line ${lines}.`],
  }
}
