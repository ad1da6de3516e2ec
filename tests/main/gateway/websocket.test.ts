import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { CountedRequest, GatewayDeps } from '../../../src/main/gateway/types.ts'
import {
  basic,
  CANARY,
  connectThrough,
  raw,
  readHead,
  startWorld,
  tlsThrough,
  until,
  type World,
} from './world.ts'

/** WebSockets: to a provider with its credential filled in, to others as the policy lets them. */

let world: World
let sockets: WebSocketServer
let asked: IncomingMessage[]
let refuseWith: number | undefined
let allowed: boolean
const clients: WebSocket[] = []

beforeEach(async () => {
  asked = []
  refuseWith = undefined
  allowed = true
  world = await startWorld((_, res) => res.end('no socket here'), {
    egress: {
      refusal: async (_, host) => (allowed ? undefined : `${host} is not on the list.`),
      refused: () => undefined,
      opened: () => () => undefined,
    },
  })
  sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true })
  sockets.on('connection', (socket, req) => {
    socket.on('error', () => undefined)
    socket.on('message', (data, isBinary) => {
      if (String(data) === 'what did I say?') socket.send(`you said ${req.headers.authorization}`)
      else socket.send(data, { binary: isBinary })
    })
  })
  const upgrade: Parameters<typeof world.vendor.server.on>[1] = (req, socket, head) => {
    asked.push(req)
    if (refuseWith === undefined)
      sockets.handleUpgrade(req, socket, head, (one) => sockets.emit('connection', one, req))
    else {
      const { authorization = '' } = req.headers
      const message = `not with ${authorization}, which has ${authorization.split(' ')[1]}`
      const body = JSON.stringify({ error: { message } })
      socket.end(
        `HTTP/1.1 ${refuseWith} No\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      )
    }
  }
  world.vendor.server.on('upgrade', upgrade)
  world.plainVendor.on('upgrade', upgrade)
})
afterEach(async () => {
  for (const one of clients.splice(0)) one.terminate()
  for (const one of sockets.clients) one.terminate()
  sockets.close()
  await world.close()
})

const key = (): string => {
  const auth = world.gateway.placeholder('one', 'openai', 'api')
  return auth.type === 'api' ? auth.key : ''
}

/** A client inside TLS that was ended by the gateway. */
async function dial(headers: Record<string, string>): Promise<WebSocket> {
  const secure = await tlsThrough(world, 'api.openai.com')
  const socket = new WebSocket('ws://api.openai.com/v1/realtime?model=m', {
    createConnection: () => secure,
    headers,
  })
  socket.on('error', () => undefined)
  clients.push(socket)
  return socket
}

async function say(socket: WebSocket, words: string | Buffer): Promise<Buffer> {
  const heard = once(socket, 'message')
  socket.send(words)
  const [data] = await heard
  return data
}

describe('to a provider', () => {
  it('the placeholder is filled in and both sides talk', async () => {
    const socket = await dial({ authorization: `Bearer ${key()}` })
    await once(socket, 'open')
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${CANARY}-openai`)
    expect(asked[0]?.url).toBe('/v1/realtime?model=m')
    expect(String(await say(socket, 'hello'))).toBe('hello')
    const large = Buffer.alloc(3_000_000, 'x')
    expect(Buffer.compare(await say(socket, large), large)).toBe(0)
    expect(world.gateway.routes('one')).toMatchObject([
      { host: 'api.openai.com', outcome: 'sent', status: 101, accountId: 'acc-openai' },
    ])
    expect(world.used).toEqual(['acc-openai'])
    const closed = once(socket, 'close')
    socket.close(1000, 'done')
    expect(String((await closed)[1])).toBe('done')
    await until(() => world.gateway.routes('one')[0]?.durationMs !== undefined, 'the end of the route')
  })

  it('a login that has ended is renewed first; one that cannot be is not used', async () => {
    let isDead = false
    Object.assign(world.deps, {
      canRefresh: () => true,
      async refresh(id: string) {
        if (isDead) return { message: 'It is dead. Sign in again.', isPassing: false }
        world.credentials.set(id, { type: 'api', key: 'sk-renewed-0123456789' })
        return undefined
      },
    })
    const one = world.accounts.get('openai')
    if (one === undefined) throw new Error('no account')
    world.accounts.set('openai', { ...one, expiresAt: 1, renewable: true })
    await once(await dial({ authorization: `Bearer ${key()}` }), 'open')
    expect(asked[0]?.headers.authorization).toBe('Bearer sk-renewed-0123456789')
    isDead = true
    const [, answer] = await once(await dial({ authorization: `Bearer ${key()}` }), 'unexpected-response')
    expect(answer.statusCode).toBe(401)
    expect(asked).toHaveLength(1)
  })

  it('the credential is in nothing the vendor says, and nothing is compressed', async () => {
    const socket = await dial({ authorization: `Bearer ${key()}` })
    await once(socket, 'open')
    expect(asked[0]?.headers['sec-websocket-extensions']).toBeUndefined()
    expect(socket.extensions).toBe('')
    const said = String(await say(socket, 'what did I say?'))
    expect(said).toMatch(/^you said Bearer \*+$/)
    expect(world.said()).not.toContain(CANARY)
  })

  it('words that begin like the credential come all the same', async () => {
    const socket = await dial({ authorization: `Bearer ${key()}` })
    await once(socket, 'open')
    expect(String(await say(socket, CANARY.slice(0, 9)))).toBe(CANARY.slice(0, 9))
  })

  it('without a placeholder it goes as it is', async () => {
    const socket = await dial({ authorization: 'Bearer my-own' })
    await once(socket, 'open')
    expect(asked[0]?.headers.authorization).toBe('Bearer my-own')
    expect(String(await say(socket, 'hello'))).toBe('hello')
  })

  it.each([401, 429, 500])(
    'an answer of %s instead goes to the client, without the credential',
    async (status) => {
      refuseWith = status
      const socket = await dial({ authorization: `Bearer ${key()}` })
      const [, answer] = await once(socket, 'unexpected-response')
      expect(answer.statusCode).toBe(status)
      expect(await text(answer)).toMatch(/not with Bearer \*+/)
      expect(world.gateway.routes('one')).toMatchObject([{ status, outcome: 'sent' }])
      expect(world.rejected).toHaveLength(status === 401 ? 1 : 0)
    },
  )

  it('a credential of no known form that such an answer repeats is told to nobody later', async () => {
    const secret = 'plain.words.of.nobody.17'
    world.credentials.set('acc-openai', { type: 'api', key: secret })
    refuseWith = 429
    const socket = await dial({ authorization: `Bearer ${key()}` })
    await once(socket, 'unexpected-response')
    const standings = JSON.stringify(world.gateway.pools.standings('acc-openai'))
    expect(standings).toContain('which has ****')
    expect(standings).not.toContain(secret)
  })

  it('a placeholder of another provider is refused and told of', async () => {
    const auth = world.gateway.placeholder('one', 'anthropic', 'api')
    const socket = await dial({ authorization: `Bearer ${auth.type === 'api' ? auth.key : ''}` })
    const [, answer] = await once(socket, 'unexpected-response')
    expect(answer.statusCode).toBe(403)
    expect(answer.headers['x-berth-error']).toBe('placeholder_refused')
    expect(asked).toEqual([])
    expect(world.notices).toHaveLength(1)
  })

  it('no account: the sentence, and no connection', async () => {
    world.accounts.delete('openai')
    const socket = await dial({ authorization: `Bearer ${key()}` })
    const [, answer] = await once(socket, 'unexpected-response')
    expect([answer.statusCode, answer.headers['x-berth-error']]).toEqual([401, 'no_credential'])
    expect(asked).toEqual([])
  })

  it('the end of one side is the end of the other', async () => {
    const one = await dial({ authorization: `Bearer ${key()}` })
    await once(one, 'open')
    const [atVendor] = sockets.clients
    if (atVendor === undefined) throw new Error('none')
    const vendorClosed = once(atVendor, 'close')
    one.terminate()
    await vendorClosed
    const other = await dial({ authorization: `Bearer ${key()}` })
    await once(other, 'open')
    const closed = once(other, 'close')
    for (const socket of sockets.clients) socket.terminate()
    await closed
  })

  it('is ended when the gateway closes', async () => {
    const socket = await dial({ authorization: `Bearer ${key()}` })
    await once(socket, 'open')
    const closed = once(socket, 'close')
    await world.gateway.close()
    await closed
  })
})

