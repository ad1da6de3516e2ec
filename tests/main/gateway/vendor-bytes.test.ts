import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { basic, startWorld, type World } from './world.ts'

/**
 * What a vendor may say that is no proper HTTP, byte for byte: its answers are neither mixed with others nor split in two,
 * and the next request on the same connections is served. RFC 9110 and 9112.
 */

let world: World
let vendor: Server
let saysFirst: Buffer

beforeEach(async () => {
  let arrived = 0
  vendor = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', (bytes) => {
      if (!bytes.includes('\r\n\r\n')) return
      arrived += 1
      if (arrived === 1) socket.write(saysFirst)
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext')
    })
  })
  await new Promise<void>((done) => vendor.listen(0, '127.0.0.1', done))
  const { port } = vendor.address() as AddressInfo
  world = await startWorld(() => undefined, { hostMap: { 'elsewhere.test:80': `127.0.0.1:${port}` } })
  Object.assign(world.deps, { customBaseUrl: () => 'http://elsewhere.test/v1' })
})
afterEach(async () => {
  await world.close()
  vendor.close()
})

/** Two requests on one connection, the second once the first was answered; all that came back. */
async function askTwice(host: string, method: string): Promise<string> {
  const auth = world.gateway.placeholder('one', 'homelab', 'api')
  const key = host.startsWith('homelab') && auth.type === 'api' ? `X-Api-Key: ${auth.key}\r\n` : ''
  const request = (one: string, more = ''): string =>
    `${one} http://${host}/v1/x HTTP/1.1\r\nHost: ${host}\r\n${key}${more}Proxy-Authorization: ${basic(world)}\r\n\r\n`
  const socket = connect(world.port, '127.0.0.1')
  socket.write(request(method) + request('GET', 'Connection: close\r\n'))
  socket.setEncoding('latin1')
  return text(socket).catch((error: Error) => error.message)
}

const ok = (fields: string, body = ''): string => `HTTP/1.1 200 OK\r\n${fields}\r\n${body}`
const EVIL = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL'

/** What the vendor says, and the client sees before the answer to its next request. */
const CASES: readonly (readonly [name: string, says: string, sees: RegExp, method?: string])[] = [
  [
    'a length and chunks',
    ok('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', `3\r\nabc\r\n0\r\n\r\n${EVIL}`),
    /^HTTP\/1\.1 502/,
  ],
  [
    'chunks and a length',
    ok('Transfer-Encoding: chunked\r\nContent-Length: 3\r\n', `3\r\nabc\r\n0\r\n\r\n${EVIL}`),
    /^HTTP\/1\.1 502/,
  ],
  ['two lengths', ok('Content-Length: 1\r\nContent-Length: 2\r\n', `a${EVIL}`), /^HTTP\/1\.1 502/],
  [
    'a second answer nobody asked for',
    ok('Content-Length: 1\r\n', `a${EVIL}`),
    /^HTTP\/1\.1 200[\s\S]*\r\n\r\na$/,
  ],
  [
    'a body where there is none',
    `HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nEVIL`,
    /^HTTP\/1\.1 204 No Content\r\n(?!.*content-length)[\s\S]*\r\n\r\n$/,
  ],
  [
    'a body behind 304',
    `HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nEVIL`,
    /^HTTP\/1\.1 304[\s\S]*\r\n\r\n$/,
  ],
  [
    'a body for HEAD',
    ok('Content-Length: 4\r\n', 'EVIL'),
    /^HTTP\/1\.1 200[\s\S]*length: 4[\s\S]*\r\n\r\n$/,
    'HEAD',
  ],
  [
    'an upgrade nobody asked for',
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n${EVIL}`,
    /^HTTP\/1\.1 502/,
  ],
  [
    'hints before the answer',
    `HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${ok('Content-Length: 1\r\n', 'a')}`,
    /^HTTP\/1\.1 200 OK[\s\S]*\r\n\r\na$/,
  ],
  ['a status that is none', 'HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n', /^HTTP\/1\.1 502/],
  [
    'a reason nobody may write',
    'HTTP/1.1 200 \x01\x7f\r\nContent-Length: 1\r\n\r\na',
    /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\na$/,
  ],
  ['a folded field', ok('X: a\r\n Set-Cookie: b\r\nContent-Length: 1\r\n', 'a'), /^HTTP\/1\.1 502/],
  ['line ends that are half', 'HTTP/1.1 200 OK\nContent-Length: 1\n\na', /^HTTP\/1\.1 502/],
  [
    'a carriage return in a field',
    ok('X: a\rSet-Cookie: b\r\nContent-Length: 1\r\n', 'a'),
    /^HTTP\/1\.1 502/,
  ],
  ['a null in a field', ok('X: a\0b\r\nContent-Length: 1\r\n', 'a'), /^HTTP\/1\.1 502/],
  [
    'a field of bytes above ASCII',
    ok('X: na\xc3\xafve\xff\r\nContent-Length: 1\r\n', 'a'),
    /\r\nx: na\xc3\xafve\xff\r\n[\s\S]*\r\n\r\na$/,
  ],
  [
    'a field that is too long',
    ok(`X: ${'a'.repeat(200_000)}\r\nContent-Length: 1\r\n`, 'a'),
    /^HTTP\/1\.1 502/,
  ],
  [
    'fields behind the chunks',
    ok('Transfer-Encoding: chunked\r\n', '1;x=y\r\na\r\n0\r\nX-Evil: 1\r\n\r\n'),
    /^(?![\s\S]*evil)[\s\S]*\r\n\r\n1\r\na\r\n0\r\n\r\n$/i,
  ],
  ['no HTTP at all', 'hello\r\n\r\n', /^HTTP\/1\.1 502/],
]

describe.each([
  ['a host that is no provider’s', 'elsewhere.test'],
  ['a provider', 'homelab.berth.internal'],
])('%s says', (_, host) => {
  it.each(CASES.map(([name, says, sees, method = 'GET']) => ({ name, says, sees, method })))(
    '$name',
    async ({ says, sees, method }) => {
      saysFirst = Buffer.from(says, 'latin1')
      const seen = await askTwice(host, method)
      const next = /HTTP\/1\.1 200 OK\r\ncontent-length: 4\r\nConnection: close\r\n\r\nnext$/
      expect(seen).toMatch(next)
      expect(seen.replace(next, '')).toMatch(sees)
      if (method !== 'HEAD') expect(seen).not.toContain('EVIL')
    },
  )

  it('a chunk that is none: its answer is cut', async () => {
    saysFirst = Buffer.from(ok('Transfer-Encoding: chunked\r\n', '1\r\na\r\nzz\r\n'))
    expect(await askTwice(host, 'GET')).toMatch(/\r\n\r\n1\r\na\r\n$/)
  })
})
