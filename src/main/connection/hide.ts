import { scrub } from '../log/scrub.ts'

const HIDDEN = '[secret]'
/** As much of a vendor's text as is looked at, and as much of it as is shown. Characters. */
const LOOKED_AT = 1000
const SHOWN = 200
/** A piece of a secret this long gives something away. Shorter ones are found in any text. */
const PIECE = 8
const SHORTEST = 4

/** True for every character of `text` that is inside a piece of the secret. */
function coverage(text: string, secret: string): boolean[] {
  const size = Math.min(PIECE, secret.length)
  const covered = new Array<boolean>(text.length).fill(false)
  for (let at = 0; at + size <= text.length; at++)
    if (secret.includes(text.slice(at, at + size))) covered.fill(true, at, at + size)
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
  const hidden = secrets.reduce(withoutPieces, plain).replace(STARRED, HIDDEN)
  const clean = scrub(hidden).replace(/[.\s]+$/, '')
  return clean.length > SHOWN ? `${clean.slice(0, SHOWN - 1)}…` : clean
}

/** True when nothing had to be hidden: a name with a secret in it is no name. */
export const isOpen = (text: string, secrets: readonly string[]): boolean =>
  !vendorWords(text, secrets).includes(HIDDEN)
