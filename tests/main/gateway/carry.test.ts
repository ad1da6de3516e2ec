import type { IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { type ProxyAgent, request } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CANARY, proxyAgent, startWorld, until, type World } from './world.ts'

/** What arrives at a vendor, for each place a placeholder can stand in. */

interface Arrived {
  readonly host: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly raw: readonly string[]
  readonly body: string
}

let world: World
let agent: ProxyAgent
const arrived: Arrived[] = []

const key = (providerId: string, projectId = 'one'): string => {
  const auth = world.gateway.placeholder(projectId, providerId, 'api')
  return auth.type === 'api' ? auth.key : ''
}

async function send(
  url: string,
  headers: Record<string, string> = {},
  options: { method?: string; body?: string } = {},
) {
  const answer = await request(url, {
    dispatcher: agent,
    method: options.method ?? 'POST',
    headers,
    body: options.body ?? '{}',
  })
  return { status: answer.statusCode, body: await answer.body.text(), headers: answer.headers }
}

const last = (): Arrived => {
  const found = arrived.at(-1)
  if (!found) throw new Error('nothing arrived')
  return found
}

beforeEach(async () => {
  arrived.length = 0
  world = await startWorld((req, res) => {
    void text(req).then((body) => {
      arrived.push({
        host: req.headers.host ?? '',
        url: req.url ?? '',
        headers: req.headers,
        raw: req.rawHeaders,
        body,
      })
      res.setHeader('x-vendor', 'yes').setHeader('set-cookie', ['a=1', 'b=2'])
      res.setHeader('X-Berth-Error', 'vault_locked').end('hello')
    })
  })
  agent = proxyAgent(world)
})

afterEach(async () => {
  await agent.destroy()
  await world.close()
})

describe('the account’s key takes the placeholder’s place', () => {
  it.each([
    ['anthropic', 'https://api.anthropic.com/v1/messages', 'x-api-key', ''],
    ['openai', 'https://api.openai.com/v1/responses', 'authorization', 'Bearer '],
    [
      'google',
      'https://generativelanguage.googleapis.com/v1beta/models/m:streamGenerateContent',
      'x-goog-api-key',
      '',
    ],
    ['azure', 'https://mine.openai.azure.com/openai/v1/responses', 'api-key', ''],
    ['openai', 'https://api.openai.com/v1/x', 'cf-aig-authorization', 'Bearer '],
    ['opencode-go', 'https://opencode.ai/zen/go/v1/messages', 'x-api-key', ''],
  ])('%s: in %s, header %s', async (providerId, url, header, before) => {
    const answer = await send(url, { [header]: before + key(providerId) })
    expect(answer).toMatchObject({ status: 200, body: 'hello' })
    expect(last().headers[header]).toBe(`${before}${CANARY}-${providerId}`)
    expect(last().host).toBe(new URL(url).host)
    expect(JSON.stringify(last())).not.toContain('berth')
    expect(world.said()).not.toContain('canary')
  })

  it('inside a Basic login', async () => {
    const login = Buffer.from(`user:${key('openai')}`).toString('base64')
    await send('https://api.openai.com/v1/x', { authorization: `Basic ${login}` })
    const sent = last().headers.authorization?.slice('Basic '.length) ?? ''
    expect(Buffer.from(sent, 'base64').toString()).toBe(`user:${CANARY}-openai`)
  })

  it('in the query, encoded for an address', async () => {
    world.credentials.set('acc-google', { type: 'api', key: `${CANARY}&x=/?` })
    await send(`https://generativelanguage.googleapis.com/v1beta/models?key=${key('google')}&alt=sse`)
    expect(last().url).toBe(`/v1beta/models?key=${CANARY}%26x%3D%2F%3F&alt=sse`)
  })

  it('in the path, also where the client encoded it', async () => {
    await send(`https://api.anthropic.com/keys/${key('anthropic')}/x`)
    expect(last().url).toBe(`/keys/${CANARY}-anthropic/x`)
    await send(`https://api.anthropic.com/keys/${key('anthropic').replaceAll('-', '%2D')}/x%2Fy`)
    expect(last().url).toBe(`/keys/${CANARY}-anthropic/x%2Fy`)
  })

  it('not in a body, which is carried byte for byte', async () => {
    const body = JSON.stringify({ content: key('anthropic'), more: 'x'.repeat(100_000) })
    await send('https://api.anthropic.com/v1/messages', { 'x-api-key': key('anthropic') }, { body })
    expect(last().body).toBe(body)
  })

  it('from the next request on, when another account becomes active', async () => {
    await send('https://api.openai.com/v1/x', { authorization: `Bearer ${key('openai')}` })
    world.credentials.set('acc-openai', { type: 'api', key: 'sk-second' })
    await send('https://api.openai.com/v1/x', { authorization: `Bearer ${key('openai')}` })
    expect(arrived.map((one) => one.headers.authorization)).toEqual([
      `Bearer ${CANARY}-openai`,
      'Bearer sk-second',
    ])
  })
})

