import { text } from 'node:stream/consumers'
import { type ProxyAgent, request } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BerthError } from '../../../src/main/errors.ts'
import {
  account,
  basic,
  CANARY,
  proxyAgent,
  raw,
  readHead,
  startWorld,
  tlsThrough,
  type World,
} from './world.ts'

/** Every reason not to send a request on, and that nothing then leaves. */

let world: World
let agent: ProxyAgent
let arrived: string[]

const key = (providerId: string, projectId = 'one'): string => {
  const auth = world.gateway.placeholder(projectId, providerId, 'api')
  return auth.type === 'api' ? auth.key : ''
}

async function send(url: string, headers: Record<string, string>, options: { body?: string } = {}) {
  const answer = await request(url, {
    dispatcher: agent,
    method: 'POST',
    headers,
    body: options.body ?? '{}',
  })
  return { status: answer.statusCode, code: answer.headers['x-berth-error'], body: await answer.body.text() }
}

/** An absolute-form request over plain HTTP, as a proxy gets it. */
async function sendPlain(url: string, headers: Record<string, string> = {}, projectId = 'one') {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const host = new URL(url).host
  const login = basic(world, projectId)
  const answer = await raw(
    world.port,
    `GET ${url} HTTP/1.1\r\nHost: ${host}\r\nProxy-Authorization: ${login}\r\nConnection: close\r\n${fields.join('')}\r\n`,
  )
  return { status: Number(answer.split(' ')[1]), body: answer }
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
  agent = proxyAgent(world)
})

afterEach(async () => {
  await agent.destroy()
  await world.close()
})

describe('a placeholder where it does not belong', () => {
  it('on another provider’s host: refused, recorded and told, naming project, provider and host', async () => {
    const answer = await send('https://api.openai.com/v1/chat/completions', {
      authorization: `Bearer ${key('anthropic')}`,
    })
    expect(answer).toMatchObject({ status: 403, code: 'placeholder_refused' })
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'placeholder_refused' } })
    expect(answer.body).not.toContain(CANARY)
    expectNothingSent()
    expect(world.routes.at(-1)).toMatchObject({ outcome: 'refused', status: 403, host: 'api.openai.com' })
    expect(world.notices).toHaveLength(1)
    expect(world.notices[0]?.text).toMatch(/one.*Anthropic.*api\.openai\.com/)
    expect(world.notices[0]).toMatchObject({ level: 'warning', projectId: 'one' })
  })

  it('says so once, not with every repeat', async () => {
    const wrong = { authorization: `Bearer ${key('anthropic')}` }
    await send('https://api.openai.com/v1/x', wrong)
    await send('https://api.openai.com/v1/x', wrong)
    expect(world.notices).toHaveLength(1)
    expect(world.gateway.routes('one')).toHaveLength(2)
  })

  it('says no more than so often in a minute, wherever it was to go', async () => {
    for (let i = 0; i < 30; i++)
      await sendPlain(`http://elsewhere-${i}.test/`, { authorization: `Bearer ${key('anthropic')}` })
    expect(world.notices).toHaveLength(10)
    expectNothingSent()
    await sendPlain('http://elsewhere.test/', { authorization: `Bearer ${key('openai', 'two')}` }, 'two')
    expect(world.notices).toHaveLength(11)
  })

  it('of another project', async () => {
    const answer = await send('https://api.openai.com/v1/x', {
      authorization: `Bearer ${key('openai', 'two')}`,
    })
    expect(answer.status).toBe(403)
    expectNothingSent()
    expect(world.notices[0]?.text).toContain('not its own')
  })

  it.each(['/v1/x?key=', '/v1/'])('in the address: %s', async (before) => {
    const answer = await send(`https://api.openai.com${before}${key('anthropic')}`, {})
    expect(answer.status).toBe(403)
    expectNothingSent()
    expect(world.said()).not.toContain(key('anthropic'))
  })

  it('inside a Basic login', async () => {
    const login = Buffer.from(`x:${key('anthropic')}`).toString('base64')
    expect((await send('https://api.openai.com/v1/x', { authorization: `Basic ${login}` })).status).toBe(403)
    expectNothingSent()
  })

  it('two providers’ placeholders on a host both have', async () => {
    const answer = await send('https://opencode.ai/zen/v1/messages', {
      'x-api-key': key('opencode'),
      authorization: `Bearer ${key('opencode-go')}`,
    })
    expect(answer.status).toBe(403)
    expectNothingSent()
  })

  it('cut so that it is not whole', async () => {
    const answer = await send('https://api.anthropic.com/v1/messages', {
      'x-api-key': key('anthropic').replace('sk-ant-api03-', ''),
    })
    expect(answer.status).toBe(403)
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'error', error: { type: 'permission_error' } })
    expectNothingSent()
  })

  it('on plain http to a foreign host', async () => {
    expect((await sendPlain('http://elsewhere.test/x', { authorization: key('openai') })).status).toBe(403)
    expectNothingSent()
    expect(world.notices[0]?.text).toContain('elsewhere.test')
  })

  it('on plain http to the provider’s own host', async () => {
    const answer = await sendPlain('http://api.openai.com/v1/x', { authorization: `Bearer ${key('openai')}` })
    expect(answer.status).toBe(403)
    expect(answer.body).toContain('unencrypted')
    expectNothingSent()
  })

  it('but plain http without one is carried', async () => {
    const answer = await sendPlain('http://elsewhere.test/x?y=1', { 'x-a': 'b' })
    expect(answer.status).toBe(200)
    expect(answer.body).toContain('hello')
    expect(arrived[0]).toContain('elsewhere.test/x?y=1')
    expect(arrived[0]).not.toContain('proxy-authorization')
  })
})

