import { BerthError } from '../errors.ts'
import { type Authority, parseAuthority } from './addresses.ts'

/** Another server in a host's place. Keys are `host` (any port) or `host:port`. */
export interface HostMap {
  find(host: string, port: number): Authority | undefined
  /** True when this very port was mapped, not the host as a whole. */
  hasPort(host: string, port: number): boolean
}

/** Throws `bad_request` for an address that is not `host:port`. */
export function createHostMap(entries: Readonly<Record<string, string>>): HostMap {
  const map = new Map<string, Authority>()
  for (const [key, value] of Object.entries(entries)) {
    const address = parseAuthority(value)
    if (!address)
      throw new BerthError('bad_request', `The host map puts ${key} at ${value}, which is not host:port.`)
    map.set(key.toLowerCase(), address)
  }
  return {
    find: (host, port) => map.get(`${host}:${port}`) ?? map.get(host),
    hasPort: (host, port) => map.has(`${host}:${port}`),
  }
}
