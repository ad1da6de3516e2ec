import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EgressGate, Moved } from '../../../src/main/egress/types.ts'
import { basic, connectThrough, raw, readHead, startWorld, tlsThrough, until, type World } from './world.ts'

/** Hosts that are no provider's: who may reach them, and what is counted of every host. */

interface Seen {
  readonly project: string
  readonly host: string
  readonly port: number | undefined
  readonly moved: () => Moved
  ended: boolean
}

let world: World
let target: Server
let port: number
let allowed: boolean
let open: Seen[]
let refused: string[]
let asked: string[]
const taken: Socket[] = []

const gate: EgressGate = {
  async refusal(projectId, host, port) {
    asked.push(`${host} ${port}`)
    return allowed ? undefined : `${host} is not on the list of hosts that ${projectId} may reach.`
  },
  refused: (projectId, host, port) => refused.push(`${projectId} ${host} ${port}`),
  opened(project, host, moved, port) {
    const seen: Seen = { project, host, port, moved, ended: false }
    open.push(seen)
    return () => {
      seen.ended = true
    }
  },
}

beforeEach(async () => {
  allowed = true
  open = []
  refused = []
  asked = []
  taken.length = 0
  target = createServer((socket) => {
    taken.push(socket)
    socket.on('error', () => undefined)
    socket.pipe(socket)
  })
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
  const address = target.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
  world = await startWorld((req, res) => req.resume().on('end', () => res.end('hello')), {
    hostMap: { 'git.test': `127.0.0.1:${port}` },
    egress: gate,
  })
})
afterEach(async () => {
  await world.close()
  for (const socket of taken) socket.destroy()
  target.close()
})

const request = (host: string, extra = '', body = ''): Promise<string> =>
  raw(
    world.port,
    `POST http://${host}/a HTTP/1.1\r\nHost: ${host}\r\nProxy-Authorization: ${basic(world)}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n${extra}\r\n${body}`,
  )

describe('a host the policy does not let through', () => {
  beforeEach(() => {
    allowed = false
  })

  it('is not connected to: 403 with the sentence, a route, a count', async () => {
    const { status, socket, head } = await connectThrough(world, 'git.test:443')
    expect(status).toBe(403)
    expect(head).toContain('x-berth-error: egress_refused')
    expect(JSON.parse(await text(socket))).toMatchObject({
      error: { message: 'git.test is not on the list of hosts that one may reach.' },
    })
    const reason = 'git.test is not on the list of hosts that one may reach.'
    const route = { host: 'git.test', method: 'CONNECT', outcome: 'refused', status: 403, reason }
    expect(world.gateway.routes('one')).toMatchObject([route])
    expect(refused).toEqual(['one git.test 443'])
    expect(open).toEqual([])
    expect(taken).toEqual([])
  })

  it('gets no plain request', async () => {
    const said = await request('elsewhere.test')
    expect(said).toMatch(/^HTTP\/1\.1 403/)
    expect(said.toLowerCase()).toContain('x-berth-error: egress_refused')
    expect(said).toContain('elsewhere.test is not on the list')
    expect(refused).toEqual(['one elsewhere.test 80'])
    expect(world.gateway.routes('one')).toMatchObject([{ outcome: 'refused', status: 403 }])
  })

  it('is asked about by its plain name and the port', async () => {
    await connectThrough(world, 'GIT.test.:22')
    await request('elsewhere.test:8080')
    expect(asked).toEqual(['git.test 22', 'elsewhere.test 8080'])
    expect(refused).toEqual(['one git.test 22', 'one elsewhere.test 8080'])
  })

  it('does not keep a project from its providers', async () => {
    const secure = await tlsThrough(world, 'api.openai.com')
    secure.write('GET / HTTP/1.1\r\nHost: api.openai.com\r\nConnection: close\r\n\r\n')
    expect(await text(secure)).toContain('hello')
    expect(await request('api.openai.com')).toContain('hello')
    expect(asked).toEqual([])
  })

  it('may be a provider’s, at a port that is not read', async () => {
    world.hosts.other = ['unread.test']
    world.gateway.hostsChanged()
    expect(world.gateway.isProviderHost('unread.test')).toBe(true)
    const { status } = await connectThrough(world, 'unread.test:22')
    expect(status).toBe(403)
    expect(refused).toEqual(['one unread.test 22'])
  })

  it('still has a placeholder told of that was sent there', async () => {
    const auth = world.gateway.placeholder('one', 'openai', 'api')
    const key = auth.type === 'api' ? auth.key : ''
    const said = await request('elsewhere.test', `Authorization: Bearer ${key}\r\n`)
    expect(said.toLowerCase()).toContain('x-berth-error: placeholder_refused')
    expect(world.notices).toMatchObject([{ level: 'warning', projectId: 'one' }])
    expect(refused).toEqual(['one elsewhere.test 80'])
  })
})

it('a placeholder is refused on a foreign host that the policy lets through', async () => {
  const auth = world.gateway.placeholder('one', 'openai', 'api')
  const said = await request('elsewhere.test', `X-Api-Key: ${auth.type === 'api' ? auth.key : ''}\r\n`)
  expect(said.toLowerCase()).toContain('x-berth-error: placeholder_refused')
  expect(open).toEqual([])
})

