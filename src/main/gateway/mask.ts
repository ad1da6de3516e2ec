/** Takes credentials out of an answer: a vendor that repeats what it was sent must not tell them to a container. */
export interface Mask {
  /** A whole text, such as a header's value. */
  text(value: string): string
  /** The next piece of a body. What could be the beginning of a credential is kept until the next piece or the end. */
  chunk(piece: Buffer): Buffer
  /** What was kept. */
  end(): Buffer
}

/** A shorter text turns up in answers by chance, and is no credential that could be kept secret. */
const SHORTEST = 8

/** Nearly every key is of these characters, which are written in one way only. */
const PLAIN = /^[A-Za-z0-9_.~-]+$/

const ASTERISK = 0x2a
const NOTHING = Buffer.alloc(0)

/** The ways a vendor writes a text it was sent: as it is, in an address, in JSON (where some escape slashes). */
function spellings(secret: string): string[] {
  if (PLAIN.test(secret)) return [secret]
  return [
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/'),
  ]
}

/** Covers every needle in a piece. The piece is changed only if there is one, and then as a copy. */
function cover(piece: Buffer, needles: readonly Buffer[]): Buffer {
  let clean = piece
  for (const needle of needles)
    for (let at = clean.indexOf(needle); at >= 0; at = clean.indexOf(needle, at + needle.length)) {
      if (clean === piece) clean = Buffer.from(piece)
      clean.fill(ASTERISK, at, at + needle.length)
    }
  return clean
}

/** Length of the longest end of `piece` that is the beginning of `needle`, and not the whole of it. */
function openEnd(piece: Buffer, needle: Buffer): number {
  const first = needle[0] ?? 0
  const second = needle[1]
  for (
    let at = piece.indexOf(first, Math.max(0, piece.length - needle.length + 1));
    at >= 0;
    at = piece.indexOf(first, at + 1)
  ) {
    const length = piece.length - at
    // Two bytes tell nearly all of them apart, for less than a call.
    const alike = length === 1 || piece[at + 1] === second
    if (alike && piece.compare(needle, 0, length, at) === 0) return length
  }
  return 0
}

/** Undefined when there is nothing to hide. Each credential is covered by as many asterisks, so no length changes. */
export function createMask(secrets: readonly string[]): Mask | undefined {
  const long = secrets.filter((secret) => secret.length >= SHORTEST)
  if (long.length === 0) return undefined
  // Longer ones first: one spelling may begin with another.
  const texts = [...new Set(long.flatMap(spellings))].sort((a, b) => b.length - a.length)
  const needles = texts.map((text) => Buffer.from(text, 'latin1'))
  let kept: Buffer = NOTHING

  return {
    text: (value) =>
      texts.reduce(
        (clean, text) => (clean.includes(text) ? clean.replaceAll(text, '*'.repeat(text.length)) : clean),
        value,
      ),
    chunk(piece) {
      const clean = cover(kept.length === 0 ? piece : Buffer.concat([kept, piece]), needles)
      let open = 0
      for (const needle of needles) open = Math.max(open, openEnd(clean, needle))
      if (open === 0) {
        kept = NOTHING
        return clean
      }
      kept = clean.subarray(clean.length - open)
      return clean.subarray(0, clean.length - open)
    },
    end() {
      const rest = kept
      kept = NOTHING
      return rest
    },
  }
}
