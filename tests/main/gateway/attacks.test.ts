import { randomBytes } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTokens } from '../../../src/main/gateway/tokens.ts'
import { basic, connectThrough, raw, rawTls, startWorld, tlsThrough, until, type World } from './world.ts'

/**
 * Known attacks on proxies that have no other place: obfuscated framing, requests one behind the other, header
 * injection, login guessing. Host confusion and plain smuggling are in `confuse.test.ts`, destinations in
 * `addresses.test.ts` and `connect.test.ts`, traps in `traps.test.ts`.
 */

let world: World
let arrived: { host: string; url: string; body: string; headers: string }[]

beforeEach(async () => {
  arrived = []
  world = await startWorld((req, res) => {
    void text(req).then((body) => {
      const { host = '', ...headers } = req.headers
      arrived.push({ host, url: req.url ?? '', body, headers: JSON.stringify(headers) })
      res.end('hello')
    })
  })
})
afterEach(() => world.close())

const key = (projectId = 'one'): string => {
  const auth = world.gateway.placeholder(projectId, 'openai', 'api')
  return auth.type === 'api' ? auth.key : ''
}
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: api.openai.com\r\n\r\n'

describe('framing that two readers take in two ways', () => {
  it.each([
    ['xchunked', 'Transfer-Encoding: xchunked'],
    ['a tab before the value', 'Transfer-Encoding:\tchunked\r\nContent-Length: 4'],
    ['a vertical tab in the value', 'Transfer-Encoding: \x0bchunked'],
    ['two fields', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity'],
    [
      'two fields, the other way',
      'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\nContent-Length: 4',
    ],
    ['a name with a space in it', 'Transfer Encoding: chunked'],
    ['a folded field', 'Transfer-Encoding:\r\n chunked'],
    ['a bare carriage return', 'X: y\rTransfer-Encoding: chunked'],
    ['a null in the value', 'Transfer-Encoding: chunked\0'],
    ['a signed length', 'Content-Length: +4'],
    ['a length in hexadecimal', 'Content-Length: 0x4'],
    ['a length with a comma', 'Content-Length: 4, 4'],
    ['a negative length', 'Content-Length: -1'],
    ['a length that overflows', 'Content-Length: 18446744073709551620'],
  ])('%s: nothing is smuggled', async (_, field) => {
    const answer = await rawTls(
      world,
      'api.openai.com',
      `POST /v1/x HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: Bearer ${key()}\r\n${field}\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400/)
    expect(arrived).toEqual([])
  })

  it.each([
    ['a chunk’s size that is none', 'zz\r\nabc\r\n0\r\n\r\n'],
    ['a chunk’s size with a sign', '+3\r\nabc\r\n0\r\n\r\n'],
    ['a chunk longer than it says', '1\r\nabc\r\n0\r\n\r\n'],
    ['a size that overflows', '10000000000000003\r\nabc\r\n0\r\n\r\n'],
  ])('%s: nothing is sent on', async (_, body) => {
    const answer = await rawTls(
      world,
      'api.openai.com',
      `POST /v1/x HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: Bearer ${key()}\r\nTransfer-Encoding: chunked\r\n\r\n${body}${SMUGGLED}`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400|^$|hang up|ECONNRESET/)
    expect(arrived).toEqual([])
  })

  it('a request behind another is one of its own: with its own login and its own checks', async () => {
    const secure = await tlsThrough(world, 'api.openai.com')
    const first = `POST /v1/first HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: Bearer ${key()}\r\nContent-Length: 2\r\n\r\n{}`
    const second = `POST /v1/second HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: Bearer ${key('two')}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`
    secure.write(first + second)
    const answers = (await text(secure)).match(/HTTP\/1\.1 \d+/g)
    expect(answers).toEqual(['HTTP/1.1 200', 'HTTP/1.1 403'])
    expect(arrived.map(({ url, body }) => [url, body])).toEqual([['/v1/first', '{}']])
  })

  it('what looks like a request inside a body stays in the body', async () => {
    await rawTls(
      world,
      'api.openai.com',
      `POST /v1/x HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: Bearer ${key()}\r\nContent-Length: ${SMUGGLED.length}\r\nConnection: close\r\n\r\n${SMUGGLED}`,
    )
    expect(arrived.map(({ url, body }) => [url, body])).toEqual([['/v1/x', SMUGGLED]])
  })
})

describe('header injection', () => {
  it.each(['/v1/x?a=%0d%0aX-Evil:%201', '/v1/%0d%0aX-Evil:%201'])(
    'an encoded line end in %s stays encoded',
    async (path) => {
      await rawTls(
        world,
        'api.openai.com',
        `GET ${path} HTTP/1.1\r\nHost: api.openai.com\r\nConnection: close\r\n\r\n`,
      )
      expect(arrived).toHaveLength(1)
      expect(arrived[0]?.url).toBe(path)
      expect(arrived[0]?.headers).not.toContain('x-evil')
    },
  )

  it.each(['x\ny', 'x\ry', 'x\0y'])('a value with a control character (%j) is refused', async (value) => {
    const answer = await rawTls(
      world,
      'api.openai.com',
      `GET /v1/x HTTP/1.1\r\nHost: api.openai.com\r\nX-A: ${value}\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400/)
    expect(arrived).toEqual([])
  })

  it.each([`sk-${'x'.repeat(20)}\r\nX-Evil: 1`, `sk-${'x'.repeat(20)}\0`])(
    'a secret that would break the header goes nowhere: %j',
    async (secret) => {
      world.credentials.set('acc-openai', { type: 'api', key: secret })
      const answer = await rawTls(
        world,
        'api.openai.com',
        `GET /v1/x HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: Bearer ${key()}\r\nConnection: close\r\n\r\n`,
      )
      expect(answer).toMatch(/^HTTP\/1\.1 403/)
      expect(arrived).toEqual([])
    },
  )
})

describe('a login guessed', () => {
  const encode = (user: string, password: string): string =>
    `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

  it('tells nothing of what was wrong: user, password, or their form', async () => {
    const { user, password } = world.gateway.login('one')
    const wrong = [
      encode('nobody', password),
      encode(user, `${password.slice(0, -1)}${password.endsWith('A') ? 'B' : 'A'}`),
      encode(user, ''),
      encode(user, password.slice(0, -1)),
      encode('two', password),
      'Basic !!!',
      'Bearer x',
    ]
    const heads = await Promise.all(
      wrong.map(async (authorization) => {
        const { socket, head } = await connectThrough(world, 'api.openai.com:443', { authorization })
        const body = await text(socket)
        return head + body
      }),
    )
    expect(new Set(heads).size).toBe(1)
    expect(heads[0]).toMatch(/^HTTP\/1\.1 407/)
  })

  it('is not remembered as right by trying it often, nor is a right one of a project that is gone', () => {
    const tokens = createTokens(randomBytes(32))
    const right = encode('one', tokens.proxy('one'))
    const exists = () => true
    const connection = {}
    const ask = (login: string, known: () => boolean = exists) => tokens.projectOf(login, known, connection)
    for (let i = 0; i < 50; i++) expect(ask(encode('one', `x${i}`))).toBeUndefined()
    expect(ask(right)).toBe('one')
    expect(ask(right, () => false)).toBeUndefined()
    expect(tokens.projectOf(right, () => false, {})).toBeUndefined()
    // What was right on a connection says nothing of another login there.
    expect(ask(encode('one', 'x'))).toBeUndefined()
    expect(ask(encode('two', tokens.proxy('one')))).toBeUndefined()
    expect(ask(right)).toBe('one')
  })

  it('on one connection does not help the next request on it', async () => {
    const login = basic(world)
    const get = (authorization: string, more = ''): string =>
      `GET http://elsewhere.test/ HTTP/1.1\r\nHost: elsewhere.test\r\n${authorization}${more}\r\n`
    const both = get(`Proxy-Authorization: ${login}\r\n`) + get('', 'Connection: close\r\n')
    const answers = (await raw(world.port, both)).match(/HTTP\/1\.1 \d+/g)
    expect(answers).toEqual(['HTTP/1.1 200', 'HTTP/1.1 407'])
    await until(() => arrived.length === 1, 'the first request')
  })
})
