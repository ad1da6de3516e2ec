import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ProxyAgent, request } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  proxyAgent,
  readHead,
  startWorld,
  tlsThrough,
  until,
  type World,
  type WorldOptions,
} from './world.ts'

/** Bytes in both directions: at once, no more than fit, and cut where they are cut. */

type Handler = (req: IncomingMessage, res: ServerResponse) => void
let world: World
let agent: ProxyAgent
let vendor: Handler

const key = (): string => {
  const auth = world.gateway.placeholder('one', 'openai', 'api')
  return auth.type === 'api' ? auth.key : ''
}
const URL_ = 'https://api.openai.com/v1/chat/completions'
const HEAD = (more = ''): string =>
  `POST /v1/chat/completions HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: Bearer ${key()}\r\n${more}`

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

describe('answers', () => {
  it('brings each piece at once: the next is sent only when the one before has arrived', async () => {
    let write: (piece: string) => void = () => undefined
    let finish = (): void => undefined
    vendor = (req, res) => {
      req.resume()
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      res.flushHeaders()
      write = (piece) => res.write(piece)
      finish = () => res.end()
    }
    const answer = await ask()
    expect(answer.headers['content-type']).toBe('text/event-stream')
    const pieces = answer.body[Symbol.asyncIterator]()
    for (const piece of ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']) {
      write(piece)
      expect(String((await pieces.next()).value)).toBe(piece)
    }
    finish()
    expect((await pieces.next()).done).toBe(true)
  })

  it('does not unpack what is packed where there was no credential to look for', async () => {
    vendor = (req, res) => {
      req.resume()
      res.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.from([0x1f, 0x8b, 1, 2, 3]))
    }
    const answer = await ask('{}', { authorization: 'none' })
    expect(answer.headers['content-encoding']).toBe('gzip')
    expect(Buffer.from(await answer.body.arrayBuffer())).toEqual(Buffer.from([0x1f, 0x8b, 1, 2, 3]))
  })

  it('follows no redirect', async () => {
    let asked = 0
    vendor = (req, res) => {
      req.resume()
      asked += 1
      res.writeHead(307, { location: 'https://elsewhere.test/' }).end()
    }
    const answer = await ask()
    await answer.body.dump()
    expect([answer.statusCode, answer.headers.location, asked]).toEqual([307, 'https://elsewhere.test/', 1])
  })

  it('stops reading from the vendor while the client does not read', async () => {
    let written = 0
    let blocked = false
    vendor = (req, res) => {
      req.resume()
      res.writeHead(200)
      const chunk = Buffer.alloc(64 * 1024, 1)
      const pump = (): void => {
        while (written < 200_000_000) {
          written += chunk.length
          if (!res.write(chunk)) {
            blocked = true
            res.once('drain', pump)
            return
          }
        }
        res.end()
      }
      pump()
    }
    const secure = await tlsThrough(world, 'api.openai.com')
    secure.write(HEAD('Content-Length: 2\r\n\r\n{}'))
    await readHead(secure)
    let before = -1
    await until(() => {
      const still = blocked && written === before
      before = written
      return still
    }, 'the vendor being held back')
    expect(written).toBeLessThan(40_000_000)
    secure.destroy()
  })

  it('a cut answer is a cut answer', async () => {
    vendor = (req, res) => {
      req.resume()
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      res.write('data: 1\n\n', () => res.destroy())
    }
    const answer = await ask()
    await expect(answer.body.text()).rejects.toThrow()
    await until(() => world.routes.at(-1)?.outcome === 'failed', 'the route to be failed')
  })

  it('a vendor that falls silent in the middle ends as a cut', async () => {
    await restart({ limits: { silence: 200 } })
    vendor = (req, res) => {
      req.resume()
      res.writeHead(200).write('x')
    }
    const answer = await ask()
    await expect(answer.body.text()).rejects.toThrow()
  })

  it('a vendor that is held back by a slow client is not taken for silent', async () => {
    await restart({ limits: { silence: 50 } })
    const size = 60_000_000
    vendor = (req, res) => {
      req.resume()
      res.writeHead(200, { 'content-length': size }).end(Buffer.alloc(size, 1))
    }
    const answer = await ask()
    // Nobody reads for several times as long as a vendor may be silent.
    await new Promise((done) => setTimeout(done, 300))
    expect((await answer.body.arrayBuffer()).byteLength).toBe(size)
  })

  it('an answer to HEAD and one without content end rightly on the same connection', async () => {
    vendor = (req, res) => {
      req.resume()
      if (req.method === 'HEAD') res.writeHead(200, { 'content-length': '5' }).end()
      else res.writeHead(204).end()
    }
    for (const [method, status] of [
      ['HEAD', 200],
      ['DELETE', 204],
    ] as const) {
      const answer = await request(URL_, { dispatcher: agent, method })
      await answer.body.dump()
      expect(answer.statusCode).toBe(status)
    }
  })
})

