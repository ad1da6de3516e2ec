import { knownPrefix } from '../catalog/vendors.ts'
import { BerthError } from '../errors.ts'

const bad = (message: string): BerthError => new BerthError('bad_request', message)

/** What is found inside a pasted text that cannot be inside a key, and the sentence for it. Checked in this order. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'There is no key: it is empty. Paste the whole key.'],
  [
    /^(?:export\s+)?[A-Z][A-Z0-9_]*=/,
    'The key begins with a variable name and an = sign. Paste what comes after the =.',
  ],
  [
    /^(?:Bearer|Basic|x-api-key:?)\s/i,
    'The key begins with the name of a header. Paste what comes after it.',
  ],
  [/["'`\u2018\u2019\u201c\u201d]/, 'The key has quotation marks in it. Paste it without them.'],
  [/[\u2026\u2022*]|\.\.\./, 'The key is a shortened or hidden copy. Copy the whole key from the vendor.'],
  [/[\r\n]/, 'The key has a line break in it. Paste it as one line.'],
  [/\s/, 'The key has a space in it. Paste it without spaces.'],
  [/[\p{Cc}\p{Cf}]/u, 'The key has an invisible control character in it. Type or copy it anew.'],
  [/[^!-~]/, 'The key has a character in it that no key has. Copy it anew.'],
]

/** Tokens of Claude subscriptions, access and refresh. */
const SUBSCRIPTION = /^sk-ant-o[ar]t/

/** The longest tokens known are signed ones of some 4 kB. */
const LONGEST_KEY = 8192

function refuseSubscription(text: string): void {
  if (!SUBSCRIPTION.test(text)) return
  throw bad(
    'This is the token of a Claude subscription. Anthropic forbids other programs to use those. Use an API key from the Anthropic console.',
  )
}

/**
 * A pasted key as it is stored, without white space around it. Throws `bad_request` with a sentence that says what was
 * found. The sentence never quotes the key.
 */
export function cleanKey(pasted: string): string {
  const key = pasted.trim()
  const fault = FAULTS.find(([pattern]) => pattern.test(key))
  if (fault !== undefined) throw bad(fault[1])
  refuseSubscription(key)
  if (key.length > LONGEST_KEY) {
    throw bad(`The key is ${key.length} characters long, which no vendor's is. Copy the key alone.`)
  }
  return key
}

/** The shortest that are kept from containers: `gateway/mask.ts` covers no shorter text in answers. */
const SHORTEST_KEY = 8

/** Throws `bad_request` for a key that is no vendor's. Servers of the user's own may have such ones. */
export function checkLength(key: string, providerName: string): void {
  if (key.length >= SHORTEST_KEY) return
  throw bad(
    `The key is ${key.length} character${key.length === 1 ? '' : 's'} long, and no key of ${providerName} is so short. Paste the whole key.`,
  )
}

/** Throws `bad_request` for the tokens of a login that could not be sent or may not be used. */
export function checkLogin({ access, refresh }: { access: string; refresh: string }): void {
  if (access === '' && refresh === '') throw bad('The login is empty. Sign in again.')
  for (const token of [access, refresh]) {
    refuseSubscription(token)
    if (/[^!-~]/.test(token) || token.length > LONGEST_KEY)
      throw bad('The login has a token in it that cannot be sent. Sign in again.')
  }
}

/**
 * What may be shown of a key: its well-known prefix and the last four characters, and never more than a quarter of it;
 * of a short key fewer.
 */
export function previewOf(key: string): string {
  const most = Math.floor(key.length / 4)
  const prefix = knownPrefix(key)
  const shown = prefix.length < most ? prefix : ''
  const tail = Math.min(4, most - shown.length)
  return `${shown}…${tail > 0 ? key.slice(-tail) : ''}`
}
