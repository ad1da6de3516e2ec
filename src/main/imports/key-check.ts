import { cleanKey } from '../accounts/key.ts'
import { BerthError } from '../errors.ts'
import { blank, type Found } from './found.ts'

/** As long as the contract lets a pasted key be. */
const LONGEST_KEY = 10_000

/** What stands in a key's place in examples and templates, and the sentence for it. */
const STAND_INS: readonly (readonly [RegExp, string])[] = [
  [
    /berth[0-9A-Za-z]{32}/,
    'This is a placeholder that Berth gave to a project, not a key. The real one is in Berth already.',
  ],
  [/^op:\/\//, 'This names a secret that a password manager keeps. Paste the key itself.'],
  [
    /^(?:sk-)?(?:[x0]{3,}|\.+)$|^<.*>$|\byour[-_ ]|changeme|change[-_]me|placeholder|(?:^|[-_])(?:dummy|example|xxx+)(?:[-_]|$)/i,
    'This is an example and not a key.',
  ],
]

/** Why a text cannot be a key here, as a sentence that never quotes it; undefined when it can. */
export function keyProblem(text: string): string | undefined {
  if (text.length > LONGEST_KEY) return 'It is longer than 10,000 characters. No key is.'
  const standIn = STAND_INS.find(([pattern]) => pattern.test(text.trim()))
  if (standIn !== undefined) return standIn[1]
  try {
    cleanKey(text)
    return undefined
  } catch (error) {
    if (error instanceof BerthError) return error.message
    throw error
  }
}

/** An API key, refused when it cannot be one. */
export function foundKey(key: string, rest: Pick<Found, 'label' | 'place'> & Partial<Found>): Found {
  const secret = key.trim()
  const refused = rest.refused ?? keyProblem(key)
  return {
    ...blank,
    type: 'api',
    secret,
    credential: { type: 'api', key: secret },
    ...rest,
    ...(refused === undefined ? {} : { refused }),
  }
}

/** True for a text that is a key by its looks; a word, a path or an address is not. */
export function looksLikeKey(text: string): boolean {
  if (text.length < 16 || text.length > LONGEST_KEY || !/^[!-~]+$/.test(text)) return false
  if (text.includes('://') || /^[/~.]/.test(text) || /^[^@\s]+@[^@\s]+\.[a-z]+$/i.test(text)) return false
  return /[A-Za-z]/.test(text) && /[0-9]/.test(text)
}

/** `$NAME` or `${NAME}`: the name of the variable that holds the value. */
export function referenceOf(value: string): string | undefined {
  return /^\$(?:([A-Za-z_][A-Za-z0-9_]{0,99})|\{([A-Za-z_][A-Za-z0-9_]{0,99})\})$/
    .exec(value.trim())
    ?.slice(1)
    .find((name) => name !== undefined)
}
