import { trimEnd } from '../catalog/trim-end.ts'
import { knownPrefix } from '../catalog/vendors.ts'
import { scrub } from '../log/scrub.ts'

/** Names out of foreign files are shown to people, and a file that is not what it seems may have a secret there. */

const PLAIN = /^[\p{L}\p{N}_][\p{L}\p{N}_ .,@/+:()-]{0,63}$/u
/** Letters and digits in one long run are a key more often than a name. */
const RUN = /[A-Za-z0-9_+/=-]{20,}/g
const isMixed = (run: string): boolean => /[0-9]/.test(run) && /[A-Za-z]/.test(run)

/** The name as it may be shown, or `instead` where it could be a secret or is no name. */
export function shownName(name: unknown, instead: string): string {
  if (typeof name !== 'string') return instead
  const text = name.trim()
  const isSecret =
    !PLAIN.test(text) ||
    scrub(text) !== text ||
    knownPrefix(text) !== '' ||
    (text.match(RUN) ?? []).some(isMixed)
  return isSecret ? instead : text
}

/** Scheme, host and path of an address, without a login, a question or a part that could be a key. */
export function shownAddress(url: URL): string {
  const parts = url.pathname.split('/').map((part) => (part === '' ? '' : shownName(part, '…')))
  return `${url.origin}${trimEnd(parts.join('/'), '/')}`
}

const MOST_NAMED = 20

/** `A, B and 3 more`. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).join(', ')
  return names.length > MOST_NAMED ? `${shown} and ${names.length - MOST_NAMED} more` : shown
}

/** `1 entry`, `2 entries`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}
