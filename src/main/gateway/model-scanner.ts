/** Finds the string at `"model"` in a JSON object's first level while the object arrives, without reading the rest. */
export interface ModelScanner {
  /** Takes the next bytes. True when nothing more is to be found out. */
  feed(chunk: Buffer): boolean
  /** Undefined when there is none, or not yet. Of several the first. */
  model(): string | undefined
}

/** No key that means `model` is longer, even with every character escaped; no model's name is. Bytes. */
const LONGEST_KEY = 64
const LONGEST_MODEL = 1024

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

/** Such a text is not what it looks like, or none that JSON has (RFC 8259 §7). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ESCAPED = /[\\\u0000-\u001f]/

/** Space, tab and line ends (RFC 8259 §2). */
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** The text of a JSON string without its quotes; undefined when it is none. */
function textOf(raw: Buffer[]): string | undefined {
  const [first] = raw
  const text = (raw.length === 1 && first !== undefined ? first : Buffer.concat(raw)).toString('utf8')
  if (!ESCAPED.test(text)) return text
  try {
    const value: unknown = JSON.parse(`"${text}"`)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

/** What the next token of the first level is. */
type Place = 'start' | 'key' | 'after key' | 'value' | 'over'

interface State {
  place: Place
  depth: number
  /** The value that comes next is the model's. */
  wanted: boolean
  inString: boolean
  escaped: boolean
  /** Pieces of a string that is a key of the first level or the model; undefined for any other string. */
  kept: Buffer[] | undefined
  keptBytes: number
  model: string | undefined
}

/** Keeps a piece of a string that matters. False when it is longer than what is looked for. */
function keep(state: State, piece: Buffer): boolean {
  if (state.kept === undefined || piece.length === 0) return true
  state.keptBytes += piece.length
  if (state.keptBytes > (state.place === 'key' ? LONGEST_KEY : LONGEST_MODEL)) return false
  state.kept.push(piece)
  return true
}

/** A string that is too long: as a key it is another one, as the model it is none. */
function giveUp(state: State): void {
  state.kept = undefined
  if (state.place !== 'key') state.place = 'over'
}

/** Takes the bytes of a string from `from` on, and answers with where it ends or the chunk does. */
function readString(state: State, chunk: Buffer, from: number): number {
  let i = from
  while (i < chunk.length) {
    const byte = chunk[i]
    if (state.escaped) state.escaped = false
    else if (byte === BACKSLASH) state.escaped = true
    else if (byte === QUOTE) break
    i++
  }
  if (state.kept !== undefined && !keep(state, chunk.subarray(from, i))) giveUp(state)
  if (i < chunk.length && state.place !== 'over') endString(state)
  return i + 1
}

function endString(state: State): void {
  state.inString = false
  const text = state.kept === undefined ? undefined : textOf(state.kept)
  state.kept = undefined
  if (state.depth !== 1) return
  if (state.place === 'key') {
    state.wanted = text === 'model'
    state.place = 'after key'
  } else if (state.wanted) {
    state.model = text
    state.place = 'over'
  }
}

function beginString(state: State): void {
  state.inString = true
  state.keptBytes = 0
  const matters = state.depth === 1 && (state.place === 'key' || (state.place === 'value' && state.wanted))
  state.kept = matters ? [] : undefined
}

/** Anything but an object holds no model, and neither does one whose model is no string. */
function isHopeless({ place, depth, wanted }: State, byte: number): boolean {
  if (place === 'start') return byte !== OPEN_BRACE
  return depth === 1 && place === 'value' && wanted && byte !== QUOTE
}

/** Takes one byte outside of strings. */
function readByte(state: State, byte: number): void {
  if (isBlank(byte)) return
  if (isHopeless(state, byte)) {
    state.place = 'over'
    return
  }
  if (byte === QUOTE) beginString(state)
  else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
    state.depth++
    if (state.place === 'start') state.place = 'key'
  } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
    state.depth--
    if (state.depth === 0) state.place = 'over'
  } else if (state.depth === 1 && byte === COMMA) state.place = 'key'
  else if (state.depth === 1 && byte === COLON) state.place = 'value'
}

export function createModelScanner(): ModelScanner {
  const state: State = {
    place: 'start',
    depth: 0,
    wanted: false,
    inString: false,
    escaped: false,
    kept: undefined,
    keptBytes: 0,
    model: undefined,
  }
  return {
    feed(chunk) {
      let i = 0
      while (i < chunk.length && state.place !== 'over') {
        if (state.inString) i = readString(state, chunk, i)
        else readByte(state, chunk[i++] ?? 0)
      }
      return state.place === 'over'
    },
    model: () => state.model,
  }
}
