import type { Credential } from '../accounts/types.ts'
import { insideBasic } from './headers.ts'
import type { Known } from './placeholders.ts'
import { hasMark } from './recognise.ts'

/** Gives the text that takes a placeholder's place. */
export type SecretOf = (known: Known) => string

/** What may stand in a header value and, encoded, in an address: visible ASCII. Keeps CR, LF and the like out. */
const SENDABLE = /^[\x21-\x7e]+$/

/**
 * The part of a credential a placeholder stands for; undefined when the credential has no such part. A refresh token
 * is given to no vendor here, but for Copilot's, which is its access token under both names in OpenCode.
 */
export function partOf(known: Known, credential: Credential): string | undefined {
  if (credential.type === 'api') return known.field === 'key' ? credential.key : undefined
  switch (known.field) {
    case 'access':
      return credential.access
    case 'accountId':
      return credential.accountId
    case 'refresh':
      return known.providerId === 'github-copilot' ? credential.refresh : undefined
    case 'key':
      return undefined
  }
}

export const isSendable = (secret: string): boolean => SENDABLE.test(secret)

function replaceIn(text: string, found: readonly Known[], secretOf: SecretOf): string {
  let out = text
  for (const known of found) if (out.includes(known.text)) out = out.split(known.text).join(secretOf(known))
  return out
}

/** A header value with its placeholders filled in; undefined when one of them is not whole. */
export function fillHeader(value: string, found: readonly Known[], secretOf: SecretOf): string | undefined {
  const inner = insideBasic(value)
  if (inner === undefined || hasMark(value)) {
    const filled = replaceIn(value, found, secretOf)
    return hasMark(filled) ? undefined : filled
  }
  const filled = replaceIn(inner, found, secretOf)
  return hasMark(filled) ? undefined : `Basic ${Buffer.from(filled).toString('base64')}`
}

/** Percent-decoding that leaves a text as it is when it cannot be decoded. */
export function decodeSafely(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A path with query, its placeholders filled in and encoded; undefined when one of them is not whole. */
export function fillPath(path: string, found: readonly Known[], secretOf: SecretOf): string | undefined {
  const pieces = path.split(/([/?&=:;,])/)
  const filled = pieces.map((piece) => {
    const decoded = decodeSafely(piece)
    if (!hasMark(decoded)) return piece
    // Around the placeholder the client's own text stays, encoded anew.
    return encodeURIComponent(replaceIn(decoded, found, secretOf))
  })
  const whole = filled.join('')
  return hasMark(decodeSafely(whole)) ? undefined : whole
}
