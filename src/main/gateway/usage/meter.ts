import type { Tokens } from '../../../preload/tokens.ts'
import { readTokens } from './tokens.ts'

/** An error told inside an answer that had begun well. */
export interface StreamError {
  /** JSON text: the error as a failed answer would have had it. */
  readonly body: string
}

/**
 * Reads along with an answer without holding it up: what it used, and whether it broke off with an error. It looks for
 * the members that tell, whatever is around them (SSE, one JSON text, AWS's binary frames), so most chunks are searched
 * and not parsed. In the text a model writes these members cannot stand: their quotes are escaped there.
 */
export interface Meter {
  push(chunk: Uint8Array): void
  tokens(): Tokens | undefined
  error(): StreamError | undefined
}

/** An object that is not whole yet is waited for up to this many bytes. */
const MOST_WAITED = 64 * 1024
/** Pieces that are collected before an object that is not whole is looked at again. */
const MOST_PIECES = 1000
const OPEN = 0x7b
const CLOSE = 0x7d
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** What may tell something. The longest decides how much of a chunk's end is kept for the next. */
const USAGE = ['"usage"', '"usageMetadata"']
const ERROR = ['"error"']
const ERROR_EVENT = ['"type":"error"', '"type": "error"']
const LONGEST = Math.max(...[...USAGE, ...ERROR, ...ERROR_EVENT].map((needle) => needle.length))

/** What every needle has in it. A chunk without these, as nearly all are, tells nothing. */
const SIGNS = [Buffer.from('"usage'), Buffer.from('"error"')]

const hasSign = (bytes: Buffer): boolean => SIGNS.some((sign) => bytes.includes(sign))

/** The last bytes of two pieces that follow each other, as a copy. */
function tailOf(before: Buffer, chunk: Buffer): Buffer {
  const bytes = chunk.length >= LONGEST ? chunk : Buffer.concat([before, chunk])
  return Buffer.from(bytes.subarray(Math.max(0, bytes.length - LONGEST)))
}

/** The end of the object that begins at `start`, or -1 when it is not whole. */
function endOf(bytes: Buffer, start: number): number {
  let depth = 0
  let inText = false
  for (let i = start; i < bytes.length; i++) {
    const byte = bytes[i]
    if (inText) {
      if (byte === BACKSLASH) i += 1
      else if (byte === QUOTE) inText = false
    } else if (byte === QUOTE) inText = true
    else if (byte === OPEN) depth += 1
    else if (byte === CLOSE && --depth === 0) return i + 1
  }
  return -1
}

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** Where the value of the member that ends at `at` begins. `bytes.length` when that is not there yet; -1 for no member. */
function valueAfter(bytes: Buffer, at: number): number {
  let i = at
  while (isSpace(bytes[i])) i += 1
  if (i < bytes.length && bytes[i] !== 0x3a) return -1
  i += 1
  while (isSpace(bytes[i])) i += 1
  return Math.min(i, bytes.length)
}

type Found = { readonly at: number; readonly text: string } | 'later' | undefined

/** The object that is the value of the member named at `at`. */
function objectOf(bytes: Buffer, at: number, needle: string): Found {
  const start = valueAfter(bytes, at + needle.length)
  if (start === -1) return undefined
  if (start === bytes.length) return 'later'
  if (bytes[start] !== OPEN) return undefined
  const end = endOf(bytes, start)
  return end === -1 ? 'later' : { at: end, text: bytes.toString('utf8', start, end) }
}

/** OpenAI's responses tell an error as an event of its own: the object the needle stands in, which begins its line. */
function enclosing(bytes: Buffer, at: number): Found {
  const line = bytes.lastIndexOf(0x0a, at)
  const start = bytes.indexOf(OPEN, line + 1)
  if (start === -1 || start > at) return undefined
  const end = endOf(bytes, start)
  return end === -1 ? 'later' : { at: end, text: bytes.toString('utf8', start, end) }
}

