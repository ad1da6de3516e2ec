import type { IncomingMessage } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createSecureContext } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createConnectionChecks } from '../../../src/main/connection/checks.ts'
import { createGateway } from '../../../src/main/gateway/gateway.ts'
import type { Gateway } from '../../../src/main/gateway/types.ts'
import { createTestAuthority } from '../../support/model-server/certificates.ts'
import { makeDeps } from '../gateway/world.ts'
import { CANARY, sharedCatalog } from './lab.ts'

/** Vendors on this machine, over real TLS and by the gateway's own way out: what each says to good and bad keys. */

interface Reply {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}
type Vendor = (path: string, headers: IncomingMessage['headers']) => Reply

const ok = (body: unknown, headers: Reply['headers'] = {}): Reply => ({ status: 200, body, headers })

const VENDORS: Readonly<Record<string, Vendor>> = {
  'api.openai.com': (path, { authorization }) => {
    if (path !== '/v1/models') return { status: 404, body: { error: { message: 'Unknown request URL' } } }
    if (authorization === `Bearer ${CANARY}`)
      return ok({ object: 'list', data: [{ id: 'gpt-5' }] }, { 'openai-organization': 'acme' })
    const message = `Incorrect API key provided: ${authorization?.slice(7, 15)}******${authorization?.slice(-4)}.`
    return {
      status: 401,
      body: { error: { message, type: 'invalid_request_error', code: 'invalid_api_key' } },
    }
  },
  'api.anthropic.com': (_, headers) => {
    if (headers['anthropic-version'] === undefined)
      return {
        status: 400,
        body: {
          type: 'error',
          error: { type: 'invalid_request_error', message: 'anthropic-version: header is required' },
        },
      }
    if (headers['x-api-key'] === CANARY)
      return ok({ data: [], has_more: false }, { 'anthropic-organization-id': '2a7d1b5e' })
    return {
      status: 401,
      body: { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } },
    }
  },
  'generativelanguage.googleapis.com': (_, headers) =>
    headers['x-goog-api-key'] === CANARY
      ? ok({ models: [{ name: 'models/gemini-3-pro' }] })
      : {
          status: 400,
          body: {
            error: {
              code: 400,
              message: 'API key not valid. Please pass a valid API key.',
              status: 'INVALID_ARGUMENT',
              details: [{ reason: 'API_KEY_INVALID' }],
            },
          },
        },
  'openrouter.ai': (path, { authorization }) => {
    if (path === '/api/v1/models') return ok({ data: [] })
    return authorization === `Bearer ${CANARY}`
      ? ok({ data: { label: 'laptop', creator_user_id: 'user_1', limit_remaining: 12.5 } })
      : { status: 401, body: { error: { message: 'User not found.', code: 401 } } }
  },
}

let server: Server
let gateway: Gateway
let seen: { readonly host: string; readonly path: string }[]

async function start(trusted = true): Promise<void> {
  seen = []
  const authority = await createTestAuthority()
  server = createServer(
    {
      ...(await authority.leafFor('unnamed.test')),
      SNICallback: (host, done) =>
        void authority.leafFor(host).then((leaf) => done(null, createSecureContext(leaf)), done),
    },
    (request, response) => {
      const host = request.headers.host ?? ''
      const path = request.url ?? ''
      seen.push({ host, path })
      const reply = VENDORS[host]?.(path, request.headers) ?? { status: 421, body: {} }
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
      response.end(JSON.stringify(reply.body))
    },
  )
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  gateway = createGateway(makeDeps().deps, {
    hostMap: Object.fromEntries(Object.keys(VENDORS).map((host) => [host, `127.0.0.1:${port}`])),
    extraCa: trusted ? authority.caPem : undefined,
  })
}

beforeEach(() => start())
afterEach(stop)

async function stop(): Promise<void> {
  await gateway.close()
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
}

const check = (providerId: string, key: string) =>
  createConnectionChecks({ call: gateway.call, catalog: sharedCatalog() }).check(
    providerId,
    { type: 'api', key },
    {},
  )

describe('over real connections', () => {
  it.each([
    ['openai', { kind: 'organization', id: 'acme' }],
    ['anthropic', { kind: 'organization', id: '2a7d1b5e' }],
    ['google', undefined],
    ['openrouter', { kind: 'user', id: 'user_1', name: 'laptop' }],
  ])('%s: a good key is good', async (providerId, identity) => {
    const result = await check(providerId, CANARY)
    expect(result).toMatchObject({ verdict: 'good', ...(identity === undefined ? {} : { identity }) })
    expect(result.durationMs).toBeLessThan(20_000)
    expect(seen).toHaveLength(1)
    expect(JSON.stringify(seen)).not.toContain(CANARY)
  })

  it.each([
    ['openai', 'OpenAI refused this key (401: Incorrect API key provided: [secret]). Copy the whole key'],
    ['anthropic', 'Anthropic refused this key (401: invalid x-api-key). Copy the whole key'],
    ['google', 'Google refused this key (400: API key not valid. Please pass a valid API key). Copy the'],
    ['openrouter', 'OpenRouter refused this key (401: User not found). Copy the whole key'],
  ])('%s: a wrong key is told in the vendor’s words and without the key', async (providerId, message) => {
    const wrong = `wrong-${CANARY}`
    const result = await check(providerId, wrong)
    expect(result.verdict).toBe('wrong_key')
    expect(result.message.startsWith(message)).toBe(true)
    expect(result.message).not.toContain('canary')
    expect(result.message).not.toContain(wrong.slice(-4))
    expect(result).not.toHaveProperty('identity')
  })

  it('a vendor that cannot be reached, or trusted, is unreachable and not a wrong key', async () => {
    await stop()
    await start(false)
    const distrusted = await check('openai', CANARY)
    expect(distrusted.verdict).toBe('unreachable')
    expect(distrusted.message).toContain('certificate of api.openai.com')
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
    const gone = await check('anthropic', CANARY)
    expect(gone.verdict).toBe('unreachable')
    expect(gone.message).toContain('api.anthropic.com')
  })
})
