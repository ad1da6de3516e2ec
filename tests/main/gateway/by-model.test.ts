import { EventEmitter, once } from 'node:events'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { type ProxyAgent, request } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bodyAfter, createReadAhead } from '../../../src/main/gateway/read-ahead.ts'
import {
  account,
  proxyAgent,
  readHead,
  startWorld,
  tlsThrough,
  until,
  type World,
  type WorldOptions,
} from './world.ts'

/** Accounts pinned by model: the model is read from the request before its account is chosen. */

let world: World
let agent: ProxyAgent
let arrived: { key: string; body: string }[]
let vendor: (req: IncomingMessage, res: ServerResponse) => void

const placeholder = (providerId: string): string => {
  const auth = world.gateway.placeholder('one', providerId, 'api')
  return auth.type === 'api' ? auth.key : ''
}
const HEAD = (more: string): string =>
  `POST /v1/chat/completions HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: Bearer ${placeholder('openai')}\r\n${more}`

/** A second account of the provider, for one model. */
function pin(providerId: string, model: string): void {
  const id = `acc-${providerId}-${model}`
  world.accounts.set(`${providerId}:${model}`, account(providerId, { id, label: 'second' }))
  world.credentials.set(id, { type: 'api', key: `sk-only-for-${model}` })
}

async function start(options: WorldOptions = {}): Promise<void> {
  world = await startWorld((req, res) => vendor(req, res), options)
  agent = proxyAgent(world)
  pin('openai', 'big')
}

beforeEach(async () => {
  arrived = []
  vendor = (req, res) => {
    const key = String(req.headers.authorization ?? req.headers['x-goog-api-key']).replace('Bearer ', '')
    void text(req).then((body) => {
      arrived.push({ key, body })
      res.end('done')
    })
  }
  await start()
})
afterEach(async () => {
  await agent.destroy()
  await world.close()
})