describe('what a conversation with a provider uses', () => {
  const usage = (input: number, output: number) =>
    JSON.stringify({
      type: 'response.done',
      response: {
        output: [{ arguments: '{"usage":{"input_tokens":9999,"output_tokens":9}}' }],
        usage: {
          input_tokens: input,
          output_tokens: output,
          input_token_details: { cached_tokens: 10 },
        },
      },
    })
  const counted: CountedRequest[] = []
  let over: ReturnType<GatewayDeps['overBudget']>
  beforeEach(() => {
    counted.length = 0
    over = undefined
    Object.assign(world.deps, {
      count: (one: CountedRequest) => counted.push(one),
      overBudget: () => over,
    })
  })
  async function open(): Promise<WebSocket> {
    const socket = await dial({ authorization: `Bearer ${key()}` })
    await once(socket, 'open')
    return socket
  }

  it('is counted answer by answer, and the connection is no request beside them', async () => {
    const socket = await open()
    expect(String(await say(socket, usage(110, 5)))).toBe(usage(110, 5))
    expect(counted).toMatchObject([
      {
        account: { id: 'acc-openai' },
        modelId: 'm',
        status: 101,
        tokens: { input: 100, output: 5, cacheRead: 10 },
      },
    ])
    await say(socket, '{"type":"response.output_text.delta","delta":"{\\"usage\\":"}')
    await say(socket, 'no JSON: {"')
    await say(socket, usage(20, 1))
    expect(counted.map(({ tokens }) => tokens?.output)).toEqual([5, 1])
    const closed = once(socket, 'close')
    socket.close()
    await closed
    await until(() => world.gateway.routes('one')[0]?.durationMs !== undefined, 'the end of the route')
    expect(world.gateway.routes('one')[0]).toMatchObject({ tokens: { input: 110, output: 6, cacheRead: 20 } })
    expect(counted).toHaveLength(2)
  })

  it('is a request without tokens where the vendor tells of none', async () => {
    const socket = await open()
    await say(socket, 'hello')
    socket.terminate()
    await until(() => counted.length === 1, 'the count')
    expect(counted[0]).toMatchObject({ status: 101, tokens: undefined })
  })

  it('ends it after the answer that used a budget up, and not for what others may use', async () => {
    const socket = await open()
    over = { message: 'Nearly.', isPassing: true }
    await say(socket, usage(20, 1))
    await say(socket, 'still here')
    over = { message: 'The budget is used up.', isPassing: false }
    const closed = once(socket, 'close')
    expect(String(await say(socket, usage(20, 1)))).toBe(usage(20, 1))
    expect((await closed).map(String)).toEqual(['1008', 'A budget in Berth is used up. Raise it to go on.'])
    await until(() => sockets.clients.size === 0, 'the end at the vendor')
    const again = await dial({ authorization: `Bearer ${key()}` })
    const [, answer] = await once(again, 'unexpected-response')
    expect([answer.statusCode, answer.headers['x-berth-error']]).toEqual([403, 'budget_reached'])
    expect(await text(answer)).toContain('The budget is used up.')
  })

  it('puts no such word into a message that has begun', async () => {
    const tls: Duplex[] = []
    world.vendor.server.once('upgrade', (_, socket) => tls.push(socket))
    const socket = await open()
    over = { message: 'The budget is used up.', isPassing: false }
    const heard = once(socket, 'message')
    const closed = once(socket, 'close')
    const text = Buffer.from(usage(20, 1))
    const half = Buffer.from([0x81, 5, 0x68])
    tls[0]?.write(Buffer.concat([Buffer.from([0x81, 126, 0, text.length]), text, half]))
    expect(String((await heard)[0])).toBe(usage(20, 1))
    expect((await closed)[0]).toBe(1006)
    expect(counted).toHaveLength(1)
  })
})