describe('an account that cannot serve', () => {
  it('there is none: 401 in the vendor’s shape, naming the provider', async () => {
    world.accounts.delete('anthropic')
    const answer = await send('https://api.anthropic.com/v1/messages', { 'x-api-key': key('anthropic') })
    expect(answer).toMatchObject({ status: 401, code: 'no_credential' })
    expect(JSON.parse(answer.body)).toEqual({
      type: 'error',
      error: {
        type: 'authentication_error',
        message: 'There is no account for anthropic. Connect it in Providers.',
      },
    })
    expectNothingSent()
  })

  it('the vault was locked meanwhile', async () => {
    const locked = Object.assign(world.deps, {
      credential: () => {
        throw new BerthError('vault_locked', 'The vault is locked. Unlock it in Berth.')
      },
    })
    expect(locked).toBe(world.deps)
    const answer = await send('https://generativelanguage.googleapis.com/v1beta/models/m:generateContent', {
      'x-goog-api-key': key('google'),
    })
    expect(answer.code).toBe('vault_locked')
    expect(JSON.parse(answer.body)).toEqual({
      error: { code: 403, message: 'The vault is locked. Unlock it in Berth.', status: 'PERMISSION_DENIED' },
    })
    expectNothingSent()
  })

  it('an unplanned error says nothing of its inside', async () => {
    Object.assign(world.deps, {
      credential: () => {
        throw new Error(`boom ${CANARY}`)
      },
    })
    const answer = await send('https://api.openai.com/v1/x', { authorization: key('openai') })
    expect(answer).toMatchObject({ status: 403, code: 'internal' })
    expect(answer.body).not.toContain('boom')
    expectNothingSent()
  })

  it('a part of Berth that breaks ends the request and nothing else', async () => {
    const broken = (): never => {
      throw new Error(`boom ${CANARY}`)
    }
    const { accountHosts, projectExists, providerName } = world.deps
    for (const part of ['accountHosts', 'projectExists', 'providerName'] as const) {
      Object.assign(world.deps, { [part]: broken })
      const headers = { authorization: key(part === 'providerName' ? 'anthropic' : 'openai') }
      const answer = await send('https://api.openai.com/v1/x', headers).catch((error: Error) => error)
      if (!(answer instanceof Error)) expect(answer.status).toBe(403)
      expect(JSON.stringify(answer)).not.toContain('boom')
      Object.assign(world.deps, { accountHosts, projectExists, providerName })
    }
    expectNothingSent()
    const good = await send('https://api.openai.com/v1/x', { authorization: key('openai') })
    expect(good.status).toBe(200)
  })

  it('it is for another resource of the same provider', async () => {
    const mine = account('azure', { fields: { only: 'mine.openai.azure.com' } })
    world.accounts.set('azure', mine)
    const answer = await send('https://theirs.openai.azure.com/openai/v1/responses', {
      'api-key': key('azure'),
    })
    expect(answer.status).toBe(403)
    expectNothingSent()
    const good = await send('https://mine.openai.azure.com/openai/v1/responses', { 'api-key': key('azure') })
    expect(good.status).toBe(200)
  })

  it.each([
    [true, 403, 'placeholder_refused'],
    [false, 401, 'no_credential'],
  ])(
    'its host went while the connection stayed open; the account is there: %s',
    async (there, status, code) => {
      const secure = await tlsThrough(world, 'mine.openai.azure.com')
      world.hosts.azure = []
      world.gateway.hostsChanged()
      if (!there) world.accounts.delete('azure')
      secure.write(
        `POST /x HTTP/1.1\r\nHost: mine.openai.azure.com\r\napi-key: ${key('azure')}\r\nContent-Length: 0\r\n\r\n`,
      )
      const head = await readHead(secure)
      secure.destroy()
      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(head).toContain(`x-berth-error: ${code}`)
      expectNothingSent()
    },
  )

  it.each([`${CANARY}\r\nx-evil: 1`, `${CANARY}\n`, `${CANARY} x`, `${CANARY}é`, ''])(
    'its key would break the header: %j',
    async (bad) => {
      world.credentials.set('acc-openai', { type: 'api', key: bad })
      const answer = await send('https://api.openai.com/v1/x', { authorization: key('openai') })
      expect(answer.status).toBe(403)
      expect(answer.body).not.toContain(CANARY)
      expectNothingSent()
    },
  )
})