describe('logins', () => {
  it('puts access token and account id in ChatGPT’s requests', async () => {
    world.credentials.set('acc-openai', {
      type: 'oauth',
      access: 'real-access',
      refresh: 'real-refresh',
      expires: 1,
      accountId: 'acct-77',
    })
    const auth = world.gateway.placeholder('one', 'openai', 'oauth')
    if (auth.type !== 'oauth') throw new Error('not oauth')
    await send('https://chatgpt.com/backend-api/codex/responses', {
      authorization: `Bearer ${auth.access}`,
      'chatgpt-account-id': auth.accountId ?? '',
    })
    expect(last().headers).toMatchObject({
      authorization: 'Bearer real-access',
      'chatgpt-account-id': 'acct-77',
    })
  })

  it('puts Copilot’s token in, which OpenCode sends from the refresh field', async () => {
    const login = { type: 'oauth', access: 'gho_a', refresh: 'gho_real', expires: 0 } as const
    world.credentials.set('acc-github-copilot', login)
    const auth = world.gateway.placeholder('one', 'github-copilot', 'oauth')
    if (auth.type !== 'oauth') throw new Error('not oauth')
    expect(auth.expires).toBe(0)
    await send('https://api.githubcopilot.com/chat/completions', { authorization: `Bearer ${auth.refresh}` })
    expect(last().headers.authorization).toBe('Bearer gho_real')
  })

  it('never sends another vendor’s refresh token', async () => {
    const login = { type: 'oauth', access: 'a', refresh: 'real-refresh', expires: 1 } as const
    world.credentials.set('acc-openai', login)
    const auth = world.gateway.placeholder('one', 'openai', 'oauth')
    if (auth.type !== 'oauth') throw new Error('not oauth')
    const answer = await send('https://api.openai.com/v1/x', { authorization: `Bearer ${auth.refresh}` })
    expect(answer.status).toBe(403)
    expect(arrived).toEqual([])
  })

  it('fills in nothing when a container asks for new tokens itself', async () => {
    const login = { type: 'oauth', access: 'real-access', refresh: 'real-refresh', expires: 1 } as const
    world.credentials.set('acc-openai', login)
    const auth = world.gateway.placeholder('one', 'openai', 'oauth')
    if (auth.type !== 'oauth') throw new Error('not oauth')
    // As OpenCode's plugins post it, were the vendor's token endpoint on a host that models are asked at.
    const form = `grant_type=refresh_token&refresh_token=${auth.refresh}&client_id=app`
    await send('https://api.openai.com/oauth/token', {}, { body: form })
    expect(last().body).toBe(form)
    const inQuery = await send(`https://api.openai.com/oauth/token?refresh_token=${auth.refresh}`, {})
    const basic = Buffer.from(`app:${auth.refresh}`).toString('base64')
    const inLogin = await send('https://api.openai.com/oauth/token', { authorization: `Basic ${basic}` })
    expect([inQuery.status, inLogin.status, arrived.length]).toEqual([403, 403, 1])
    expect(JSON.stringify(arrived)).not.toContain('real-')
  })

  it('refuses a key’s placeholder when the account is a login, and says to restart', async () => {
    const login = { type: 'oauth', access: 'a', refresh: 'r', expires: 1 } as const
    world.credentials.set('acc-openai', login)
    const answer = await send('https://api.openai.com/v1/x', { authorization: `Bearer ${key('openai')}` })
    expect(answer.status).toBe(403)
    expect(answer.body).toContain('Restart the project')
  })
})

describe('what is passed on', () => {
  it('leaves a request without a placeholder as it is', async () => {
    const answer = await send('https://api.openai.com/v1/x', { authorization: 'Bearer users-own-key' })
    expect(answer.status).toBe(200)
    expect(last().headers.authorization).toBe('Bearer users-own-key')
    expect(world.used).toEqual([])
  })

  it('keeps names, order and repeats of fields, both ways', async () => {
    const answer = await send('https://api.openai.com/v1/x', {
      'X-Custom-Case': '1',
      'user-agent': 'opencode/1',
    })
    expect(last().raw).toContain('X-Custom-Case')
    expect(last().headers['user-agent']).toBe('opencode/1')
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2'])
    expect(
      last().raw.filter((name) => name.toLowerCase() === 'via' || name.startsWith('x-forwarded')),
    ).toEqual([])
  })

  it('lets no vendor speak in Berth’s name', async () => {
    const answer = await send('https://api.openai.com/v1/x', { authorization: `Bearer ${key('openai')}` })
    expect(answer.headers['x-vendor']).toBe('yes')
    expect(answer.headers['x-berth-error']).toBeUndefined()
  })

  it('tells who was used once in a while, and each route at its decision and its end', async () => {
    await send('https://api.openai.com/v1/x?secret=1', { authorization: `Bearer ${key('openai')}` })
    await send('https://api.openai.com/v1/x', { authorization: `Bearer ${key('openai')}` })
    await until(() => world.routes.length === 4, 'four route events')
    expect(world.used).toEqual(['acc-openai'])
    const [decided, finished] = world.routes
    expect(decided).toMatchObject({
      projectId: 'one',
      host: 'api.openai.com',
      path: '/v1/x',
      method: 'POST',
      providerId: 'openai',
      accountId: 'acc-openai',
      accountLabel: 'work',
      reason: 'The active account of its provider.',
    })
    expect(decided?.status).toBeUndefined()
    expect(finished).toMatchObject({ id: decided?.id, outcome: 'sent', status: 200 })
    expect(finished?.durationMs).toBeGreaterThanOrEqual(0)
    expect(world.gateway.routes('one').map((route) => route.outcome)).toEqual(['sent', 'sent'])
    expect(world.gateway.routes('two')).toEqual([])
  })
})