describe('requests', () => {
  it('stops reading from the client while the vendor does not read', async () => {
    await restart({ pool: { keepBytes: 1_000_000 } })
    vendor = (req) => void req.pause()
    const secure = await tlsThrough(world, 'api.openai.com')
    secure.write(HEAD('Transfer-Encoding: chunked\r\n\r\n'))
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    let sent = 0
    let full = false
    const pump = (): void => {
      while (sent < 200_000_000 && !full) {
        sent += 65_536
        full = !secure.write(chunk)
      }
    }
    secure.on('drain', () => {
      full = false
      pump()
    })
    secure.on('error', () => undefined)
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

  it('streams a body piece by piece where it is longer than what is kept', async () => {
    await restart({ pool: { keepBytes: 3 } })
    let got = ''
    vendor = (req, res) => {
      req.on('data', (piece: Buffer) => {
        got += String(piece)
      })
      req.on('end', () => res.end())
    }
    const secure = await tlsThrough(world, 'api.openai.com')
    secure.write(HEAD('Transfer-Encoding: chunked\r\n\r\n'))
    for (const piece of ['one', 'two']) {
      secure.write(`3\r\n${piece}\r\n`)
      await until(() => got.endsWith(piece), `the piece ${piece}`)
    }
    secure.write('0\r\n\r\n')
    expect(await readHead(secure)).toMatch(/^HTTP\/1\.1 200/)
    secure.destroy()
  })

  it('asks for the body when the client waits to be asked', async () => {
    vendor = (req, res) => void req.resume().on('end', () => res.end(String(req.headers.expect)))
    const secure = await tlsThrough(world, 'api.openai.com')
    secure.write(HEAD('Expect: 100-continue\r\nContent-Length: 2\r\n\r\n'))
    expect(await readHead(secure)).toMatch(/^HTTP\/1\.1 100/)
    secure.write('{}')
    expect(await readHead(secure)).toMatch(/^HTTP\/1\.1 200/)
    secure.destroy()
  })

  it('does not ask for the body of a request it refuses', async () => {
    world.accounts.delete('openai')
    const secure = await tlsThrough(world, 'api.openai.com')
    secure.write(HEAD('Expect: 100-continue\r\nContent-Length: 2\r\n\r\n'))
    expect(await readHead(secure)).toMatch(/^HTTP\/1\.1 401/)
    secure.destroy()
  })

  it.each(['before the answer', 'in the middle of it'])('client gone %s means vendor gone', async (when) => {
    const events: string[] = []
    vendor = (req, res) => {
      req.resume()
      events.push('asked')
      res.once('close', () => events.push('closed'))
      if (when !== 'before the answer') res.writeHead(200).write('x')
    }
    const secure = await tlsThrough(world, 'api.openai.com')
    secure.write(HEAD('Content-Length: 2\r\n\r\n{}'))
    if (when === 'before the answer') await until(() => events.length === 1, 'the request')
    else await readHead(secure)
    secure.destroy()
    await until(() => events.includes('closed'), 'the vendor seeing the close')
    await until(() => world.routes.at(-1)?.outcome === 'aborted', 'the route to be aborted')
  })
})
