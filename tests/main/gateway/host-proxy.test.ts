import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHostProxy } from '../../../src/main/gateway/host-proxy.ts'
import { basic, CANARY, connectThrough, raw, startWorld, tlsThrough, until, type World } from './world.ts'

/** The computer's own proxy, by which the gateway goes out where the environment names one. */

const PASSWORD = 'pr0xy-s3cret'
const LOGIN = `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`

let world: World
let proxy: Server
let behind: number
/** What the proxy was asked for, with the login. */
let asked: { line: string; login: string | undefined; host: string | undefined }[]
let answerWith: number | undefined
const sockets: Socket[] = []

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Takes note of a request; false when it was answered with the scripted status. */
function noted(req: IncomingMessage): boolean {
  const { host, 'proxy-authorization': login } = req.headers
  asked.push({ line: `${req.method} ${req.url}`, login, host })
  return answerWith === undefined
}

function startProxy(): Server {
  const server = createServer((req, res) => {
    if (!noted(req)) {
      res.writeHead(answerWith ?? 500, { 'proxy-authenticate': 'Basic' }).end('the proxy speaks')
      return
    }
    const { pathname } = new URL(req.url ?? '')
    const options = {
      port: world.vendor.http,
      host: '127.0.0.1',
      path: pathname,
      method: req.method,
      headers: req.headers,
    }
    req.pipe(
      httpRequest(options, (answer) => answer.pipe(res.writeHead(answer.statusCode ?? 0, answer.headers))),
    )
  })
  server.on('connect', (req, socket) => {
    sockets.push(socket as Socket)
    socket.on('error', () => undefined)
    if (!noted(req)) {
      socket.end(`HTTP/1.1 ${answerWith} No\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    const server = connect(behind, '127.0.0.1')
    sockets.push(server)
    server.on('error', () => socket.destroy())
    server.once('connect', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      server.pipe(socket)
      socket.pipe(server)
    })
  })
  return server
}

async function start(env: (port: number) => Record<string, string>): Promise<void> {
  world = await startWorld(
    (req, res) => {
      res.end(`you said ${req.headers['x-api-key']} to ${req.headers.host}`)
    },
    { env: env(portOf(proxy)) },
  )
  behind = world.vendor.https
  world.hosts.openai?.push('proxied.test')
  world.gateway.hostsChanged()
}

beforeEach(async () => {
  asked = []
  answerWith = undefined
  proxy = startProxy()
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
})
afterEach(async () => {
  await world.close()
  for (const socket of sockets.splice(0)) socket.destroy()
  proxy.closeAllConnections()
  proxy.close()
})

const withLogin = (port: number) => ({
  HTTPS_PROXY: `http://me:${PASSWORD}@127.0.0.1:${port}`,
  http_proxy: `127.0.0.1:${port}`,
  NO_PROXY: 'elsewhere.example, .past.test',
})

const key = (): string => {
  const auth = world.gateway.placeholder('one', 'openai', 'api')
  return auth.type === 'api' ? auth.key : ''
}

/** Asks a provider's host inside TLS, with a placeholder. */
async function ask(host = 'proxied.test'): Promise<string> {
  const secure = await tlsThrough(world, host)
  secure.write(`GET /v1 HTTP/1.1\r\nHost: ${host}\r\nX-Api-Key: ${key()}\r\nConnection: close\r\n\r\n`)
  return text(secure)
}

const plain = (host: string): Promise<string> =>
  raw(
    world.port,
    `GET http://${host}/a HTTP/1.1\r\nHost: ${host}\r\nProxy-Authorization: ${basic(world)}\r\nConnection: close\r\n\r\n`,
  )

describe('with a proxy', () => {
  beforeEach(() => start(withLogin))

  it('a vendor is reached through it, with TLS to the vendor, whose certificate counts', async () => {
    expect(await ask()).toContain(`to proxied.test`)
    expect(asked).toEqual([{ line: 'CONNECT proxied.test:443', login: LOGIN, host: 'proxied.test:443' }])
    expect(JSON.stringify(asked)).not.toContain(CANARY)
  })

  it('connections through it are kept for the next request', async () => {
    await ask()
    await ask()
    expect(asked).toHaveLength(1)
  })

  it('tunnels go through it at any port', async () => {
    behind = world.vendor.http
    const { status, socket } = await connectThrough(world, 'far.test:8443')
    expect(status).toBe(200)
    socket.write('GET / HTTP/1.1\r\nHost: far.test\r\nConnection: close\r\n\r\n')
    expect(await text(socket)).toContain('to far.test')
    expect(asked).toEqual([{ line: 'CONNECT far.test:8443', login: LOGIN, host: 'far.test:8443' }])
  })

  it('plain requests are handed to it in absolute form, without the gateway’s own login', async () => {
    expect(await plain('far.test')).toMatch(/^HTTP\/1\.1 200 .*to far\.test/s)
    expect(asked).toEqual([{ line: 'GET http://far.test/a', login: undefined, host: 'far.test' }])
  })

  it('hosts of NO_PROXY, mapped hosts and this machine are not asked for by it', async () => {
    await ask('api.openai.com')
    for (const host of ['a.past.test', 'localhost', '127.0.0.1']) await connectThrough(world, `${host}:9`)
    await plain('elsewhere.test')
    expect(asked).toEqual([])
  })

  it.each(['localhost.', '127.0.0.1', '[::1]', '169.254.169.254', 'x.berth.internal', '0x7f.1'])(
    'is no way around the refusal of %s',
    async (host) => {
      expect((await connectThrough(world, `${host}:80`)).status).toBe(403)
      expect(asked).toEqual([])
    },
  )

  it('that refuses says so in a sentence without its login', async () => {
    answerWith = 407
    const said = await ask()
    expect(said).toMatch(/^HTTP\/1\.1 502/)
    expect(said).toContain('The proxy of this computer opened no connection to proxied.test (407).')
    const tunnel = await connectThrough(world, 'far.test:443')
    expect(tunnel.status).toBe(502)
    const plainly = await plain('far.test')
    expect(plainly).toMatch(/^HTTP\/1\.1 502/)
    expect(plainly.toLowerCase()).not.toContain('proxy-authenticate')
    for (const words of [said, plainly, world.said()]) {
      expect(words).not.toContain(PASSWORD)
      expect(words).not.toContain(LOGIN.slice(6))
    }
  })

  it('that is away is told of as what it is', async () => {
    proxy.close()
    proxy.closeAllConnections()
    await until(() => !proxy.listening, 'the end of the proxy')
    expect(await ask()).toContain(
      'The proxy of this computer could not be reached for proxied.test (ECONNREFUSED).',
    )
  })

  it('a tunnel it is still asked for is given up when the gateway closes', async () => {
    proxy.removeAllListeners('connect')
    const held: Socket[] = []
    proxy.on('connect', (_req, socket) => held.push(socket as Socket))
    const client = connect(world.port, '127.0.0.1')
    client.on('error', () => undefined)
    client.write(
      `CONNECT far.test:443 HTTP/1.1\r\nHost: far.test\r\nProxy-Authorization: ${basic(world)}\r\n\r\n`,
    )
    await until(() => held.length === 1, 'the question to the proxy')
    const [asking] = held
    if (asking === undefined) throw new Error('none')
    asking.on('error', () => undefined).resume()
    const closed = once(asking, 'end')
    await world.gateway.close()
    await closed
    expect(world.gateway.routes('one')).toMatchObject([{ outcome: 'aborted' }])
  })
})

describe('what the environment says', () => {
  beforeEach(() => start(() => ({})))

  it('small letters win; an address needs no scheme; a login is decoded', () => {
    const read = createHostProxy({
      https_proxy: 'one.test:8080',
      HTTPS_PROXY: 'http://two.test',
      HTTP_PROXY: 'https://a%40b:c%3Ad@three.test',
    })
    expect(read.forTunnel('x.test', 443)).toEqual({
      host: 'one.test',
      port: 8080,
      secure: false,
      login: undefined,
    })
    expect(read.forPlain('x.test', 80)).toEqual({
      host: 'three.test',
      port: 443,
      secure: true,
      login: `Basic ${Buffer.from('a@b:c:d').toString('base64')}`,
    })
  })

  it.each(['', ' ', 'socks5://one.test', 'http://', '::'])('%j is no proxy', (value) => {
    expect(createHostProxy({ HTTPS_PROXY: value }).forTunnel('x.test', 443)).toBeUndefined()
  })

  it('a login that cannot be decoded is sent as it is written', () => {
    const { login } = createHostProxy({ HTTPS_PROXY: 'http://%zz@one.test' }).forTunnel('x.test', 443) ?? {}
    expect(login).toBe(`Basic ${Buffer.from('%zz:').toString('base64')}`)
  })

  it('ALL_PROXY is for what has none of its own', () => {
    const read = createHostProxy({ ALL_PROXY: 'all.test:1', HTTP_PROXY: 'plain.test:2' })
    expect(read.forTunnel('x.test', 443)?.host).toBe('all.test')
    expect(read.forPlain('x.test', 80)?.host).toBe('plain.test')
  })

  it.each([
    ['*', 'any.test', 443, false],
    ['mine.test', 'mine.test', 443, false],
    ['mine.test', 'a.mine.test', 443, false],
    ['.mine.test', 'a.mine.test', 443, false],
    ['*.mine.test', 'a.mine.test', 443, false],
    ['mine.test', 'notmine.test', 443, true],
    ['mine.test:8443', 'mine.test', 443, true],
    ['mine.test:8443', 'mine.test', 8443, false],
    ['MINE.test', 'mine.test', 443, false],
    ['10.0.0.0/8', '10.200.0.1', 443, false],
    ['10.0.0.0/8', '11.0.0.1', 443, true],
    ['10.0.0.0/99', '10.0.0.1', 443, true],
    ['10.0.0.1', '10.0.0.1', 443, false],
    ['fd00::/8', 'fd12::1', 443, false],
    ['one.test other.test', 'other.test', 443, false],
    ['', 'any.test', 443, true],
    [',', 'any.test', 443, true],
    ['', 'localhost', 443, false],
    ['', '127.3.2.1', 443, false],
    ['', '::1', 443, false],
  ])('NO_PROXY=%s and %s:%s: by the proxy %s', (none, host, port, expected) => {
    const read = createHostProxy({ HTTPS_PROXY: 'p.test:1', NO_PROXY: none })
    expect(read.forTunnel(host, port) !== undefined).toBe(expected)
  })
})