it('what cannot be decided is not opened', async () => {
  const broken = await startWorld((_, res) => res.end('hello'), {
    hostMap: { 'git.test': `127.0.0.1:${port}` },
    egress: { ...gate, refusal: () => Promise.reject(new Error('no database')) },
  })
  await expect(connectThrough(broken, 'git.test:443')).rejects.toThrow(/closed/)
  expect(taken).toEqual([])
  await broken.close()
})

describe('a policy that changes', () => {
  it('ends open tunnels that are not allowed any more, and holds for the next', async () => {
    const { socket } = await connectThrough(world, 'git.test:443')
    await world.gateway.egressChanged()
    socket.write('still')
    await once(socket, 'readable')
    expect(String(socket.read())).toBe('still')
    allowed = false
    const closed = once(socket, 'close')
    await world.gateway.egressChanged()
    await closed
    expect((await connectThrough(world, 'git.test:443')).status).toBe(403)
    allowed = true
    expect((await connectThrough(world, 'git.test:443')).status).toBe(200)
  })

  it('ends plain answers under way too, and leaves connections alone that have none', async () => {
    const slow = await startWorld(
      (req, res) => {
        if (req.url === '/whole') res.end('hello')
        else res.write('begun')
      },
      { egress: gate },
    )
    const ask = (path: string) => {
      const socket = connect(slow.port, '127.0.0.1')
      socket.write(
        `GET http://elsewhere.test${path} HTTP/1.1\r\nHost: elsewhere.test\r\nProxy-Authorization: ${basic(slow)}\r\n\r\n`,
      )
      return socket
    }
    const [whole, endless] = [ask('/whole'), ask('/endless')]
    const heads = await Promise.all([readHead(whole), readHead(endless)])
    expect(heads.every((head) => head.includes('200'))).toBe(true)
    await until(() => open.filter(({ ended }) => ended).length === 1, 'the end of the short one')
    const closed = once(endless, 'close')
    endless.resume()
    allowed = false
    await slow.gateway.egressChanged()
    await closed
    expect(whole.destroyed).toBe(false)
    const provider = await tlsThrough(slow, 'api.openai.com')
    provider.write('GET / HTTP/1.1\r\nHost: api.openai.com\r\n\r\n')
    await once(provider, 'readable')
    await slow.gateway.egressChanged()
    expect(provider.destroyed).toBe(false)
    provider.destroy()
    whole.destroy()
    await slow.close()
  })

  it('ends tunnels of a project about which nothing can be said', async () => {
    const { socket } = await connectThrough(world, 'git.test:443')
    const closed = once(socket, 'close')
    const { refusal } = gate
    gate.refusal = () => Promise.reject(new Error('the project is gone'))
    try {
      await world.gateway.egressChanged()
      await closed
    } finally {
      gate.refusal = refusal
    }
  })
})

describe('what is counted', () => {
  it('of a tunnel: the bytes both ways, and its end', async () => {
    const { socket } = await connectThrough(world, 'git.test:443')
    socket.end('x'.repeat(1000))
    expect(await text(socket)).toHaveLength(1000)
    await until(() => open[0]?.ended === true, 'the end of the count')
    expect(open).toMatchObject([{ project: 'one', host: 'git.test', port: 443 }])
    expect(open[0]?.moved()).toEqual({ out: 1000, in: 1000 })
  })

  it('of a provider: its connection, with the TLS around what is said', async () => {
    const secure = await tlsThrough(world, 'api.openai.com')
    secure.write('GET / HTTP/1.1\r\nHost: api.openai.com\r\nConnection: close\r\n\r\n')
    const said = await text(secure)
    await until(() => open[0]?.ended === true, 'the end of the count')
    expect(open).toHaveLength(1)
    // What is read is counted by host alone.
    expect(open[0]?.port).toBeUndefined()
    const moved = open[0]?.moved()
    expect(moved?.out).toBeGreaterThan(100)
    expect(moved?.in).toBeGreaterThan(said.length)
  })

  it('of plain requests on one connection: each its own', async () => {
    const body = 'b'.repeat(500)
    await request('elsewhere.test', '', body)
    await until(() => open[0]?.ended === true, 'the end of the count')
    const login = `Proxy-Authorization: ${basic(world, 'two')}\r\n`
    const socket = connect(world.port, '127.0.0.1')
    socket.write(`GET http://elsewhere.test/1 HTTP/1.1\r\nHost: elsewhere.test\r\n${login}\r\n`)
    await readHead(socket)
    await until(() => open[1]?.ended === true, 'the first answer')
    socket.write(
      `GET http://api.openai.com/2 HTTP/1.1\r\nHost: api.openai.com\r\nConnection: close\r\n${login}\r\n`,
    )
    await text(socket)
    await until(() => open.length === 3 && open.every(({ ended }) => ended), 'three counts')
    expect(open.map(({ project, host, port }) => `${project} ${host} ${port}`)).toEqual([
      'one elsewhere.test 80',
      'two elsewhere.test 80',
      'two api.openai.com 80',
    ])
    expect(open[0]?.moved().out).toBeGreaterThan(500)
  })
})
