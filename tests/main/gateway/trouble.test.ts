import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ProxyAgent, request } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { POOL_DEFAULTS } from '../../../src/main/gateway/pool/options.ts'
import { CANARY, proxyAgent, raw, startWorld, until, type World, type WorldOptions } from './world.ts'

/** Vendors that fail or refuse, and clients that stall. */

type Handler = (req: IncomingMessage, res: ServerResponse) => void
let world: World
let agent: ProxyAgent
let vendor: Handler

const key = (): string => {
  const auth = world.gateway.placeholder('one', 'openai', 'api')
  return auth.type === 'api' ? auth.key : ''
}
const URL_ = 'https://api.openai.com/v1/chat/completions'

async function start(options: WorldOptions = {}): Promise<void> {
  world = await startWorld((req, res) => vendor(req, res), options)
  agent = proxyAgent(world)
}

beforeEach(() => start())
afterEach(async () => {
  await agent.destroy()
  await world.close()
})

async function restart(options: WorldOptions): Promise<void> {
  await agent.destroy()
  await world.close()
  await start(options)
}

const ask = (body = '{}', headers = {}) =>
  request(URL_, { dispatcher: agent, method: 'POST', body, headers: { authorization: key(), ...headers } })

describe('the vendor cannot be reached', () => {
  const expectAnswer = async (status: number, words: RegExp): Promise<void> => {
    const answer = await ask()
    const body = await answer.body.text()
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['x-berth-error']).toBe('provider_unreachable')
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'provider_unreachable' } })
    expect(body).toMatch(words)
    expect(body + world.said()).not.toContain(CANARY)
    await until(() => world.routes.at(-1)?.outcome === 'failed', 'the route to be failed')
  }

  it('nobody listens', async () => {
    await restart({ hostMap: { 'api.openai.com': '127.0.0.1:9' } })
    await expectAnswer(502, /api\.openai\.com refused the connection/)
  })

  it('its certificate is not trusted, so the key is not sent', async () => {
    vendor = () => expect.unreachable('a request was sent to a server nobody vouches for')
    await restart({ trustVendor: false })
    await expectAnswer(502, /certificate of api\.openai\.com/)
  })

  it('its certificate is for another name, so the key is not sent', async () => {
    vendor = () => expect.unreachable('a request was sent to another server')
    await restart({ vendorName: 'other.test' })
    await expectAnswer(502, /certificate of api\.openai\.com/)
  })

  it('it never begins to answer', async () => {
    await restart({ limits: { firstByte: 300 } })
    vendor = (req) => void req.resume()
    await expectAnswer(504, /did not answer in time/)
  })

  it('it hangs up before the first byte', async () => {
    vendor = (req) => req.socket.destroy()
    await expectAnswer(502, /failed before an answer came/)
  })

  it('it hangs up while a long body is sent, and the next request works', async () => {
    vendor = (req) => req.socket.destroy()
    const answer = await ask('x'.repeat(5_000_000)).catch((error: Error) => error)
    if (!(answer instanceof Error)) {
      expect(answer.statusCode).toBe(502)
      await answer.body.dump()
    }
    vendor = (req, res) => void req.resume().on('end', () => res.end('fine'))
    expect(await (await ask()).body.text()).toBe('fine')
  })
})

describe('what the answer says about the key', () => {
  const answerWith = async (status: number, body: string): Promise<string> => {
    vendor = (req, res) => void req.resume().on('end', () => res.writeHead(status).end(body))
    const answer = await ask()
    return `${answer.statusCode} ${await answer.body.text()}`
  }

  it.each([
    [401, '{"error":{"message":"nope"}}'],
    [403, '{"error":{"message":"Invalid API key provided"}}'],
    [403, '{"type":"error","error":{"type":"authentication_error"}}'],
    [400, '{"error":{"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}'],
  ])('%i %s: the account is marked, the answer goes on untouched', async (status, body) => {
    expect(await answerWith(status, body)).toBe(`${status} ${body}`)
    expect(world.rejected).toEqual([
      {
        id: 'acc-openai',
        message: `Openai refused the key of work (${status}). Replace it in Providers.`,
      },
    ])
    expect(world.used).toEqual([])
  })

  it.each([
    [403, '{"error":{"message":"Your country is not supported"}}'],
    [400, '{"error":{"message":"max_tokens is too large"}}'],
    [500, 'oops'],
  ])('%i %s: it is not', async (status, body) => {
    expect(await answerWith(status, body)).toBe(`${status} ${body}`)
    expect(world.rejected).toEqual([])
    expect(world.used).toEqual([])
  })

  it('429 with one account: Berth answers with the time to wait and the vendor’s own words', async () => {
    vendor = (req, res) => {
      req.resume().on('end', () => res.writeHead(429).end('{"error":{"message":"slow down"}}'))
    }
    const answer = await ask()
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '30'])
    expect(answer.headers['x-berth-error']).toBe('accounts_limited')
    expect(await answer.body.json()).toMatchObject({
      error: {
        code: 'accounts_limited',
        message:
          'No account of Openai can be used now: work cooling 30 s, rate limit. The first is free in 30 s. Openai said: slow down.',
      },
    })
    expect([world.rejected, world.used]).toEqual([[], []])
  })

  it('a good answer after a bad one is told at once', async () => {
    await restart({ pool: { cooldown: { ...POOL_DEFAULTS.cooldown, auth: 0 } } })
    await answerWith(200, '')
    await answerWith(401, '')
    await answerWith(200, '')
    expect(world.used).toEqual(['acc-openai', 'acc-openai'])
  })
})

describe('slow and silent clients', () => {
  it('a header that does not end is answered 408 and cut', async () => {
    await restart({ limits: { headers: 200 } })
    expect(await raw(world.port, 'GET http://elsewhere.test/ HTTP/1.1\r\nHost: x')).toMatch(/^HTTP\/1\.1 408/)
  })

  it('a TLS handshake that does not come is cut', async () => {
    await restart({ limits: { headers: 200 } })
    const { user, password } = world.gateway.login('one')
    const login = Buffer.from(`${user}:${password}`).toString('base64')
    const answer = await raw(
      world.port,
      `CONNECT api.openai.com:443 HTTP/1.1\r\nHost: a\r\nProxy-Authorization: Basic ${login}\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 200/)
  })

  it('a long answer is not cut by the limits on requests', async () => {
    await restart({ limits: { headers: 100, request: 200, idleClient: 100 } })
    let finish = (): void => undefined
    vendor = (req, res) => {
      req.resume()
      res.writeHead(200).write('begin ')
      finish = () => res.end('end')
      setTimeout(() => finish(), 1000)
    }
    expect(await (await ask()).body.text()).toBe('begin end')
  })
})
