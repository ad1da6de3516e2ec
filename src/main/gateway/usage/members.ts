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

type Kind = 'usage' | 'error' | 'event'

/** One object for what would be a dozen functions of each answer: every request has one. */
interface State {
  /** What is being captured. */
  kind: Kind | undefined
  /** The depth at which that ends. */
  until: number
  depth: number
  inText: boolean
  escaped: boolean
  /** A document has just begun: what follows its brace shows whether it is one. */
  fresh: boolean
  word: string
  key: string
  parent: string
  /** Bytes that are kept over the ends of chunks. */
  captured: Buffer[]
  size: number
}

function capture(state: State, piece: Buffer): void {
  state.size += piece.length
  // A copy: the chunk's memory is used again.
  if (state.size <= MOST_CAPTURED) state.captured.push(Buffer.from(piece))
}

/** What was captured; undefined when it was too long. Nothing is from then on. */
function take(state: State): string | undefined {
  const text = state.size > MOST_CAPTURED ? undefined : Buffer.concat(state.captured).toString('utf8')
  state.captured = []
  state.size = 0
  state.kind = undefined
  return text
}

/** What is said of a member by where it stands. */
function kindOf({ depth, parent, key }: State): Kind | undefined {
  if (depth !== 1 && !(depth === 2 && PARENTS.has(parent))) return undefined
  if (USAGE.has(key)) return 'usage'
  return key === 'error' ? 'error' : undefined
}

function forget(state: State): void {
  state.captured = []
  state.size = 0
  state.kind = undefined
  state.depth = 0
  state.inText = false
  state.escaped = false
}

/** The end of a text: a key, a value, or neither. */
function textEnds(state: State): 'event' | undefined {
  state.inText = false
  const { depth, key, word, kind } = state
  return depth === 1 && key === 'type' && word === 'error' && kind === undefined ? 'event' : undefined
}

/** A byte inside a text. Answers `event` at the end of the one that says that the document is an error. */
function inside(state: State, byte: number): 'event' | undefined {
  if (state.escaped) state.escaped = false
  else if (byte === BACKSLASH) {
    state.escaped = true
    state.word = ''
  } else if (byte === QUOTE) return textEnds(state)
  // No JSON text has a line end in it: this was none.
  else if (byte === NEWLINE) forget(state)
  return undefined
}

/** Goes over the plain bytes of a text, of which the first make its word. Answers with where they end. */
function readOn(state: State, bytes: Buffer, from: number): number {
  let i = from
  for (; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === QUOTE || byte === BACKSLASH || byte === NEWLINE) break
  }
  const { word, key } = state
  const room = LONGEST_WORD - word.length
  // A key, or the value that tells an error: nobody looks at others, and making a text of each takes time and memory.
  const matters = state.depth <= 2 && (key === '' || key === 'type')
  if (!matters || room <= 0 || i === from) return i
  if (word === '' && !INITIALS.has(bytes[from] ?? 0)) state.word = OTHER
  else state.word += bytes.toString('latin1', from, Math.min(i, from + room))
  return i
}

function opens(state: State, byte: number): Kind | undefined {
  if (state.depth === 0) {
    if (byte === OPEN_BRACKET) return undefined
    state.fresh = true
    state.key = ''
    state.parent = ''
    state.depth = 1
    return undefined
  }
  const found = byte === OPEN && state.kind === undefined ? kindOf(state) : undefined
  if (state.depth === 1) state.parent = byte === OPEN ? state.key : ''
  state.key = ''
  state.depth += 1
  return found
}

/** True when what is captured ends here. */
function closes(state: State): boolean {
  if (state.depth === 0) return false
  state.depth -= 1
  return state.kind !== undefined && state.depth === state.until
}

/** A byte outside of texts. */
function outside(state: State, byte: number): Kind | 'end' | undefined {
  if (state.fresh && !isSpace(byte)) {
    state.fresh = false
    if (byte !== QUOTE && byte !== CLOSE) state.depth = 0
  }
  switch (byte) {
    case QUOTE:
      if (state.depth > 0) state.inText = true
      state.word = ''
      return undefined
    case COLON:
      state.key = state.word
      return undefined
    case COMMA:
      state.key = ''
      return undefined
    case OPEN:
    case OPEN_BRACKET:
      return opens(state, byte)
    case CLOSE:
    case CLOSE_BRACKET:
      return closes(state) ? 'end' : undefined
    case LETTER_D:
      // No JSON has one outside of its texts: a line of SSE begins, and the document before it was cut off.
      if (state.depth > 0) forget(state)
      return undefined
    default:
      return undefined
  }
}

/** Where the bytes to capture begin. */
function begins(state: State, step: Kind, i: number): number {
  state.kind = step
  // An event is the rest of its document; an object ends where it began.
  state.until = step === 'event' ? 0 : state.depth - 1
  return step === 'event' ? i + 1 : i
}

function tell(state: State, { onUsage, onError }: MemberListener): void {
  const told = state.kind
  const text = take(state)
  if (text === undefined) return
  if (told === 'usage') onUsage(text)
  else onError(told === 'event' ? `{"type":"error"${text}` : text)
}

function feed(state: State, bytes: Buffer, listener: MemberListener): void {
  let from = 0
  for (let i = 0; i < bytes.length; i++) {
    if (state.inText && !state.escaped) i = readOn(state, bytes, i)
    const byte = bytes[i]
    if (byte === undefined) break
    const step = state.inText ? inside(state, byte) : outside(state, byte)
    if (step === undefined) continue
    if (step !== 'end') from = begins(state, step, i)
    else {
      capture(state, bytes.subarray(from, i + 1))
      tell(state, listener)
    }
  }
  if (state.kind !== undefined) capture(state, bytes.subarray(from))
}

export function createMemberScanner(listener: MemberListener): MemberScanner {
  const state: State = {
    kind: undefined,
    until: 0,
    depth: 0,
    inText: false,
    escaped: false,
    fresh: false,
    word: '',
    key: '',
    parent: '',
    captured: [],
    size: 0,
  }
  return { feed: (bytes) => feed(state, bytes, listener) }
}
