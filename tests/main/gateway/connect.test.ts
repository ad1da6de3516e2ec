import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { basic, connectThrough, raw, startWorld, until, type World } from './world.ts'

/** Tunnels: who may open one, where to, and how it ends. */

let world: World
let target: Server
let targetPort: number
const taken: Socket[] = []

beforeEach(async () => {
  taken.length = 0
  target = createServer({ allowHalfOpen: true }, (socket) => taken.push(socket))
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
  const address = target.address()
  targetPort = typeof address === 'object' && address !== null ? address.port : 0
  world = await startWorld((_, res) => res.end('hello'), {
    hostMap: { 'git.test': `127.0.0.1:${targetPort}`, 'dead.test': '127.0.0.1:9' },
  })
})

afterEach(async () => {
  await world.close()
  for (const socket of taken) socket.destroy()
  target.close()
})

const accepted = async (): Promise<Socket> => {
  await until(() => taken.length > 0, 'the tunnel’s far end')
  const [socket] = taken
  if (!socket) throw new Error('none')
  return socket
}

describe('the login', () => {
  const login = (user: string, password: string): string =>
    `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

  const wrong: [string, () => string | undefined][] = [
    ['none', () => undefined],
    ['a guessed password', () => login('one', 'password')],
    ['an empty password', () => login('one', '')],
    ['another project’s password', () => login('two', world.gateway.login('one').password)],
    [
      'an unknown project with its rightly derived password',
      () => login('ghost', world.gateway.login('ghost').password),
    ],
    ['another scheme', () => `Bearer ${world.gateway.login('one').password}`],
    ['no colon', () => `Basic ${Buffer.from('one').toString('base64')}`],
    ['not base64', () => 'Basic ***'],
    ['the OpenCode server’s password', () => login('one', world.gateway.serverPassword('one'))],
  ]

  it.each(wrong)('%s: 407, the same for all, for CONNECT and for plain requests', async (_, value) => {
    const field = value() === undefined ? '' : `Proxy-Authorization: ${value()}\r\n`
    const viaConnect = await raw(
      world.port,
      `CONNECT git.test:443 HTTP/1.1\r\nHost: git.test\r\n${field}\r\n`,
    )
    expect(viaConnect).toMatch(/^HTTP\/1\.1 407 Proxy Authentication Required\r\n/)
    expect(viaConnect).toContain('proxy-authenticate: Basic realm="Berth"')
    expect(JSON.parse(viaConnect.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      error: { code: 'unauthorized', message: expect.stringMatching(/login of a running project\.$/) },
    })
    const viaGet = await raw(
      world.port,
      `GET http://git.test/ HTTP/1.1\r\nHost: git.test\r\nConnection: close\r\n${field}\r\n`,
    )
    expect(viaGet).toMatch(/^HTTP\/1\.1 407/)
    expect(viaGet.toLowerCase()).toContain('proxy-authenticate: basic')
    expect(taken).toEqual([])
    expect(world.routes).toEqual([])
  })

  it('is told by nothing that can be seen in the answer', async () => {
    const ask = (value: string) =>
      raw(world.port, `CONNECT git.test:443 HTTP/1.1\r\nHost: a\r\nProxy-Authorization: ${value}\r\n\r\n`)
    const unknown = await ask(login('ghost', 'x'))
    expect(await ask(login('one', 'x'))).toBe(unknown)
  })
})

