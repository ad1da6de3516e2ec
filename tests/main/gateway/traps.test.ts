import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { type ProxyAgent, request } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { POOL_DEFAULTS } from '../../../src/main/gateway/pool/options.ts'
import {
  proxyAgent,
  readHead,
  startWorld,
  tlsThrough,
  until,
  type World,
  type WorldOptions,
} from './world.ts'

/** Peers that try to take the gateway's memory or its time: packed bombs, and those that read or write slowly. */

let world: World
let agent: ProxyAgent
let vendor: (req: IncomingMessage, res: ServerResponse) => void

const key = (): string => {
  const auth = world.gateway.placeholder('one', 'openai', 'api')
  return auth.type === 'api' ? auth.key : ''
}
const HEAD = (more: string): string =>
  `POST /v1/x HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: Bearer ${key()}\r\n${more}\r\n`

async function start(options: WorldOptions = {}): Promise<void> {
  world = await startWorld((req, res) => vendor(req, res), options)
  agent = proxyAgent(world)
}
async function end(): Promise<void> {
  await agent.destroy()
  await world.close()
}
beforeEach(() => start())
afterEach(end)

const MB = 1024 * 1024
/** Memory outside of what JavaScript collects: where bodies are. */
const buffers = (): number => process.memoryUsage().arrayBuffers

/** The most memory that was taken while `work` went on. */
async function mostDuring(work: () => Promise<void>): Promise<number> {
  const before = buffers()
  let most = 0
  const timer = setInterval(() => {
    most = Math.max(most, buffers() - before)
  }, 5)
  await work().finally(() => clearInterval(timer))
  return most
}

describe('a small answer that unpacks to very much', { timeout: 30_000 }, () => {
  const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } }
  const bombs = {
    // A packed text may be many in a row (RFC 1952): 400 MB.
    gzip: () => Buffer.concat(Array(40).fill(gzipSync(Buffer.alloc(10 * MB, 'y')))),
    br: () => brotliCompressSync(Buffer.alloc(100 * MB, 'y'), quick),
  }

  it.each(['gzip', 'br'] as const)('%s: is unpacked no faster than it is read', async (packing) => {
    const bomb = bombs[packing]()
    expect(bomb.length).toBeLessThan(MB)
    vendor = (req, res) => {
      req.resume()
      res.writeHead(200, { 'content-encoding': packing }).end(bomb)
    }
    const most = await mostDuring(async () => {
      const secure = await tlsThrough(world, 'api.openai.com')
      secure.write(HEAD('Content-Length: 2\r\n').concat('{}'))
      await readHead(secure)
      // The client reads no more; what is unpacked by now has to wait with the vendor.
      const seen: number[] = []
      await until(() => {
        seen.push(secure.bytesRead + buffers())
        return seen.length > 20 && new Set(seen.slice(-10)).size === 1
      }, 'everything standing still')
      secure.destroy()
    })
    expect(most).toBeLessThan(40 * MB)
  })

  it('as a failed answer: is not unpacked to be read', async () => {
    const bomb = bombs.gzip()
    vendor = (req, res) =>
      void req.resume().on('end', () => res.writeHead(429, { 'content-encoding': 'gzip' }).end(bomb))
    const most = await mostDuring(async () => {
      const answer = await request('https://api.openai.com/v1/x', {
        dispatcher: agent,
        method: 'POST',
        headers: { authorization: `Bearer ${key()}` },
        body: '{}',
      })
      expect(answer.statusCode).toBe(429)
      await answer.body.dump()
    })
    expect(most).toBeLessThan(40 * MB)
  })
})

describe('slow peers', () => {
  const closed = (secure: TLSSocket): Promise<void> =>
    new Promise((done) => {
      secure.on('error', () => undefined).once('close', () => done())
      secure.resume()
    })

  it('a client that writes its body a byte at a time is cut, and took no account', async () => {
    await end()
    vendor = () => expect.unreachable('a request that was not whole was sent')
    await start({ limits: { headers: 200, request: 400 } })
    const secure = await tlsThrough(world, 'api.openai.com')
    const over = closed(secure)
    secure.write(HEAD('Content-Length: 100000\r\n'))
    const timer = setInterval(() => secure.write('x'), 20)
    await over
    clearInterval(timer)
    expect(world.gateway.pools.standings('acc-openai')).toEqual([])
  })

  it('a client that writes its header a byte at a time is cut', async () => {
    await end()
    await start({ limits: { headers: 200 } })
    const secure = await tlsThrough(world, 'api.openai.com')
    const over = closed(secure)
    secure.write('POST /v1/x HTTP/1.1\r\nHost: api.openai.com\r\n')
    const timer = setInterval(() => secure.write('X'), 20)
    await over
    clearInterval(timer)
  })

  it('clients that do not read hold no more than a bound each, and others are served', async () => {
    vendor = (req, res) => {
      req.resume()
      if (req.url === '/v1/quick') {
        res.end('quick')
        return
      }
      const pump = (): void => {
        while (!res.destroyed && res.write(Buffer.alloc(65_536)));
        res.once('drain', pump)
      }
      pump()
    }
    const stuck = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const secure = await tlsThrough(world, 'api.openai.com')
        secure.write(HEAD('Content-Length: 0\r\n'))
        await readHead(secure)
        return secure
      }),
    )
    const answer = await request('https://api.openai.com/v1/quick', {
      dispatcher: agent,
      headers: { authorization: `Bearer ${key()}` },
    })
    expect(await answer.body.text()).toBe('quick')
    for (const secure of stuck) secure.destroy()
    await until(
      () => world.gateway.routes('one').filter(({ outcome }) => outcome === 'aborted').length === 8,
      'the eight to be over',
    )
  })

  it('a vendor that fails a byte at a time holds a request for a moment only', async () => {
    await end()
    await start({ pool: { ...POOL_DEFAULTS, wait: 0 } })
    vendor = (req, res) => {
      req.resume()
      res.writeHead(401)
      const timer = setInterval(() => res.write('x'), 50)
      res.once('close', () => clearInterval(timer))
    }
    const at = Date.now()
    const answer = await request('https://api.openai.com/v1/x', {
      dispatcher: agent,
      method: 'POST',
      headers: { authorization: `Bearer ${key()}` },
      body: '{}',
    })
    expect(answer.statusCode).toBe(401)
    expect(Date.now() - at).toBeLessThan(4500)
    answer.body.on('error', () => undefined).destroy()
    await until(() => world.routes.at(-1)?.outcome === 'aborted', 'the route to be aborted')
  })
})
