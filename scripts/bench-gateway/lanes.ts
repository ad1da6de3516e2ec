import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Lane } from './client.ts'
import { HOST, type Kind, PROJECT, REAL_KEY, requestBody } from './traffic.ts'

const PATH = '/v1/chat/completions'

interface Way {
  readonly name: string
  readonly port: number
  /** As in the first line of a request. */
  readonly target: string
  readonly host: string
  readonly key?: string
  readonly more?: readonly string[]
}

function bytes({ target, host, key = REAL_KEY, more = [] }: Way, kind: Kind): Buffer {
  const body = requestBody(kind)
  const lines = [
    `POST ${target} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/json',
    `Authorization: Bearer ${key}`,
    'User-Agent: opencode/1.0 ai-sdk/provider-utils/3.0 runtime/bun/1.3',
    'Accept: */*',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'X-Session-Id: ses_0123456789abcdefghijklmnop',
    'X-Session-Affinity: ses_0123456789abcdefghijklmnop',
    ...more,
    `Content-Length: ${body.length}`,
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body])
}

const requests = (way: Way): Record<Kind, Buffer> => ({
  whole: bytes(way, 'whole'),
  streamed: bytes(way, 'streamed'),
})

function opened(port: number, localAddress?: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const from = localAddress === undefined ? {} : { localAddress }
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, ...from })
    socket.once('connect', () => resolve(socket)).once('error', reject)
  })
}

/** The certificates are not what is measured here, so the load does not check them. The servers check the vendor's. */
function secured(socket: Socket, servername: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const tls = connectTls({ socket, servername, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
    tls.once('secureConnect', () => resolve(tls)).once('error', reject)
  })
}

async function tunnelled(port: number, to: string, login?: string, from?: string): Promise<Socket> {
  const socket = await opened(port, from)
  const more = login === undefined ? '' : `Proxy-Authorization: ${basic(login)}\r\n`
  socket.write(`CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n${more}\r\n`)
  await new Promise<void>((resolve, reject) => {
    socket.once('data', (chunk) =>
      / 200 /.test(chunk.toString('latin1')) ? resolve() : reject(new Error(`no tunnel: ${chunk}`)),
    )
    socket.once('close', () => reject(new Error('no tunnel')))
  })
  return socket
}

const basic = (password: string): string =>
  `Basic ${Buffer.from(`${PROJECT}:${password}`).toString('base64')}`

/** Straight to the vendor, without anything in between. */
export function direct(vendor: { plain: number; tls: number }): { plain: Lane; tls: Lane } {
  const name = 'no proxy'
  const plain = { name, port: vendor.plain, target: PATH, host: `127.0.0.1:${vendor.plain}` }
  return {
    plain: { name, open: () => opened(vendor.plain), request: requests(plain) },
    tls: {
      name,
      open: () => opened(vendor.tls).then((socket) => secured(socket, 'localhost')),
      request: requests({ ...plain, host: `localhost:${vendor.tls}` }),
    },
  }
}

/** A proxy that takes absolute addresses in plain HTTP. */
export function plainProxy(name: string, port: number, vendor: number): Lane {
  const host = `127.0.0.1:${vendor}`
  const way = { name, port, target: `http://${host}${PATH}`, host }
  return { name, open: () => opened(port), request: requests(way) }
}

/** A server that has the vendor behind it. */
export function reverseProxy(name: string, port: number, more: readonly string[] = []): Lane {
  const way = { name, port, target: PATH, host: `127.0.0.1:${port}`, more }
  return { name, open: () => opened(port), request: requests(way) }
}

export function portkey(port: number, vendor: number): Lane {
  return reverseProxy('Portkey', port, [
    'x-portkey-provider: openai',
    `x-portkey-custom-host: http://127.0.0.1:${vendor}/v1`,
  ])
}

/** A proxy that ends TLS inside a CONNECT; `from` is the address the load comes from. */
export function tlsProxy(name: string, port: number, vendor: number, from?: string): Lane {
  const host = `localhost:${vendor}`
  return {
    name,
    open: () => tunnelled(port, host, undefined, from).then((socket) => secured(socket, 'localhost')),
    request: requests({ name, port, target: PATH, host }),
  }
}

/**
 * mockttp answers 500 when a client's port is one of its own towards the vendor, for it takes that for a loop; with some
 * dozens of connections from one address it happens. Linux has a second address on its loopback.
 */
export function mockttp(port: number, vendor: number): Lane {
  return tlsProxy('mockttp', port, vendor, process.platform === 'linux' ? '127.0.0.2' : undefined)
}

/** Berth as a container's proxy: with the project's login and placeholders. */
export function berth(at: { port: number; login: string; plainKey: string; tlsKey: string }): {
  plain: Lane
  tls: Lane
} {
  const name = 'Berth'
  const { port, login } = at
  const host = 'local.berth.internal'
  const more = [`Proxy-Authorization: ${basic(login)}`]
  const plain = { name, port, target: `http://${host}${PATH}`, host, key: at.plainKey, more }
  return {
    plain: { name, open: () => opened(port), request: requests(plain) },
    tls: {
      name,
      open: () => tunnelled(port, `${HOST}:443`, login).then((socket) => secured(socket, HOST)),
      request: requests({ name, port, target: PATH, host: HOST, key: at.tlsKey }),
    },
  }
}
