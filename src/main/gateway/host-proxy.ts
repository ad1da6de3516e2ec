import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { BlockList, connect, isIP, isIPv6, type Socket } from 'node:net'
import { type SecureContext, connect as tlsConnect } from 'node:tls'
import { systemCode } from '../errors.ts'
import type { Authority } from './addresses.ts'
import { decodeSafely } from './substitute.ts'

/** A proxy that this computer reaches the internet by. */
export interface ProxyServer extends Authority {
  /** The way to the proxy itself is TLS. */
  readonly secure: boolean
  /** The value of `Proxy-Authorization`. Never to be logged or told. */
  readonly login: string | undefined
}

/** Which proxy the user's environment names for what. */
export interface HostProxy {
  /** For connections that are carried as they are: TLS to a vendor, tunnels. */
  forTunnel(host: string, port: number): ProxyServer | undefined
  /** False when there is none for any request in plain HTTP. */
  readonly forwards: boolean
  /** For requests in plain HTTP. */
  forPlain(host: string, port: number): ProxyServer | undefined
}

/** The proxy could not be reached (no status), or would not open the connection. Holds nothing of its login. */
export class ProxyFailed extends Error {
  readonly status: number | undefined
  constructor(why: { readonly status?: number; readonly code?: string }) {
    super('The proxy of this computer did not open the connection.')
    this.name = 'ProxyFailed'
    this.status = why.status
    if (why.code !== undefined) Object.assign(this, { code: why.code })
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** Small letters win, as with curl. An empty value is none. */
function variable(env: Environment, name: string): string | undefined {
  const value = env[name.toLowerCase()] ?? env[name]
  return value === undefined || value.trim() === '' ? undefined : value.trim()
}

function readProxy(text: string | undefined): ProxyServer | undefined {
  if (text === undefined) return undefined
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return undefined
  const secure = url.protocol === 'https:'
  const user = `${decodeSafely(url.username)}:${decodeSafely(url.password)}`
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (secure ? 443 : 80)),
    secure,
    login: user === ':' ? undefined : `Basic ${Buffer.from(user).toString('base64')}`,
  }
}

/** One entry of NO_PROXY: a name with all below it, an address, or a range of addresses; perhaps with a port. */
function readException(text: string): (host: string, port: number) => boolean {
  const range = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(text)
  if (range?.[1] !== undefined && isIP(range[1]) !== 0) {
    const list = new BlockList()
    const bits = Number(range[2])
    const family = isIPv6(range[1]) ? 'ipv6' : 'ipv4'
    if (bits <= (family === 'ipv6' ? 128 : 32)) list.addSubnet(range[1], bits, family)
    return (host) => isIP(host) !== 0 && list.check(host, isIPv6(host) ? 'ipv6' : 'ipv4')
  }
  const parts = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(isIPv6(text) ? `[${text}]` : text)
  const name = (parts?.[1] ?? '').toLowerCase().replace(/^\*?\./, '')
  const only = parts?.[2] === undefined ? undefined : Number(parts[2])
  return (host, port) =>
    name !== '' &&
    (only === undefined || only === port) &&
    (host === name || (isIP(host) === 0 && host.endsWith(`.${name}`)))
}

const LOOPBACK = /^(?:localhost|.*\.localhost|127(?:\.\d{1,3}){3}|::1)$/

/**
 * Reads HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY. What is no http or https address counts as not set. This machine
 * itself is never asked for by a proxy: it would be another machine's loopback.
 */
export function createHostProxy(env: Environment): HostProxy {
  const all = readProxy(variable(env, 'ALL_PROXY'))
  const tunnel = readProxy(variable(env, 'HTTPS_PROXY')) ?? all
  const plain = readProxy(variable(env, 'HTTP_PROXY')) ?? all
  const entries = (variable(env, 'NO_PROXY') ?? '').split(/[\s,]+/).filter((entry) => entry !== '')
  const none = entries.includes('*')
  const exceptions = entries.map(readException)
  const past = (host: string, port: number): boolean =>
    none || LOOPBACK.test(host) || exceptions.some((matches) => matches(host, port))
  return {
    forwards: plain !== undefined,
    forTunnel: (host, port) => (tunnel === undefined || past(host, port) ? undefined : tunnel),
    forPlain: (host, port) => (plain === undefined || past(host, port) ? undefined : plain),
  }
}

export interface ThroughOptions {
  /** To reach the proxy and be answered by it. Milliseconds. */
  readonly timeout: number
  /** Whom to trust where the way to the proxy is TLS. */
  readonly secureContext: SecureContext
  /** Ends the try, or the connection that came of it. */
  readonly signal?: AbortSignal
}

function openTo({ host, port, secure }: ProxyServer, { secureContext }: ThroughOptions): Socket {
  if (!secure) return connect({ host, port, allowHalfOpen: true })
  return tlsConnect({
    host,
    port,
    secureContext,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 ? { servername: host } : {}),
  })
}

/** A connection to `to`, opened by a proxy (RFC 9110 §9.3.6). Fails with `ProxyFailed`. */
export function dialThrough(proxy: ProxyServer, to: Authority, options: ThroughOptions): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const authority = `${isIPv6(to.host) ? `[${to.host}]` : to.host}:${to.port}`
  const send = proxy.secure ? httpsRequest : httpRequest
  const request = send({
    method: 'CONNECT',
    path: authority,
    headers: {
      host: authority,
      ...(proxy.login === undefined ? {} : { 'proxy-authorization': proxy.login }),
    },
    createConnection: () => openTo(proxy, options),
    timeout: options.timeout,
  })
  const fail = (why: { status?: number; code?: string }): void => {
    reject(new ProxyFailed(why))
    request.destroy()
  }
  request.once('connect', (answer: IncomingMessage, socket: Socket, head: Buffer) => {
    const status = answer.statusCode ?? 0
    if (status < 200 || status > 299) {
      socket.destroy()
      fail({ status })
      return
    }
    socket.setTimeout(0)
    if (head.length > 0) socket.unshift(head)
    options.signal?.addEventListener('abort', () => socket.destroy(), { once: true })
    resolve(socket)
  })
  request.once('response', (answer) => fail({ status: answer.statusCode ?? 0 }))
  request.once('timeout', () => fail({ code: 'ETIMEDOUT' }))
  request.on('error', (error) => fail({ code: systemCode(error) ?? 'unknown' }))
  options.signal?.addEventListener('abort', () => fail({ code: 'ABORT_ERR' }), { once: true })
  request.end()
  return promise
}
