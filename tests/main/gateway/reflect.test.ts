import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { type ProxyAgent, request } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMask } from '../../../src/main/gateway/mask.ts'
import { CANARY, proxyAgent, startWorld, until, type World } from './world.ts'

/** A vendor that repeats what it was sent: none of it may tell the key to the container that asked. */

const PACKINGS = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
  mystery: gzipSync,
}
type Packing = keyof typeof PACKINGS
const SECRET = `${CANARY}-openai`
let world: World
let agent: ProxyAgent
let packed: Packing | undefined
let arrived = 0
let vendorSays: Buffer | undefined

const key = (): string => {
  const auth = world.gateway.placeholder('one', 'openai', 'api')
  return auth.type === 'api' ? auth.key : ''
}

async function get(path: string, headers: Record<string, string> = {}) {
  const answer = await request(`https://api.openai.com${path}`, { dispatcher: agent, headers })
  return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() }
}

beforeEach(async () => {
  packed = undefined
  arrived = 0
  vendorSays = undefined
  world = await startWorld((req, res) => {
    arrived++
    const body = JSON.stringify({ error: `No such thing: ${req.url}`, headers: req.headers })
    res.statusCode = 404
    res.setHeader('location', `${req.url}/`)
    if (packed) res.setHeader('content-encoding', packed).end(vendorSays ?? PACKINGS[packed](body))
    else if (req.url?.endsWith('pieces') !== true) res.setHeader('content-length', body.length).end(body)
    else {
      const cut = body.indexOf(SECRET) + 9
      res.write(body.slice(0, cut))
      setImmediate(() => res.end(body.slice(cut)))
    }
  })
  agent = proxyAgent(world)
})

afterEach(async () => {
  await agent.destroy()
  await world.close()
})

describe('an answer that repeats the request', () => {
  it.each(['/v1/models', '/v1/pieces'])('the key in a header of %s', async (path) => {
    const answer = await get(path, { authorization: `Bearer ${key()}` })
    expect(answer.status).toBe(404)
    expect(answer.body).toContain('Bearer ****')
    expect(answer.body).not.toContain(CANARY)
    expect(JSON.parse(answer.body)).toMatchObject({ error: `No such thing: ${path}` })
  })

  it.each(['/v1/PH', '/v1/x?key=PH', '/v1/PH/pieces'])('the key in the address %s', async (path) => {
    const answer = await get(path.replace('PH', key()))
    expect(arrived).toBe(1)
    expect(JSON.stringify(answer)).toContain('****')
    expect(JSON.stringify(answer)).not.toContain(CANARY)
  })

  it('the key in a Basic login', async () => {
    const login = Buffer.from(`me:${key()}`).toString('base64')
    const answer = await get('/v1/models', { authorization: `Basic ${login}` })
    expect(answer.body).not.toContain(Buffer.from(`me:${SECRET}`).toString('base64'))
  })

  it('is asked for uncompressed', async () => {
    const answer = await get('/v1/x', { authorization: `Bearer ${key()}`, 'accept-encoding': 'gzip, br' })
    expect(JSON.parse(answer.body).headers['accept-encoding']).toBe('identity')
  })

  it.each(['gzip', 'deflate', 'br', 'zstd'] as const)('is unpacked when it comes in %s', async (how) => {
    packed = how
    const answer = await get('/v1/x', { authorization: `Bearer ${key()}` })
    expect(answer.headers['content-encoding']).toBeUndefined()
    expect(JSON.parse(answer.body).headers.authorization).toMatch(/^Bearer \*+$/)
  })

  it('has no body to unpack when only its header was asked for', async () => {
    packed = 'gzip'
    const answer = await request('https://api.openai.com/v1/x', {
      dispatcher: agent,
      method: 'HEAD',
      headers: { authorization: `Bearer ${key()}` },
    })
    expect([answer.statusCode, await answer.body.text()]).toEqual([404, ''])
    // Its connection goes on.
    expect((await request('https://api.openai.com/v1/y', { dispatcher: agent })).statusCode).toBe(404)
    expect(world.routes.filter(({ outcome }) => outcome !== 'sent')).toEqual([])
  })

  it('ends broken when it cannot be unpacked to its end', async () => {
    packed = 'gzip'
    const whole = PACKINGS.gzip('x'.repeat(5000))
    vendorSays = whole.subarray(0, whole.length - 10)
    await expect(get('/v1/x', { authorization: `Bearer ${key()}` })).rejects.toThrow()
  })

  it('is not sent on when nobody knows how it is packed', async () => {
    packed = 'mystery'
    const answer = await get('/v1/x', { authorization: `Bearer ${key()}` })
    expect(answer).toMatchObject({ status: 502, headers: { 'x-berth-error': 'provider_error' } })
    expect(JSON.stringify(answer)).not.toContain(CANARY)
    await until(() => world.routes.at(-1)?.outcome === 'failed', 'the route is over')
  })
})

