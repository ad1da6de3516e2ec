/** How hard a passphrase is to guess, roughly: enough for a word beside a field, no proof of anything. */

export type StrengthWord = 'too short' | 'weak' | 'fair' | 'strong'

export const SHORTEST_PASSPHRASE = 8

/** Bits a guesser needs to cover; runs and repeats count little, for guessers try them first. */
function bits(passphrase: string): number {
  const chars = [...passphrase]
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u]
  const sizes = [26, 26, 10, 33]
  const alphabet = kinds.reduce((sum, kind, at) => sum + (kind.test(passphrase) ? (sizes[at] ?? 0) : 0), 0)
  const telling = chars.filter((char, at) => {
    const step = at === 0 ? Number.NaN : (char.codePointAt(0) ?? 0) - (chars[at - 1]?.codePointAt(0) ?? 0)
    return Number.isNaN(step) || Math.abs(step) > 1
  })
  const varied = Math.min(telling.length, new Set(chars).size * 2)
  return varied * Math.log2(Math.max(2, alphabet))
}

const COMMON = /pass ?(word|phrase)|passwort|qwert|letmein|iloveyou|admin|welcome|12345|berth/iu

export function strengthOf(passphrase: string): StrengthWord {
  if (passphrase.length < SHORTEST_PASSPHRASE) return 'too short'
  const found = bits(passphrase.replace(COMMON, 'x'))
  if (found < 45) return 'weak'
  return found < 70 ? 'fair' : 'strong'
}

/** What to say below the field. */
export function strengthHint(passphrase: string): string {
  if (passphrase === '') return `At least ${SHORTEST_PASSPHRASE} characters. Four or five words are good.`
  const word = strengthOf(passphrase)
  if (word === 'too short') return `Too short: at least ${SHORTEST_PASSPHRASE} characters.`
  if (word === 'weak') return 'Weak: easily guessed. Add words.'
  return word === 'fair' ? 'Fair. Another word makes it strong.' : 'Strong.'
}
