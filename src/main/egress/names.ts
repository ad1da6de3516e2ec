import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'

/** Letters, digits, dash and underscore between dots (RFC 1123 §2.1; underscores are in use). */
const NAME = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/
const MAX_NAME = 253

/**
 * A host in the one form it is compared in: lower case, without a final dot, in ASCII (`bücher.de` is
 * `xn--bcher-kva.de`); an address without brackets, in its shortest form. Undefined for what is neither name nor
 * address.
 */
export function plainHost(text: string): string | undefined {
  const bare = text
    .trim()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
  if (isIP(bare) === 6) {
    const url = `http://[${bare}]/`
    return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : undefined
  }
  // What would end a host in an address, or be decoded to it, is in no name.
  if (/[\s/\\?#@:%[\]*]/.test(bare)) return undefined
  const name = domainToASCII(bare)
  return name.length <= MAX_NAME && NAME.test(name) ? name : undefined
}

/**
 * A rule in the one form it is kept in: a host, or `*.` and a domain of at least two parts for everything below it.
 * Undefined for what is neither.
 */
export function plainRule(text: string): string | undefined {
  const trimmed = text.trim()
  if (!trimmed.startsWith('*.')) return plainHost(trimmed)
  const domain = plainHost(trimmed.slice(2))
  if (domain === undefined || isIP(domain) !== 0 || !domain.includes('.')) return undefined
  return `*.${domain}`
}

/** Whether a rule is for a host; both in their plain form. */
export function covers(rule: string, host: string): boolean {
  if (!rule.startsWith('*.')) return rule === host
  return isIP(host) === 0 && host.endsWith(rule.slice(1)) && host.length > rule.length - 1
}
