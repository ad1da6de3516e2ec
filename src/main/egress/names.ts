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

/** The web's own ports. A host without a port means these two. */
const WEB_PORTS: readonly number[] = [80, 443]

/** A host and a port in one: the port is left out when it is one of the web's. Both are counted and allowed together. */
export function placeOf(host: string, port: number): string {
  if (WEB_PORTS.includes(port)) return host
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`
}

/** The two parts of a place; the port is absent for those of the web. */
export function partsOf(place: string): { readonly host: string; readonly port?: number } {
  const [, inBrackets, name, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(place) ?? []
  const host = inBrackets ?? name
  return host === undefined ? { host: place } : { host, port: Number(port) }
}

/** A host, or `*.` and a domain of at least two parts. Undefined for what is neither. */
function plainPattern(text: string): string | undefined {
  if (!text.startsWith('*.')) return plainHost(text)
  const domain = plainHost(text.slice(2))
  if (domain === undefined || isIP(domain) !== 0 || !domain.includes('.')) return undefined
  return `*.${domain}`
}

/**
 * A rule in the one form it is kept in: a host, or `*.` and a domain of at least two parts for everything below it; with a
 * port where it is for one that is not the web's. Undefined for what is neither.
 */
export function plainRule(text: string): string | undefined {
  const trimmed = text.trim()
  const { host, port } = partsOf(trimmed)
  const pattern = plainPattern(host)
  if (pattern === undefined || port === undefined) return pattern
  return port >= 1 && port <= 65_535 ? placeOf(pattern, port) : undefined
}

/** Whether a rule is for a place; both in their plain form. */
export function covers(rule: string, place: string): boolean {
  if (!rule.startsWith('*.')) return rule === place
  const [domain, wanted] = [partsOf(rule.slice(1)), partsOf(place)]
  if (domain.port !== wanted.port || isIP(wanted.host) !== 0) return false
  return wanted.host.endsWith(domain.host) && wanted.host.length > domain.host.length
}