describe('a placeholder where no credential belongs', () => {
  it.each([
    'origin',
    'access-control-request-headers',
    'x-request-id',
    'idempotency-key',
    'cookie',
    'user-agent',
  ])('header %s', async (name) => {
    const answer = await get('/v1/models', { authorization: `Bearer ${key()}`, [name]: key() })
    expect(answer).toMatchObject({ status: 403, headers: { 'x-berth-error': 'placeholder_refused' } })
    expect(arrived).toBe(0)
    expect(world.notices).toHaveLength(1)
  })
})

describe('the mask', () => {
  it('covers a secret however it is cut, and leaves all else as it is', () => {
    const secret = 'ab+/ab+/ab+/cd'
    const plain = `x ${secret}${secret} ab+/ab ${encodeURIComponent(secret)} é ab`
    for (let size = 1; size < plain.length; size++) {
      const mask = createMask([secret])
      const bytes = Buffer.from(plain)
      const out: Buffer[] = []
      for (let at = 0; at < bytes.length; at += size)
        out.push(mask?.chunk(bytes.subarray(at, at + size)) ?? Buffer.from('none'))
      out.push(mask?.end() ?? Buffer.from('none'))
      const stars = '*'.repeat(secret.length)
      const encoded = '*'.repeat(encodeURIComponent(secret).length)
      expect(Buffer.concat(out).toString()).toBe(`x ${stars}${stars} ab+/ab ${encoded} é ab`)
    }
  })

  it('covers what it would cover in the whole text, in any text cut anywhere', () => {
    const letters = fc.constantFrom('a', 'b', 'c')
    const secret = fc.string({ unit: letters, minLength: 8, maxLength: 12 })
    const sizes = fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1 })
    fc.assert(
      fc.property(
        secret,
        fc.array(fc.string({ unit: letters, maxLength: 6 })),
        sizes,
        (hidden, between, cuts) => {
          const text = between.join(hidden) + hidden.slice(0, 5)
          const mask = createMask([hidden])
          const out: Buffer[] = []
          for (let at = 0, i = 0; at < text.length; i++) {
            const size = cuts[i % cuts.length] ?? 1
            out.push(mask?.chunk(Buffer.from(text.slice(at, at + size))) ?? Buffer.from('none'))
            at += size
          }
          out.push(mask?.end() ?? Buffer.from('none'))
          expect(Buffer.concat(out).toString()).toBe(text.replaceAll(hidden, '*'.repeat(hidden.length)))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('changes no piece that is not its own', () => {
    const piece = Buffer.from(`x ${SECRET} y`)
    createMask([SECRET])?.chunk(piece)
    expect(piece.toString()).toBe(`x ${SECRET} y`)
  })

  const SPELLED = [
    'ab+/ab+/ab',
    'ab%2B%2Fab%2B%2Fab',
    'ab%2b%2fab%2b%2fab',
    'ab%252B%2Fab+%252fab',
    String.raw`ab+\/ab+\/ab`,
    String.raw`ab\u002B/ab\u002b\u002Fab`,
    String.raw`ab\\u002b\\\/ab\x2B\/ab`,
    'ab&#43;/ab&#x2b;&#x2F;ab',
  ]
  it.each(SPELLED)('knows it as %s', (spelling) => {
    expect(createMask(['ab+/ab+/ab'])?.text(`é<${spelling}>`)).toBe(`é<${'*'.repeat(spelling.length)}>`)
  })

  it.each([...SPELLED, '+a%2Bb/\\u002fc'])('knows it as %s, however that is cut', (spelling) => {
    const secret = spelling.startsWith('+') ? '+a+b//ccc' : 'ab+/ab+/ab'
    const spelled = spelling.startsWith('+') ? `${spelling}cc` : spelling
    const text = `ab ${spelled} ab+/ab${spelled.slice(0, -1)}`
    for (let size = 1; size < text.length; size++) {
      const mask = createMask([secret])
      let out = ''
      for (let at = 0; at < text.length; at += size)
        out += mask?.chunk(Buffer.from(text.slice(at, at + size))).toString()
      out += mask?.end().toString()
      expect(out).toBe(text.replace(spelled, '*'.repeat(spelled.length)))
    }
  })

  it('is none where nothing is worth hiding', () => {
    expect(createMask([])).toBeUndefined()
    expect(createMask(['short'])).toBeUndefined()
  })
})
