/** Takes credentials out of an answer: a vendor that repeats what it was sent must not tell them to a container. */
export interface Mask {
  /** A whole text, such as a header's value. */
  text(value: string): string
  /** The next piece of a body. What could be the beginning of a credential is kept until the next piece or the end. */
  chunk(piece: Buffer): Buffer
  /** What was kept. */
  end(): Buffer
}

/**
 * A shorter text turns up in answers by chance: covering it would spoil them. No vendor's key is so short (see
 * `accounts/key.ts`), only what people give to servers of their own that want none.
 */
const SHORTEST = 8

/** Nearly every key is of these characters, which are written in one way only. */
const PLAIN = /^[A-Za-z0-9_.-]+$/

const ASTERISK = 0x2a
const NOTHING = Buffer.alloc(0)

/** A text that is to be covered: one of the heads, then one spelling of each part. */
interface Needle {
  readonly heads: readonly Buffer[]
  readonly parts: readonly (readonly Buffer[])[]
}

/** In HTML and XML by name, beside the number each character has. */
const ENTITIES: Readonly<Record<string, readonly string[]>> = {
  '&': ['&amp;'],
  '<': ['&lt;'],
  '>': ['&gt;'],
  '"': ['&quot;'],
  "'": ['&apos;'],
}

/** Hexadecimal digits of a byte, in any case. */
function digits(code: number): string[] {
  const [high = '', low = ''] = code.toString(16)
  const first = new Set([high, high.toUpperCase()])
  const second = [...new Set([low, low.toUpperCase()])]
  return [...first].flatMap((one) => second.map((other) => one + other))
}

/**
 * The ways vendors write a character that is not plain: as it is, in JSON (some escape slashes, some `+`, `<` or `&`), in
 * JSON within JSON, in an address, in an address within one, in HTML, in a script.
 */
function spellings(char: string): Buffer[] {
  const code = char.charCodeAt(0)
  const escapes = digits(code).flatMap((hex) => [`\\u00${hex}`, `\\x${hex}`])
  const all = [
    char,
    `\\${char}`,
    `\\\\\\${char}`,
    ...escapes,
    ...escapes.map((one) => `\\${one}`),
    ...digits(code).flatMap((hex) => [`%${hex}`, `%25${hex}`, `&#x${hex};`]),
    `&#${code};`,
    `&#0${code};`,
    ...(ENTITIES[char] ?? []),
  ]
  if (char === '\\') all.push('\\\\\\\\')
  // Longer ones first: one may begin with another.
  return all.sort((a, b) => b.length - a.length).map((text) => Buffer.from(text, 'latin1'))
}

function needleOf(secret: string): Needle {
  if (PLAIN.test(secret)) return { heads: [Buffer.from(secret, 'latin1')], parts: [] }
  const pieces = secret.match(/[A-Za-z0-9_.-]+|./gs) ?? []
  const [heads = [], ...parts] = pieces.map((piece) =>
    PLAIN.test(piece) ? [Buffer.from(piece, 'latin1')] : spellings(piece),
  )
  return { heads, parts }
}

/** The parts go on after the end of what is there. */
const OPEN = -2
const ABSENT = -1

/** Where the parts from `first` on end that begin at `at`; `OPEN` or `ABSENT`. */
function endOf(bytes: Buffer, at: number, parts: Needle['parts'], first: number): number {
  const part = parts[first]
  if (part === undefined) return at
  let open = false
  for (const spelling of part) {
    const there = Math.min(spelling.length, bytes.length - at)
    if (bytes.compare(spelling, 0, there, at, at + there) !== 0) continue
    const end = there < spelling.length ? OPEN : endOf(bytes, at + there, parts, first + 1)
    if (end >= 0) return end
    open ||= end === OPEN
  }
  return open ? OPEN : ABSENT
}

/** A body's piece while it is looked through. */
interface Look {
  bytes: Buffer
  /** Where a needle begins that goes on in the next piece; the length where none does. */
  open: number
}

/** Covers a needle wherever it is. The bytes are changed only if it is there, and then as a copy. */
function cover(look: Look, piece: Buffer, { heads, parts }: Needle): void {
  for (const head of heads)
    for (let at = look.bytes.indexOf(head); at >= 0; ) {
      const end = endOf(look.bytes, at + head.length, parts, 0)
      if (end >= 0) {
        if (look.bytes === piece) look.bytes = Buffer.from(piece)
        look.bytes.fill(ASTERISK, at, end)
      } else if (end === OPEN) look.open = Math.min(look.open, at)
      at = look.bytes.indexOf(head, end >= 0 ? end : at + 1)
    }
}

/** Length of the longest end of `piece` that is the beginning of `head`, and not the whole of it. */
function openEnd(piece: Buffer, head: Buffer): number {
  const first = head[0] ?? 0
  const second = head[1]
  for (
    let at = piece.indexOf(first, Math.max(0, piece.length - head.length + 1));
    at >= 0;
    at = piece.indexOf(first, at + 1)
  ) {
    const length = piece.length - at
    // Two bytes tell nearly all of them apart, for less than a call.
    const alike = length === 1 || piece[at + 1] === second
    if (alike && piece.compare(head, 0, length, at) === 0) return length
  }
  return 0
}

/** Undefined when there is nothing to hide. Each credential is covered by as many asterisks, so no length changes. */
export function createMask(secrets: readonly string[]): Mask | undefined {
  const all = secrets.filter((secret, i) => secret.length >= SHORTEST && secrets.indexOf(secret) === i)
  if (all.length === 0) return undefined
  // Longer ones first: one may begin with another.
  const needles = all.sort((a, b) => b.length - a.length).map(needleOf)
  const heads = needles.flatMap((needle) => needle.heads)
  const begins = heads.map((head) => head.toString('latin1'))
  let kept: Buffer = NOTHING

  return {
    text(value) {
      if (!begins.some((head) => value.includes(head))) return value
      const piece = Buffer.from(value)
      const look: Look = { bytes: piece, open: piece.length }
      for (const needle of needles) cover(look, piece, needle)
      return look.bytes === piece ? value : look.bytes.toString()
    },
    chunk(next) {
      const piece = kept.length === 0 ? next : Buffer.concat([kept, next])
      const look: Look = { bytes: piece, open: piece.length }
      for (const needle of needles) cover(look, piece, needle)
      const { bytes } = look
      let { open } = look
      for (const head of heads) open = Math.min(open, bytes.length - openEnd(bytes, head))
      if (open === bytes.length) {
        kept = NOTHING
        return bytes
      }
      kept = bytes.subarray(open)
      return bytes.subarray(0, open)
    },
    end() {
      const rest = kept
      kept = NOTHING
      return rest
    },
  }
}
