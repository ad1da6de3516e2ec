import { lookup } from 'node:dns'
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net'
import { networkInterfaces } from 'node:os'

/** A `host:port` as a client writes it. The host is lower case, without brackets and without a final dot. */
export interface Authority {
  readonly host: string
  readonly port: number
}

/** The connection was not made because the name leads to an address the gateway does not open. */
export class RefusedAddress extends Error {
  constructor(host: string) {
    super(`${host} leads to an address on this machine or its own link.`)
    this.name = 'RefusedAddress'
  }
}

const AUTHORITY = /^(?:\[([0-9a-f:.]+)\]|([^\s:/@?#[\]\\]{1,255}))(?::(\d{1,5}))?$/i

/** Reads `host:port`; without a port, `defaultPort`. Undefined when it is not one. */
export function parseAuthority(text: string, defaultPort?: number): Authority | undefined {
  const match = AUTHORITY.exec(text)
  if (!match) return undefined
  const host = (match[1] ?? match[2] ?? '').toLowerCase().replace(/\.$/, '')
  const port = match[3] === undefined ? defaultPort : Number(match[3])
  if (host === '' || port === undefined || port < 1 || port > 65_535) return undefined
  if (match[1] !== undefined && !isIPv6(match[1])) return undefined
  return { host, port }
}

/**
 * Loopback, link-local, unspecified, multicast and reserved ranges: RFC 6890, RFC 4291; and where clouds tell a machine
 * its own credentials outside of those (Amazon by IPv6, Alibaba, Azure; Oracle's is among the protocols' own, 192.0.0.0/24).
 */
function forbiddenRanges(): BlockList {
  const list = new BlockList()
  list.addSubnet('0.0.0.0', 8, 'ipv4')
  list.addSubnet('127.0.0.0', 8, 'ipv4')
  list.addSubnet('169.254.0.0', 16, 'ipv4')
  list.addSubnet('192.0.0.0', 24, 'ipv4')
  list.addSubnet('224.0.0.0', 4, 'ipv4')
  list.addSubnet('240.0.0.0', 4, 'ipv4')
  list.addAddress('::1', 'ipv6')
  list.addAddress('::', 'ipv6')
  list.addSubnet('fe80::', 10, 'ipv6')
  list.addSubnet('ff00::', 8, 'ipv6')
  list.addAddress('fd00:ec2::254', 'ipv6')
  list.addAddress('100.100.100.200', 'ipv4')
  list.addAddress('168.63.129.16', 'ipv4')
  return list
}

/** This machine's own addresses, as they are now: they come and go with networks. */
function ownAddresses(interfaces: typeof networkInterfaces): BlockList {
  const list = new BlockList()
  for (const { address, family } of Object.values(interfaces()).flatMap((each) => each ?? []))
    list.addAddress(address.split('%')[0] ?? '', family === 'IPv4' ? 'ipv4' : 'ipv6')
  return list
}

/** The sixteen bytes of an IPv6 address in full, as eight numbers. */
function groups(address: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const text = dotted
    ? `${dotted[1]}${((Number(dotted[2]) << 8) | Number(dotted[3])).toString(16)}:${((Number(dotted[4]) << 8) | Number(dotted[5])).toString(16)}`
    : address
  const [head = '', tail] = text.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  return [...left, ...gap, ...right].map((group) => Number.parseInt(group, 16))
}

const dotted = (high: number, low: number): string => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`

/**
 * The IPv4 address inside an IPv6 one: mapped (`::ffff:0:0/96`), compatible (`::/96`), NAT64 (`64:ff9b::/96`) and 6to4
 * (`2002::/16`).
 */
export function embeddedIPv4(address: string): string | undefined {
  const g = groups(address)
  if (g.length !== 8 || g.some(Number.isNaN)) return undefined
  const [g0 = 0, g1 = 0, g2 = 0, g3 = 0, g4 = 0, g5 = 0, g6 = 0, g7 = 0] = g
  if (g0 === 0x2002) return dotted(g1, g2)
  const zeros = g2 === 0 && g3 === 0 && g4 === 0
  if (zeros && g0 === 0x64 && g1 === 0xff9b && g5 === 0) return dotted(g6, g7)
  if (zeros && g0 === 0 && g1 === 0 && (g5 === 0xffff || g5 === 0)) return dotted(g6, g7)
  return undefined
}

/** Which addresses the gateway opens no connection to. */
export interface AddressGuard {
  /** Adds one of the gateway's own listening addresses. */
  addOwn(address: string): void
  /** True for an IP address that is refused. */
  forbids(address: string): boolean
  /** True for a name that means this machine or Berth itself, whatever it resolves to. */
  forbidsName(host: string): boolean
  /** Resolves like `dns.lookup`, but fails with `RefusedAddress` when any of the addresses is refused. */
  readonly lookup: LookupFunction
}

/**
 * Makes the guard. A name is resolved once, and the connection goes to the very addresses that were checked.
 * `interfaces` tells this machine's own addresses: what is reached there from here passes by its firewall.
 */
export function createAddressGuard(interfaces = networkInterfaces): AddressGuard {
  const ranges = forbiddenRanges()
  const forbids = (address: string): boolean => {
    const bare = address.split('%')[0] ?? ''
    const version = isIP(bare)
    if (version === 0) return true
    const lists = [ranges, ownAddresses(interfaces)]
    if (version === 4) return lists.some((list) => list.check(bare, 'ipv4'))
    const inner = embeddedIPv4(bare)
    return lists.some(
      (list) => list.check(bare, 'ipv6') || (inner !== undefined && list.check(inner, 'ipv4')),
    )
  }
  const forbidsName = (host: string): boolean => /(^|\.)(localhost|berth\.internal)\.?$/i.test(host)
  return {
    addOwn(address) {
      const version = isIP(address)
      if (version !== 0) ranges.addAddress(address, version === 4 ? 'ipv4' : 'ipv6')
    },
    forbids,
    forbidsName,
    lookup(hostname, options, callback) {
      if (forbidsName(hostname)) {
        callback(new RefusedAddress(hostname), '', 0)
        return
      }
      lookup(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) return callback(error, '', 0)
        if (addresses.length === 0 || addresses.some(({ address }) => forbids(address)))
          return callback(new RefusedAddress(hostname), '', 0)
        if (options.all === true) return callback(null, addresses)
        const [first] = addresses
        return callback(null, first?.address ?? '', first?.family ?? 4)
      })
    },
  }
}

/** True when a literal IP is refused, or a name is one that never may be opened. */
export function refusedAtOnce(guard: AddressGuard, host: string): boolean {
  return isIP(host) === 0 ? guard.forbidsName(host) : guard.forbids(host)
}

/**
 * The same for a name that another machine will resolve, such as a proxy: refused where it leads here by this machine's
 * own resolver. A name that is not known here may be known there.
 */
export async function refusedBeyond(guard: AddressGuard, host: string): Promise<boolean> {
  if (refusedAtOnce(guard, host)) return true
  if (isIP(host) !== 0) return false
  const { promise, resolve } = Promise.withResolvers<boolean>()
  guard.lookup(host, { all: true }, (error) => resolve(error instanceof RefusedAddress))
  return promise
}