const HANDSHAKE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
const ask = (host: string, more = HANDSHAKE): string =>
  `GET http://${host}/chat HTTP/1.1\r\nHost: ${host}\r\nProxy-Authorization: ${basic(world)}\r\n${more}\r\n`

describe('in plain HTTP to a host that is no provider’s', () => {
  it('goes through where the policy lets it', async () => {
    const socket = connect(world.port, '127.0.0.1')
    socket.write(ask('elsewhere.test'))
    const head = await readHead(socket)
    expect(head).toMatch(/^HTTP\/1\.1 101 Switching Protocols/)
    expect(asked[0]?.headers['proxy-authorization']).toBeUndefined()
    socket.destroy()
  })

  it('ends when it does not any more', async () => {
    const socket = connect(world.port, '127.0.0.1')
    socket.write(ask('elsewhere.test'))
    await readHead(socket)
    await world.gateway.egressChanged()
    expect(socket.destroyed).toBe(false)
    const closed = once(socket, 'close')
    socket.resume()
    allowed = false
    await world.gateway.egressChanged()
    await closed
    await until(() => sockets.clients.size === 0, 'the end of the other side')
  })

  it('is refused where it does not', async () => {
    allowed = false
    const said = await raw(world.port, ask('elsewhere.test'))
    expect(said).toMatch(/^HTTP\/1\.1 403/)
    expect(said).toContain('elsewhere.test is not on the list.')
    expect(asked).toEqual([])
  })

  it('needs the login like everything else, and opens nothing on this machine', async () => {
    const without = ask('elsewhere.test').replace(/Proxy-Authorization: [^\r]*\r\n/, '')
    expect(await raw(world.port, without)).toMatch(/^HTTP\/1\.1 407/)
    expect(await raw(world.port, ask('127.0.0.1'))).toMatch(/^HTTP\/1\.1 403/)
    expect(asked).toEqual([])
  })

  it('is a tunnel like any inside CONNECT', async () => {
    const { socket } = await connectThrough(world, 'elsewhere.test:80')
    socket.write(`GET /chat HTTP/1.1\r\nHost: elsewhere.test\r\n${HANDSHAKE}\r\n`)
    expect(await readHead(socket)).toMatch(/^HTTP\/1\.1 101/)
    socket.destroy()
  })
})

it('an upgrade to anything else is a request without one', async () => {
  const other = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n'
  const socket = connect(world.port, '127.0.0.1')
  socket.write(ask('elsewhere.test', other))
  expect(await readHead(socket)).toMatch(/^HTTP\/1\.1 200/)
  socket.destroy()
  expect(asked).toEqual([])
})
