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

/** The ways a vendor writes a text it was sent: as it is, in an address, in JSON (where some escape slashes). */
const spellings = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
  JSON.stringify(secret).slice(1, -1),
  JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/'),
]

/** Length of the longest end of `text` that is the beginning of one of `needles`, and not the whole of it. */
function openEnd(text: string, needles: readonly string[], longest: number): number {
  for (let from = Math.max(0, text.length - longest + 1); from < text.length; from++) {
    const end = text.slice(from)
    if (needles.some((needle) => needle.startsWith(end))) return end.length
  }
  return 0
}

/** Undefined when there is nothing to hide. Each credential is covered by as many asterisks, so no length changes. */
export function createMask(secrets: readonly string[]): Mask | undefined {
  const all = new Set(secrets.filter((secret) => secret.length >= SHORTEST).flatMap(spellings))
  // Longer ones first: one spelling may begin with another.
  const needles = [...all].sort((a, b) => b.length - a.length)
  const longest = needles[0]?.length ?? 0
  if (longest === 0) return undefined
  let kept = ''

  const text = (value: string): string =>
    needles.reduce((clean, needle) => clean.replaceAll(needle, '*'.repeat(needle.length)), value)

  return {
    text,
    chunk(piece) {
      // One character a byte, so that what is not text comes out as it went in.
      const clean = text(kept + piece.toString('latin1'))
      const open = openEnd(clean, needles, longest)
      kept = clean.slice(clean.length - open)
      return Buffer.from(clean.slice(0, clean.length - open), 'latin1')
    },
    end() {
      const rest = Buffer.from(kept, 'latin1')
      kept = ''
      return rest
    },
  }
}
