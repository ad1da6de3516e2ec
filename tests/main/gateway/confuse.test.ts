import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rawTls, readHead, startWorld, tlsThrough, until, type World } from './world.ts'

/** Connections and requests made to be taken for others. */

let world: World
let arrived: string[]

const key = (providerId: string, projectId = 'one'): string => {
  const auth = world.gateway.placeholder(projectId, providerId, 'api')
  return auth.type === 'api' ? auth.key : ''
}

function expectNothingSent(): void {
  expect(arrived).toEqual([])
  expect(world.said()).not.toContain('canary')
}

beforeEach(async () => {
  arrived = []
  world = await startWorld((req, res) => {
    void text(req).then(() => {
      arrived.push(`${req.headers.host}${req.url} ${JSON.stringify(req.headers)}`)
      res.end('hello')
    })
  })
})

afterEach(async () => {
  await world.close()
})

describe('a connection used for another host', () => {
  it('TLS asks for another name than CONNECT did', async () => {
    const answer = await rawTls(
      world,
      'api.openai.com',
      'GET / HTTP/1.1\r\nHost: api.openai.com\r\nConnection: close\r\n\r\n',
      'api.anthropic.com',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 421/)
    expectNothingSent()
    expect(world.routes.at(-1)).toMatchObject({ outcome: 'refused', host: 'api.openai.com', status: 421 })
    expect(world.notices).toHaveLength(1)
  })

  it.each([
    ['another host', 'Host: api.anthropic.com', 421],
    ['another port', 'Host: api.openai.com:8443', 421],
    ['two hosts', 'Host: api.openai.com\r\nHost: api.anthropic.com', 400],
    ['no host', 'X-None: 1', 400],
  ])('the request names %s', async (_, field, status) => {
    const answer = await rawTls(
      world,
      'api.openai.com',
      `GET / HTTP/1.1\r\n${field}\r\nConnection: close\r\n\r\n`,
    )
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`))
    expectNothingSent()
  })

  it('a whole address instead of a path', async () => {
    const answer = await rawTls(
      world,
      'api.openai.com',
      'GET https://api.anthropic.com/ HTTP/1.1\r\nHost: api.openai.com\r\nConnection: close\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400/)
    expectNothingSent()
  })

  it('CONNECT inside a connection that was ended here', async () => {
    const answer = await rawTls(
      world,
      'api.openai.com',
      'CONNECT api.anthropic.com:443 HTTP/1.1\r\nHost: api.anthropic.com:443\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 405/)
  })

  it('the project was removed meanwhile', async () => {
    const secure = await tlsThrough(world, 'api.openai.com')
    const ask = (more = ''): string =>
      `GET /v1/x HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: ${key('openai')}\r\n${more}\r\n`
    secure.write(ask())
    expect(await readHead(secure)).toMatch(/^HTTP\/1\.1 200/)
    world.projects.delete('one')
    secure.write(ask('Connection: close\r\n'))
    expect(await text(secure)).toContain('HTTP/1.1 404')
    expect(arrived).toHaveLength(1)
  })
})

describe('requests made to be read in two ways', () => {
  it.each([
    ['length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked', '0\r\n\r\n'],
    ['chunks and length', 'Transfer-Encoding: chunked\r\nContent-Length: 4', '0\r\n\r\n'],
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 5', 'abcde'],
    ['an unknown encoding', 'Transfer-Encoding: chunked, identity', '0\r\n\r\n'],
    ['a bare line feed in the header', 'X-A: b\nX-B: c', ''],
    ['a folded header', 'X-A: b\r\n c', ''],
    ['a space before the colon', 'X-A : b', ''],
  ])('%s', async (_, field, body) => {
    const answer = await rawTls(
      world,
      'api.openai.com',
      `POST /v1/x HTTP/1.1\r\nHost: api.openai.com\r\n${field}\r\n\r\n${body}GET /smuggled HTTP/1.1\r\nHost: api.openai.com\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400/)
    await until(() => true, 'a turn of the loop')
    expect(arrived.filter((one) => one.includes('smuggled'))).toEqual([])
  })

  it('fields of one connection do not go on', async () => {
    await rawTls(
      world,
      'api.openai.com',
      'GET /v1/x HTTP/1.1\r\nHost: api.openai.com\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\nProxy-Authorization: Basic x\r\nProxy-Connection: close\r\nUpgrade: h2c\r\nX-Kept: 1\r\n\r\n',
    )
    expect(arrived).toHaveLength(1)
    for (const gone of ['x-secret', 'keep-alive":"5', '"te"', 'proxy-', 'upgrade'])
      expect(arrived[0]).not.toContain(gone)
    expect(arrived[0]).toContain('x-kept')
  })

  it('a header with too many fields', async () => {
    const many = Array.from({ length: 201 }, (_, i) => `X-${i}: 1\r\n`).join('')
    const answer = await rawTls(
      world,
      'api.openai.com',
      `GET / HTTP/1.1\r\nHost: api.openai.com\r\nConnection: close\r\n${many}\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 431/)
    expectNothingSent()
  })

  it('a header that is too long', async () => {
    const answer = await rawTls(
      world,
      'api.openai.com',
      `GET / HTTP/1.1\r\nHost: api.openai.com\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 431/)
    expectNothingSent()
  })
})
