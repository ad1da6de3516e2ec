import { isAbsolute } from 'node:path'

/** A place an engine may be at, told apart so that each kind is handled or refused by name. */
export type Endpoint =
  | { readonly kind: 'socket'; readonly path: string; readonly address: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly address: string }
  | { readonly kind: 'unsupported'; readonly address: string; readonly reason: string }

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])
/** Docker's port for unencrypted connections. */
const DEFAULT_TCP_PORT = 2375

function unsupported(address: string, reason: string): Endpoint {
  return { kind: 'unsupported', address, reason }
}

function parseTcp(address: string): Endpoint {
  const url = URL.parse(address.replace(/^tcp:/i, 'http:'))
  if (url === null) {
    return unsupported(address, `The Docker address ${address} is not valid. Write it as tcp://host:port.`)
  }
  if (!LOOPBACK.has(url.hostname)) {
    return unsupported(
      address,
      `The Docker address ${address} is on another machine, and Berth can't connect to it safely yet. Use a local socket, such as unix:///var/run/docker.sock.`,
    )
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return { kind: 'tcp', host, port: url.port === '' ? DEFAULT_TCP_PORT : Number(url.port), address }
}

/** Reads an address as people and Docker's own settings write it: `unix://`, `npipe://`, `tcp://` or a plain path. */
export function parseAddress(text: string): Endpoint {
  const address = text.trim()
  if (/^unix:\/\//i.test(address)) return { kind: 'socket', path: address.slice('unix://'.length), address }
  if (/^npipe:\/\//i.test(address)) {
    return { kind: 'socket', path: address.slice('npipe://'.length).replaceAll('\\', '/'), address }
  }
  if (/^(tcp|http):\/\//i.test(address)) return parseTcp(address)
  if (/^(ssh|https):\/\//i.test(address)) {
    return unsupported(
      address,
      `Berth can't reach Docker by ${address.split(':')[0]}:// yet (${address}). Use a local socket, such as unix:///var/run/docker.sock.`,
    )
  }
  if (isAbsolute(address)) return { kind: 'socket', path: address, address: `unix://${address}` }
  return unsupported(
    address,
    `The Docker address "${address}" is not one Berth knows. Write it as unix:///path/to/docker.sock.`,
  )
}