/** Collects what follows an object that is not whole, as copies: a small piece may keep a large one in memory. */
function createPending() {
  let pieces: Buffer[] = []
  let size = 0
  return {
    /** True when there is so much that it is worth looking through all that is kept again. */
    add(chunk: Buffer, kept: number): boolean {
      pieces.push(Buffer.from(chunk))
      size += chunk.length
      return size >= kept || pieces.length >= MOST_PIECES
    },
    take(): Buffer {
      const all = Buffer.concat(pieces)
      pieces = []
      size = 0
      return all
    },
  }
}

/** What has to be looked at again with the next chunk: an object that is not whole, or the beginning of a needle. */
function restOf(bytes: Buffer, again: number): Buffer {
  if (again >= bytes.length) return Buffer.from(bytes.subarray(Math.max(0, bytes.length - LONGEST)))
  const line = bytes.lastIndexOf(0x0a, again) + 1
  for (const from of [line, again]) {
    if (bytes.length - from <= MOST_WAITED) return Buffer.from(bytes.subarray(from))
  }
  return Buffer.from(bytes.subarray(-LONGEST))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function createMeter(): Meter {
  const pending = createPending()
  let kept: Buffer = Buffer.alloc(0)
  let tokens: Tokens | undefined
  let error: StreamError | undefined

  const take = (found: Tokens | undefined): void => {
    if (found === undefined) return
    // Counts come in parts and grow: Anthropic tells the input at the start and the output at the end.
    tokens = {
      input: found.input || (tokens?.input ?? 0),
      output: found.output || (tokens?.output ?? 0),
      cacheRead: found.cacheRead || (tokens?.cacheRead ?? 0),
      cacheWrite: found.cacheWrite || (tokens?.cacheWrite ?? 0),
      reasoning: found.reasoning || (tokens?.reasoning ?? 0),
    }
  }

  /** Calls `use` with every object found; answers from where the bytes have to be looked at again. */
  function scan(
    bytes: Buffer,
    needles: readonly string[],
    objectAt: (at: number, needle: string) => Found,
    use: (text: string) => void,
  ): number {
    let again = bytes.length
    for (const needle of needles) {
      for (let at = bytes.indexOf(needle); at !== -1; ) {
        const found = objectAt(at, needle)
        if (found === 'later') {
          again = Math.min(again, at)
          break
        }
        if (found !== undefined) use(found.text)
        at = bytes.indexOf(needle, found === undefined ? at + needle.length : found.at)
      }
    }
    return again
  }

  function read(chunk: Buffer): void {
    const seam = Buffer.concat([kept, chunk.subarray(0, LONGEST)])
    if (kept.length <= LONGEST && !hasSign(chunk) && !hasSign(seam)) {
      kept = tailOf(kept, chunk)
      return
    }
    const bytes = kept.length === 0 ? chunk : Buffer.concat([kept, chunk])
    const member = (at: number, needle: string) => objectOf(bytes, at, needle)
    const onError = (text: string) => {
      if (error === undefined && parse(text) !== undefined) error = { body: `{"error":${text}}` }
    }
    const again = Math.min(
      scan(bytes, USAGE, member, (text) => take(readTokens(parse(text)))),
      error === undefined ? scan(bytes, ERROR, member, onError) : bytes.length,
      error === undefined ? scan(bytes, ERROR_EVENT, (at) => enclosing(bytes, at), onError) : bytes.length,
    )
    kept = restOf(bytes, again)
  }

  const catchUp = (): void => {
    const rest = pending.take()
    if (rest.length > 0) read(rest)
  }

  return {
    push(piece) {
      const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.length)
      // Each look costs as much as there is kept: many small pieces must not cost the square of that.
      if (kept.length <= LONGEST) read(chunk)
      else if (pending.add(chunk, kept.length)) catchUp()
    },
    tokens() {
      catchUp()
      return tokens
    },
    error() {
      catchUp()
      return error
    },
  }
}