describe('requests to the gateway itself', () => {
  it.each(['GET / HTTP/1.1', 'GET /v1/models HTTP/1.1', 'OPTIONS * HTTP/1.1', 'POST /.env HTTP/1.1'])(
    '%s: there is nothing',
    async (line) => {
      const answer = await raw(world.port, `${line}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`)
      expect(answer).toMatch(/^HTTP\/1\.1 404/)
      expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '').error.message).toBe('There is nothing here.')
      expect(answer).not.toMatch(/one|two|anthropic|express|node/i)
    },
  )

  it.each([
    'https://git.test/',
    'ftp://git.test/',
    'http:///x',
    'http://user:pw@git.test/',
    'http://git.test:0/',
    'http://git.test:99999/',
    'git.test/x',
  ])('cannot open %s', async (url) => {
    const answer = await raw(
      world.port,
      `GET ${url} HTTP/1.1\r\nHost: git.test\r\nProxy-Authorization: ${basic(world)}\r\nConnection: close\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400/)
    expect(taken).toEqual([])
  })
})

describe('a tunnel', () => {
  it('carries bytes both ways unread, with what came before the answer, and records both ends', async () => {
    const socket = connect(world.port, '127.0.0.1')
    socket.write(
      `CONNECT git.test:22 HTTP/1.1\r\nHost: x\r\nProxy-Authorization: ${basic(world)}\r\n\r\nearly`,
    )
    const far = await accepted()
    far.end('from afar')
    expect(String((await once(far, 'data'))[0])).toBe('early')
    expect(await text(socket)).toBe('HTTP/1.1 200 Connection Established\r\n\r\nfrom afar')
    await until(() => world.routes.length === 2, 'both route events')
    expect(world.routes[0]).toMatchObject({
      outcome: 'tunnelled',
      host: 'git.test',
      method: 'CONNECT',
      path: ':22',
    })
    expect(world.routes[1]?.durationMs).toBeGreaterThanOrEqual(0)
  })

  it('lets one side end and the other go on', async () => {
    const { socket, status } = await connectThrough(world, 'git.test:22', { allowHalfOpen: true })
    expect(status).toBe(200)
    const far = await accepted()
    socket.end('question')
    expect(await text(far)).toBe('question')
    far.end('answer')
    expect(await text(socket)).toBe('answer')
  })

  it('ends the far side when the client goes, and the client when the far side breaks', async () => {
    const first = await connectThrough(world, 'git.test:22')
    const far = await accepted()
    far.on('error', () => undefined).resume()
    first.socket.resetAndDestroy()
    await once(far, 'end')
    taken.length = 0
    const second = await connectThrough(world, 'git.test:22')
    second.socket.on('error', () => undefined)
    const broken = await accepted()
    broken.resetAndDestroy()
    second.socket.resume()
    await once(second.socket, 'close')
  })

  it('holds a fast sender back when the other side does not read', async () => {
    const { socket } = await connectThrough(world, 'git.test:22')
    const far = await accepted()
    far.pause()
    socket.on('error', () => undefined)
    let sent = 0
    while (sent < 200_000_000 && socket.writableLength < 1_000_000) {
      socket.write(Buffer.alloc(65_536))
      sent += 65_536
      await new Promise(setImmediate)
    }
    expect(sent).toBeLessThan(60_000_000)
    socket.destroy()
  })

  it('is closed when nothing moves in it, and not while something does', async () => {
    await world.close()
    world = await startWorld((_, res) => res.end(), {
      hostMap: { 'git.test': `127.0.0.1:${targetPort}` },
      limits: { idleTunnel: 300 },
    })
    const { socket } = await connectThrough(world, 'git.test:22')
    const far = await accepted()
    far.on('error', () => undefined)
    for (let i = 0; i < 5; i++) {
      far.write('x')
      await new Promise((done) => setTimeout(done, 120))
    }
    expect(socket.destroyed).toBe(false)
    socket.resume()
    await once(socket, 'close')
  })

  it('to a server that does not answer: 502, naming it', async () => {
    const { status, head, socket } = await connectThrough(world, 'dead.test:443')
    expect(status).toBe(502)
    expect(head + (await text(socket))).toContain('dead.test refused the connection')
    expect(world.routes.at(-1)).toMatchObject({ outcome: 'failed', status: 502 })
  })

  it.each([
    'git.test',
    'git.test:',
    ':443',
    'git.test:0',
    'git.test:70000',
    'a b:443',
    '[::1:443',
    'http://x:1',
  ])('is not opened to %j', async (where) => {
    const answer = await raw(
      world.port,
      `CONNECT ${where} HTTP/1.1\r\nHost: x\r\nProxy-Authorization: ${basic(world)}\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400/)
  })
})