async function ask(body: string | Buffer | AsyncIterable<Buffer>, headers: Record<string, string> = {}) {
  const answer = await request('https://api.openai.com/v1/chat/completions', {
    dispatcher: agent,
    method: 'POST',
    headers: {
      authorization: `Bearer ${placeholder('openai')}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: body as string,
  })
  return { status: answer.statusCode, text: await answer.body.text() }
}

const FIRST = 'sk-canary-7Qd0aVt3xLm9ZpKs2RbW-openai'

describe('two accounts, one of them for a model', () => {
  it('each request gets the one of its model', async () => {
    for (const model of ['small', 'big', 'small', 'big']) await ask(JSON.stringify({ model, messages: [] }))
    expect(arrived.map(({ key }) => key)).toEqual([FIRST, 'sk-only-for-big', FIRST, 'sk-only-for-big'])
    expect(world.gateway.routes('one').map((route) => route.accountLabel)).toEqual([
      'second',
      'work',
      'second',
      'work',
    ])
  })

  it('takes the model from the path where it stands there, whatever the body says', async () => {
    pin('google', 'gemini-big')
    const secure = await tlsThrough(world, 'generativelanguage.googleapis.com')
    secure.write(
      `POST /v1beta/models/gemini-big:generateContent HTTP/1.1\r\nHost: generativelanguage.googleapis.com\r\nx-goog-api-key: ${placeholder('google')}\r\nContent-Length: 17\r\n\r\n{"model":"small"}`,
    )
    expect(await readHead(secure)).toMatch(/^HTTP\/1\.1 200/)
    expect(arrived).toEqual([{ key: 'sk-only-for-gemini-big', body: '{"model":"small"}' }])
    secure.destroy()
  })

  it.each([
    ['a model after much else', `{"messages":"${'x'.repeat(300_000)}","model":"big"}`, 'sk-only-for-big'],
    ['no model', `{"messages":"${'x'.repeat(300_000)}"}`, FIRST],
    ['no JSON', 'x'.repeat(300_000), FIRST],
    ['an empty body', '', FIRST],
  ])('carries %s byte for byte', async (_, body, key) => {
    expect(await ask(body)).toEqual({ status: 200, text: 'done' })
    expect(arrived).toEqual([{ key, body }])
  })

  it('carries a chunked body cut anywhere, and one after the other on a connection', async () => {
    const body = '{"messages":["é{\\"model\\":1"],"model":"big","more":"…"}'
    async function* bytes(): AsyncGenerator<Buffer> {
      for (const byte of Buffer.from(body)) yield Buffer.from([byte])
    }
    for (let round = 0; round < 3; round++) expect((await ask(bytes())).status).toBe(200)
    expect(arrived).toEqual(Array(3).fill({ key: 'sk-only-for-big', body }))
  })

  it('does not look into what is packed or no JSON by its type', async () => {
    const body = '{"model":"big"}'
    await ask(body, { 'content-type': 'multipart/form-data; boundary=x' })
    await ask(body, { 'content-encoding': 'gzip' })
    expect(arrived).toEqual(Array(2).fill({ key: FIRST, body }))
  })

  it('sends a body on while it comes, where it is longer than what is kept', async () => {
    await agent.destroy()
    await world.close()
    await start({ pool: { keepBytes: 10 } })
    let got = ''
    vendor = (req, res) => {
      req.on('data', (piece: Buffer) => {
        got += String(piece)
      })
      req.on('end', () => res.end())
    }
    const secure = await tlsThrough(world, 'api.openai.com')
    secure.write(HEAD('Transfer-Encoding: chunked\r\n\r\n'))
    secure.write('e\r\n{"model":"big"\r\n')
    await until(() => got === '{"model":"big"', 'the beginning')
    secure.write('6\r\n,"x":1\r\n')
    await until(() => got === '{"model":"big","x":1', 'the middle')
    secure.write('1\r\n}\r\n0\r\n\r\n')
    expect(await readHead(secure)).toMatch(/^HTTP\/1\.1 200/)
    expect(got).toBe('{"model":"big","x":1}')
    secure.destroy()
  })

  it('asks once for the body of a client that waits to be asked', async () => {
    const secure = await tlsThrough(world, 'api.openai.com')
    secure.write(HEAD('Expect: 100-continue\r\nContent-Length: 15\r\n\r\n'))
    expect(await readHead(secure)).toMatch(/^HTTP\/1\.1 100/)
    secure.write('{"model":"big"}')
    expect(await readHead(secure)).toMatch(/^HTTP\/1\.1 200/)
    expect(arrived).toEqual([{ key: 'sk-only-for-big', body: '{"model":"big"}' }])
    secure.destroy()
  })

  it('holds the client back while the vendor does not read', async () => {
    await agent.destroy()
    await world.close()
    await start({ pool: { keepBytes: 1_000_000 } })
    vendor = (req) => void req.pause()
    const secure = await tlsThrough(world, 'api.openai.com')
    secure.on('error', () => undefined)
    secure.write(HEAD('Content-Length: 200000015\r\n\r\n{"model":"big",'))
    const chunk = 'x'.repeat(65_536)
    let sent = 0
    let full = false
    const pump = (): void => {
      full = false
      while (sent < 200_000_000 && !full) {
        sent += chunk.length
        full = !secure.write(chunk)
      }
    }
    secure.on('drain', pump)
    pump()
    let before = -1
    await until(() => {
      const still = full && sent === before
      before = sent
      return still
    }, 'the client being held back')
    expect(sent).toBeLessThan(40_000_000)
    secure.destroy()
  })
})

describe('what can go wrong before the model is known', () => {
  it('the client leaves: nothing is sent', async () => {
    const secure = await tlsThrough(world, 'api.openai.com')
    secure.write(HEAD('Content-Length: 100\r\n\r\n{"messages":'))
    await until(() => world.gateway.routes('one').length === 1, 'the request')
    secure.destroy()
    await until(() => world.routes.at(-1)?.outcome === 'aborted', 'the route to be aborted')
    expect(arrived).toEqual([])
  })

  it('the body does not come in time: nothing is sent', async () => {
    await agent.destroy()
    await world.close()
    await start({ limits: { headers: 200, request: 200 } })
    const secure = await tlsThrough(world, 'api.openai.com')
    secure.on('error', () => undefined)
    secure.write(HEAD('Content-Length: 100\r\n\r\n{"messages":'))
    await once(secure.resume(), 'close')
    await until(() => world.routes.at(-1)?.outcome === 'aborted', 'the route to be aborted')
    expect(arrived).toEqual([])
  })

  it('there is no account for it: refused, and the connection goes on', async () => {
    world.accounts.delete('openai')
    const secure = await tlsThrough(world, 'api.openai.com')
    const body = `{"model":"small","x":"${'x'.repeat(500_000)}"}`
    for (let round = 0; round < 2; round++) {
      secure.write(HEAD(`Content-Length: ${body.length}\r\n\r\n${body}`))
      const head = await readHead(secure)
      expect(head).toMatch(/^HTTP\/1\.1 401/)
      await readBody(secure, Number(/content-length: (\d+)/i.exec(head)?.[1]))
    }
    expect(arrived).toEqual([])
    secure.destroy()
  })

  it('Berth cannot tell: refused', async () => {
    world.deps.choose = () => {
      throw new Error('out of order')
    }
    expect(await ask('{"model":"big"}')).toMatchObject({ status: 403 })
    expect(arrived).toEqual([])
  })
})

function readBody(socket: Socket, length: number): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0
    const onData = (chunk: Buffer): void => {
      seen += chunk.length
      if (seen < length) return
      socket.off('data', onData).pause()
      resolve()
    }
    socket.on('data', onData).resume()
  })
}

describe('reading ahead', () => {
  const open = (projectId = 'one') => {
    const req = new IncomingMessage(new Socket())
    return { req, res: new ServerResponse(req), projectId }
  }
  const never = (): boolean => false

  it('ends at the limit of one body, with nothing lost', async () => {
    const client = open()
    const { req } = client
    const beginning = createReadAhead({ one: () => 8, project: 100, all: 100 }).read(client, never)
    for (const piece of ['hello ', 'world', '!']) req.push(piece)
    req.push(null)
    const read = await beginning
    expect(read.state).toBe('begun')
    expect(await text(bodyAfter(req, read) as IncomingMessage)).toBe('hello world!')
  })

  it('ends at the limit of a project, and leaves the others room', async () => {
    const ahead = createReadAhead({ one: () => 100, project: 10, all: 30 })
    const [greedy, more, other] = [open(), open(), open('two')]
    const answers = [greedy, more, other].map((client) => {
      const read = ahead.read(client, never)
      client.req.push('nine byte')
      client.req.push(null)
      return read.then(({ state }) => state)
    })
    expect(await Promise.all(answers)).toEqual(['whole', 'begun', 'whole'])
  })

  it('ends at the limit of all together, and has it back when a request is over', async () => {
    const ahead = createReadAhead({ one: () => 100, project: 10, all: 10 })
    const [first, second, third] = [open(), open(), open()]
    const one = ahead.read(first, never)
    first.req.push('eight by')
    first.req.push(null)
    expect((await one).state).toBe('whole')
    const two = ahead.read(second, never)
    second.req.push('more')
    expect((await two).state).toBe('begun')
    for (const { res } of [first, second]) new EventEmitter().emit.call(res, 'close')
    const three = ahead.read(third, never)
    third.req.push('eight by')
    third.req.push(null)
    expect((await three).state).toBe('whole')
  })
})
