import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { account, basic, CANARY, raw, startWorld, type World } from './world.ts'

/** Custom providers: reached by a virtual host, whatever their base URL is. */

let world: World
let server: Server
let base: string
let arrived: IncomingMessage[]

beforeEach(async () => {
  arrived = []
  server = createServer((req, res) => {
    arrived.push(req)
    req.resume().on('end', () => res.end('from home'))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  world = await startWorld((req, res) => {
    arrived.push(req)
    req.resume().on('end', () => res.end('over tls'))
  })
  world.customUrls.set('homelab', `${base}/api/v2/`)
  world.accounts.set('homelab', account('homelab'))
})

afterEach(async () => {
  await world.close()
  server.closeAllConnections()
  server.close()
})

const key = (): string => {
  const auth = world.gateway.placeholder('one', 'homelab', 'api')
  return auth.type === 'api' ? auth.key : ''
}

async function get(url: string, headers: Record<string, string> = {}) {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const answer = await raw(
    world.port,
    `GET ${url} HTTP/1.1\r\nHost: x\r\nProxy-Authorization: ${basic(world)}\r\nConnection: close\r\n${fields.join('')}\r\n`,
  )
  return { status: Number(answer.split(' ')[1]), text: answer }
}

const AT = 'http://homelab.berth.internal/v1'

describe('a virtual host', () => {
  it('goes to the base URL, with the account’s key, the path behind it and its own Host', async () => {
    const answer = await get(`${AT}/chat/completions?x=1`, { authorization: `Bearer ${key()}` })
    expect(answer.text).toContain('from home')
    expect(arrived[0]?.url).toBe('/api/v2/chat/completions?x=1')
    expect(arrived[0]?.headers.authorization).toBe(`Bearer ${CANARY}-homelab`)
    expect(arrived[0]?.headers.host).toBe(new URL(base).host)
    expect(world.said()).not.toContain('canary')
  })

  it('goes over verified TLS when the base URL says so', async () => {
    world.customUrls.set('homelab', 'https://elsewhere.test/v1')
    expect((await get(`${AT}/models`, { authorization: `Bearer ${key()}` })).text).toContain('over tls')
    expect(arrived[0]?.headers.host).toBe('elsewhere.test')
  })

  it('goes without a key when it has no account', async () => {
    world.accounts.delete('homelab')
    const answer = await get(`${AT}/models?key=${key()}&a=1`, {
      authorization: `Bearer ${key()}`,
      'x-other': '1',
    })
    expect(answer.status).toBe(200)
    expect(arrived[0]?.headers.authorization).toBeUndefined()
    expect(arrived[0]?.headers['x-other']).toBe('1')
    expect(arrived[0]?.url).toBe('/api/v2/models?key=&a=1')
    expect(world.routes.at(-1)?.reason).toContain('without a key')
  })

  it('refuses the placeholder of another provider', async () => {
    const other = world.gateway.placeholder('one', 'openai', 'api')
    const answer = await get(`${AT}/models`, { authorization: other.type === 'api' ? other.key : '' })
    expect(answer.status).toBe(403)
    expect(arrived).toEqual([])
  })

  it.each([`${AT}/../secret`, `${AT}/%2e%2e/secret`, `${AT}/a/..`, `${AT}/..%2fx`])(
    'does not climb out of the base URL: %s',
    async (url) => {
      expect((await get(url, { authorization: key() })).status).toBe(400)
      expect(arrived).toEqual([])
    },
  )

  it.each([
    'http://homelab.berth.internal/',
    'http://homelab.berth.internal/v2/x',
    'http://ghost.berth.internal/v1/x',
  ])('has nothing at %s', async (url) => {
    expect((await get(url)).status).toBe(404)
    expect(arrived).toEqual([])
  })

  it.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]'])(
    'does not lead back into the gateway: %s',
    async (host) => {
      world.customUrls.set('homelab', `http://${host}:${world.port}/v1`)
      const answer = await get(`${AT}/models`, { authorization: key() })
      expect(answer.status).toBe(400)
      expect(answer.text).toContain('Berth’s own gateway'.replace('’', "'"))
    },
  )

  it('that was added a moment ago is known at once when told', async () => {
    world.hosts.newlab = ['newlab.berth.internal']
    world.customUrls.set('newlab', base)
    world.accounts.set('newlab', account('newlab'))
    world.credentials.set('acc-newlab', { type: 'api', key: 'new-key' })
    world.gateway.hostsChanged()
    const auth = world.gateway.placeholder('one', 'newlab', 'api')
    const answer = await get('http://newlab.berth.internal/v1/models', {
      authorization: auth.type === 'api' ? auth.key : '',
    })
    expect(answer.status).toBe(200)
    expect(arrived[0]?.headers.authorization).toBe('new-key')
  })
})
