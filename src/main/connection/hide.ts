import { scrub } from '../log/scrub.ts'

const HIDDEN = '[secret]'
/** As much of a vendor's text as is looked at, and as much of it as is shown. Characters. */
const LOOKED_AT = 1000
const SHOWN = 200
/** A piece of a secret this long gives something away. Shorter ones are found in any text. */
const PIECE = 8
const SHORTEST = 4

/** Letters and digits alone, in small letters, each with its place in the text. */
function squeezed(text: string): { letters: string; places: number[] } {
  let letters = ''
  const places: number[] = []
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? ''
    if (!/[A-Za-z0-9]/.test(sign)) continue
    letters += sign.toLowerCase()
    places.push(at)
  }
  return { letters, places }
}

/** The ways a server may write what it was sent: as it is, in an address, in hexadecimal, in base64 with something before it. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const base64 = [0, 1, 2].map((from) => bytes.subarray(from).toString('base64'))
  const all = [secret, encodeURIComponent(secret), bytes.toString('hex'), ...base64]
  return [...new Set(all.map((one) => squeezed(one).letters))]
}

/** True for every character of `text` that is inside a piece of the secret, whatever stands between its characters. */
function coverage(text: string, secret: string): boolean[] {
  const { letters, places } = squeezed(text)
  const covered = new Array<boolean>(text.length).fill(false)
  for (const spelling of spellings(secret)) {
    const size = Math.min(PIECE, spelling.length)
    if (size < SHORTEST) continue
    const pieces = new Set<string>()
    for (let at = 0; at + size <= spelling.length; at++) pieces.add(spelling.slice(at, at + size))
    for (let at = 0; at + size <= letters.length; at++)
      if (pieces.has(letters.slice(at, at + size)))
        covered.fill(true, places[at] ?? 0, (places[at + size - 1] ?? 0) + 1)
  }
  return covered
}

function withoutPieces(text: string, secret: string): string {
  if (secret.length < SHORTEST) return text
  const covered = coverage(text, secret)
  let out = ''
  for (let at = 0; at < text.length; at++) {
    if (!covered[at]) out += text[at]
    else if (!covered[at - 1]) out += HIDDEN
  }
  return out
}

/** Words with stars in the middle: a key as some vendors repeat it. */
const STARRED = /[^\s"'`<>()]*\*{3,}[^\s"'`<>()]*/g

const hidden = (text: string, secrets: readonly string[]): string =>
  scrub(secrets.reduce(withoutPieces, text).replace(STARRED, HIDDEN))

/**
 * A vendor's own words as they may be shown: without markup, without the secrets or pieces of them, without anything
 * else that looks like a credential, and short.
 */
export function vendorWords(text: string, secrets: readonly string[]): string {
  const plain = text
    .slice(0, LOOKED_AT)
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
  const clean = hidden(plain, secrets).replace(/[.\s]+$/, '')
  return clean.length > SHOWN ? `${clean.slice(0, SHOWN - 1)}…` : clean
}

/** True when nothing would have to be hidden of its beginning: a name with a secret in it is no name. */
export function isOpen(text: string, secrets: readonly string[]): boolean {
  const looked = text.slice(0, LOOKED_AT)
  return hidden(looked, secrets) === looked
}
