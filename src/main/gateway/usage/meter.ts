import type { Tokens } from '../../../preload/tokens.ts'
import { createMemberScanner } from './members.ts'
import { readTokens } from './tokens.ts'

/** An error told inside an answer that had begun well. */
export interface StreamError {
  /** JSON text: the error as a failed answer would have had it. */
  readonly body: string
}

/** Reads along with an answer without holding it up: what it used, and whether it broke off with an error. */
export interface Meter {
  push(chunk: Buffer): void
  tokens(): Tokens | undefined
  error(): StreamError | undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Counts come in parts and grow: Anthropic tells the input at the start and the output at the end. */
function merged(before: Tokens | undefined, found: Tokens): Tokens {
  return {
    input: found.input || (before?.input ?? 0),
    output: found.output || (before?.output ?? 0),
    cacheRead: found.cacheRead || (before?.cacheRead ?? 0),
    cacheWrite: found.cacheWrite || (before?.cacheWrite ?? 0),
    reasoning: found.reasoning || (before?.reasoning ?? 0),
  }
}

/** The error object of what was found: Anthropic's event has one inside, OpenAI's is one itself. */
function errorIn(found: unknown): unknown {
  if (typeof found !== 'object' || found === null) return undefined
  return 'error' in found && typeof found.error === 'object' ? (found.error ?? found) : found
}

export function createMeter(): Meter {
  let tokens: Tokens | undefined
  let error: StreamError | undefined
  const scanner = createMemberScanner({
    onUsage(text) {
      const found = readTokens(parse(text))
      if (found !== undefined) tokens = merged(tokens, found)
    },
    onError(text) {
      const found = errorIn(parse(text))
      if (error === undefined && found !== undefined) error = { body: JSON.stringify({ error: found }) }
    },
  })
  return {
    push: scanner.feed,
    tokens: () => tokens,
    error: () => error,
  }
}
