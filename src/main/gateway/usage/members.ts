/**
 * Finds the few members of an answer that tell what it used or how it broke off, while the answer arrives. They count only
 * where vendors put them, at the top of a document or in its `message` or `response`: deeper down stands what a model
 * wrote, such as a tool's arguments. Around documents there may be anything: SSE, commas of an array, AWS's binary frames.
 */
export interface MemberScanner {
  feed(bytes: Buffer): void
}

export interface MemberListener {
  /** The JSON text of a usage object. */
  onUsage(text: string): void
  /** The JSON text of an error object, or of a whole event whose type is `error`. */
  onError(text: string): void
}

/** An object that is longer tells nothing. */
const MOST_CAPTURED = 64 * 1024
/** No key or type that is looked for is longer. */
const LONGEST_WORD = 16

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN = 0x7b
const CLOSE = 0x7d
const NEWLINE = 0x0a
const LETTER_D = 0x64

const USAGE: ReadonlySet<string> = new Set(['usage', 'usageMetadata'])
const PARENTS: ReadonlySet<string> = new Set(['message', 'response'])

/** How the words begin that are looked for. */
const INITIALS: ReadonlySet<number> = new Set(
  [...USAGE, ...PARENTS, 'error', 'type'].map((name) => name.charCodeAt(0)),
)
/** Stands for every word that is not looked for. */
const OTHER = '?'

const isSpace = (byte: number): boolean => byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09

/** Bytes that are kept over the ends of chunks. */
function createCapture() {
  let pieces: Buffer[] = []
  let size = 0
  return {
    add(piece: Buffer): void {
      size += piece.length
      // A copy: the chunk's memory is used again.
      if (size <= MOST_CAPTURED) pieces.push(Buffer.from(piece))
    },
    /** Undefined when it was too long. */
    take(): string | undefined {
      const text = size > MOST_CAPTURED ? undefined : Buffer.concat(pieces).toString('utf8')
      pieces = []
      size = 0
      return text
    },
  }
}

type Kind = 'usage' | 'error' | 'event'

/** What is said of a member by where it stands. */
function kindOf(depth: number, parent: string, key: string): Kind | undefined {
  if (depth !== 1 && !(depth === 2 && PARENTS.has(parent))) return undefined
  if (USAGE.has(key)) return 'usage'
  return key === 'error' ? 'error' : undefined
}

export function createMemberScanner({ onUsage, onError }: MemberListener): MemberScanner {
  const capture = createCapture()
  let kind: Kind | undefined
  /** The depth at which what is captured ends. */
  let until = 0
  let depth = 0
  let inText = false
  let escaped = false
  /** A document has just begun: what follows its brace shows whether it is one. */
  let fresh = false
  let word = ''
  let key = ''
  let parent = ''

  const forget = (): void => {
    capture.take()
    kind = undefined
    depth = 0
    inText = false
    escaped = false
  }

  const tell = (): void => {
    const text = capture.take()
    const told = kind
    kind = undefined
    if (text === undefined) return
    if (told === 'usage') onUsage(text)
    else onError(told === 'event' ? `{"type":"error"${text}` : text)
  }

  /** The end of a text: a key, a value, or neither. */
  function textEnds(): 'event' | undefined {
    inText = false
    return depth === 1 && key === 'type' && word === 'error' && kind === undefined ? 'event' : undefined
  }

  /** A byte inside a text. Answers `event` at the end of the one that says that the document is an error. */
  function inside(byte: number): 'event' | undefined {
    if (escaped) escaped = false
    else if (byte === BACKSLASH) {
      escaped = true
      word = ''
    } else if (byte === QUOTE) return textEnds()
    // No JSON text has a line end in it: this was none.
    else if (byte === NEWLINE) forget()
    return undefined
  }

  /** Goes over the plain bytes of a text, of which the first make its word. Answers with where they end. */
  function readOn(bytes: Buffer, from: number): number {
    let i = from
    for (; i < bytes.length; i++) {
      const byte = bytes[i]
      if (byte === QUOTE || byte === BACKSLASH || byte === NEWLINE) break
    }
    const room = LONGEST_WORD - word.length
    // A key, or the value that tells an error: nobody looks at others, and making a text of each takes time and memory.
    const matters = depth <= 2 && (key === '' || key === 'type')
    if (!matters || room <= 0 || i === from) return i
    if (word === '' && !INITIALS.has(bytes[from] ?? 0)) word = OTHER
    else word += bytes.toString('latin1', from, Math.min(i, from + room))
    return i
  }

  function opens(byte: number): Kind | undefined {
    if (depth === 0) {
      if (byte === OPEN_BRACKET) return undefined
      fresh = true
      key = ''
      parent = ''
      depth = 1
      return undefined
    }
    const found = byte === OPEN && kind === undefined ? kindOf(depth, parent, key) : undefined
    if (depth === 1) parent = byte === OPEN ? key : ''
    key = ''
    depth += 1
    return found
  }

  /** True when what is captured ends here. */
  function closes(): boolean {
    if (depth === 0) return false
    depth -= 1
    return kind !== undefined && depth === until
  }

  /** A byte outside of texts. */
  function outside(byte: number): Kind | 'end' | undefined {
    if (fresh && !isSpace(byte)) {
      fresh = false
      if (byte !== QUOTE && byte !== CLOSE) depth = 0
    }
    switch (byte) {
      case QUOTE:
        if (depth > 0) inText = true
        word = ''
        return undefined
      case COLON:
        key = word
        return undefined
      case COMMA:
        key = ''
        return undefined
      case OPEN:
      case OPEN_BRACKET:
        return opens(byte)
      case CLOSE:
      case CLOSE_BRACKET:
        return closes() ? 'end' : undefined
      case LETTER_D:
        // No JSON has one outside of its texts: a line of SSE begins, and the document before it was cut off.
        if (depth > 0) forget()
        return undefined
      default:
        return undefined
    }
  }

  /** Where the bytes to capture begin. */
  function begins(step: Kind, i: number): number {
    kind = step
    // An event is the rest of its document; an object ends where it began.
    until = step === 'event' ? 0 : depth - 1
    return step === 'event' ? i + 1 : i
  }

  return {
    feed(bytes) {
      let from = 0
      for (let i = 0; i < bytes.length; i++) {
        if (inText && !escaped) i = readOn(bytes, i)
        const byte = bytes[i]
        if (byte === undefined) break
        const step = inText ? inside(byte) : outside(byte)
        if (step === undefined) continue
        if (step !== 'end') from = begins(step, i)
        else {
          capture.add(bytes.subarray(from, i + 1))
          tell()
        }
      }
      if (kind !== undefined) capture.add(bytes.subarray(from))
    },
  }
}
