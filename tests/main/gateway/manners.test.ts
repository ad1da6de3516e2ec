import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { CANARY, startWorld, tlsThrough, type World } from './world.ts'

/** What a proxy owes to both sides (RFC 9110 §7.6). */

let world: World
afterEach(() => world.close())

async function ask(path: string, extra = ''): Promise<string> {
  const auth = world.gateway.placeholder('one', 'openai', 'api')
  const secure = await tlsThrough(world, 'api.openai.com')
  secure.write(
    `GET ${path} HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: Bearer ${auth.type === 'api' ? auth.key : ''}\r\n${extra}Connection: close\r\n\r\n`,
  )
  return text(secure)
}

describe('fields of one connection only', () => {
  it('of an answer are not passed on, nor those it lists', async () => {
    world = await startWorld((_, res) => {
      res.writeHead(200, {
        connection: 'keep-alive, X-Hop, x-other',
        'keep-alive': 'timeout=5',
        'proxy-authenticate': 'Basic realm="inner"',
        'proxy-authentication-info': 'next',
        'proxy-connection': 'keep-alive',
        'x-hop': 'mine alone',
        'X-Other': 'mine too',
        'x-end': 'yours',
      })
      res.end('hello')
    })
    const said = (await ask('/')).toLowerCase()
    expect(said).toContain('x-end: yours')
    expect(said).toContain('hello')
    for (const name of [
      'x-hop',
      'x-other',
      'proxy-authenticate',
      'proxy-authentication-info',
      'proxy-connection',
      'timeout=5',
    ])
      expect(said).not.toContain(name)
  })

  it('of a request are not passed on, nor those it lists', async () => {
    world = await startWorld((req, res) => res.end(req.rawHeaders.join(' ').toLowerCase()))
    const said = await ask(
      '/',
      'TE: trailers\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\nProxy-Authorization: Basic eA==\r\nX-Hop: 1\r\nX-End: 2\r\nConnection: X-Hop\r\n',
    )
    const [, body = ''] = said.split('\r\n\r\n')
    expect(body).toContain('x-end 2')
    for (const name of ['x-hop', 'trailers', 'keep-alive 5', 'proxy-']) expect(body).not.toContain(name)
  })
})

it.each([301, 302, 303, 307, 308])(
  'a redirect (%s) is the client’s to follow: the credential goes nowhere else',
  async (status) => {
    const asked: string[] = []
    world = await startWorld((req, res) => {
      asked.push(`${req.headers.host}${req.url} ${req.headers.authorization}`)
      res.writeHead(status, { location: 'https://elsewhere.test/taken' }).end()
    })
    const said = await ask('/v1/models')
    expect(said).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`))
    expect(said).toContain('https://elsewhere.test/taken')
    expect(asked).toEqual([`api.openai.com/v1/models Bearer ${CANARY}-openai`])
  },
)
