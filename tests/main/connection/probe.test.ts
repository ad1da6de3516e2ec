import { describe, expect, it } from 'vitest'
import type { Catalog } from '../../../src/main/catalog/types.ts'
import { VENDORS } from '../../../src/main/connection/vendors.ts'
import type { UpstreamCall } from '../../../src/main/upstream-call.ts'
import {
  CANARY,
  keyOn,
  newCatalog,
  type Scripted,
  sharedCatalog,
  tryKey,
  unreachable,
  type World,
} from './lab.ts'

/** A server as vendors build them: which of the two addresses ask for a key, and what it says to keys. */
interface Server {
  readonly list?: 'public' | 'protected' | 'missing'
  readonly chat?: 'public' | 'protected' | 'missing'
  /** What it says to the key; absent when it knows it. */
  readonly refusal?: Scripted
}

const NO_KEY = { status: 401, body: { error: { message: 'You did not provide a key.' } } }
const WRONG_KEY = { status: 401, body: { error: { message: 'Invalid API key' } } }
const LIST = { body: { object: 'list', data: [{ id: 'm1' }] } }
const EMPTY = { status: 400, body: { error: { message: 'messages must not be empty' } } }
const NOT_THERE = { status: 404, body: { error: { message: 'no such address' } } }

function server({ list = 'protected', chat = 'protected', refusal }: Server): World {
  const gate = (kind: 'public' | 'protected' | 'missing', call: UpstreamCall, answer: Scripted): Scripted => {
    if (kind === 'missing') return NOT_THERE
    if (kind === 'public') return answer
    if (keyOn(call) === undefined) return NO_KEY
    return keyOn(call) === CANARY ? (refusal ?? answer) : WRONG_KEY
  }
  return (call) => (call.method === 'GET' ? gate(list, call, LIST) : gate(chat, call, EMPTY))
}

const spoken = (authorization: string | undefined): string => {
  if (authorization === undefined) return ''
  return authorization === `Bearer ${CANARY}` ? ' with the key' : ' with a made-up key'
}
const said = ({ method, url, headers }: UpstreamCall) => `${method} ${url}${spoken(headers.authorization)}`

describe('a provider that speaks OpenAI’s language', () => {
  it('whose list is protected: proves the key by the list', async () => {
    const { check, calls } = await tryKey(server({}), { providerId: 'groq' })
    expect(check).toMatchObject({ verdict: 'good', message: 'Groq accepts this key.' })
    expect(calls.map(said)).toEqual([
      'GET https://api.groq.com/openai/v1/models',
      'GET https://api.groq.com/openai/v1/models with the key',
    ])
  })

  it('whose list is public: proves it by a request for nothing, with a model it has and one token at most', async () => {
    const { check, calls } = await tryKey(server({ list: 'public' }), { providerId: 'nvidia' })
    expect(check.verdict).toBe('good')
    expect(calls.map(said)).toEqual([
      'GET https://integrate.api.nvidia.com/v1/models',
      'POST https://integrate.api.nvidia.com/v1/chat/completions with the key',
      'POST https://integrate.api.nvidia.com/v1/chat/completions with a made-up key',
    ])
    const body = JSON.parse(calls[1]?.body ?? '')
    expect(body).toEqual({ model: expect.any(String), messages: [], max_tokens: 1 })
    expect(
      sharedCatalog()
        .models('nvidia')
        .map(({ id }) => id),
    ).toContain(body.model)
  })

  it('without a list: the same', async () => {
    const { check } = await tryKey(server({ list: 'missing' }), { providerId: 'perplexity' })
    expect(check.verdict).toBe('good')
  })

  it('that serves free models without a key: still proves it, for a made-up one is refused', async () => {
    const { check } = await tryKey(
      (call) => {
        if (call.method === 'GET') return LIST
        return keyOn(call) === undefined || keyOn(call) === CANARY ? EMPTY : WRONG_KEY
      },
      { providerId: 'opencode' },
    )
    expect(check.verdict).toBe('good')
  })

  it('that answers everybody the same says nothing of the key', async () => {
    const { check } = await tryKey(server({ list: 'public', chat: 'public' }), { providerId: 'nvidia' })
    expect(check.verdict).toBe('unclear')
    expect(check.message).toContain('answers a made-up key the same')
  })

  it.each([
    [{ status: 401, body: { error: { message: 'Invalid API key' } } }, 'wrong_key'],
    [{ status: 402, body: { error: { message: 'Top up first' } } }, 'no_credit'],
    [{ status: 403, body: { error: { message: 'This plan has no API' } } }, 'forbidden'],
    [{ status: 429, body: { error: { message: 'Slow down' } } }, 'rate_limited'],
    [{ status: 503, body: 'upstream connect error' }, 'unclear'],
  ])('passes on what is said to the key: %j', async (refusal, verdict) => {
    for (const list of ['public', 'protected', 'missing'] as const) {
      const { check } = await tryKey(server({ list, refusal }), { providerId: 'nvidia' })
      expect([list, check.verdict]).toEqual([list, verdict])
    }
  })

  it.each([
    ['minimax', 'https://api.minimax.io/anthropic/v1', '/messages', 'x-api-key'],
    ['meta', 'https://api.meta.ai/v1', '/responses', 'authorization'],
    ['deepinfra', 'https://api.deepinfra.com/v1/openai', '/chat/completions', 'authorization'],
    ['zenmux', 'https://zenmux.ai/api/v1', '/chat/completions', 'authorization'],
    ['ofox', 'https://api.ofox.ai/v1', '/chat/completions', 'authorization'],
    ['freemodel', 'https://api.freemodel.dev/v1', '/chat/completions', 'authorization'],
    ['opencode', 'https://opencode.ai/zen/v1', '/chat/completions', 'authorization'],
    ['fireworks-ai', 'https://api.fireworks.ai/inference/v1', '/chat/completions', 'authorization'],
  ])('%s is asked at %s%s with %s', async (providerId, base, path, header) => {
    const { check, calls } = await tryKey(server({ list: 'public' }), { providerId })
    expect(check.verdict).toBe('good')
    expect(calls.map(({ url }) => url)).toEqual([`${base}/models`, `${base}${path}`, `${base}${path}`])
    expect(calls[1]?.headers[header]).toContain(CANARY)
    expect(calls[2]?.headers[header]).toMatch(/made-up/)
  })

  it('asks a model that costs something where it can: free ones may be open to everybody', async () => {
    const { calls } = await tryKey(server({ list: 'public' }), { providerId: 'zenmux' })
    const { model } = JSON.parse(calls[1]?.body ?? '')
    expect(sharedCatalog().model('zenmux', model).inputPrice).toBeGreaterThan(0)
  })

  it('names the other regions and plans of a vendor whose keys are refused', async () => {
    const wrong = { status: 401, body: { error: { message: 'Invalid Authentication' } } }
    const moonshot = await tryKey(() => wrong, { providerId: 'moonshotai' })
    expect(moonshot.check.message).toMatch(
      /Keys of Moonshot AI \(China\), .* are refused here: if yours is one/,
    )
    const zai = await tryKey(() => wrong, { providerId: 'zai' })
    expect(zai.check.message).toContain('Zhipu AI')
    const groq = await tryKey(() => wrong, { providerId: 'groq' })
    expect(groq.check.message).not.toContain('refused here')
  })

  it('that moved, or shows a web page, is told apart', async () => {
    const moved = await tryKey(
      () => ({ status: 308, headers: { location: 'https://new.example/v1/models?x=1' } }),
      { providerId: 'groq' },
    )
    expect(moved.check.verdict).toBe('unclear')
    expect(moved.check.message).toContain('https://new.example, which')
    expect(moved.calls).toHaveLength(1)
    const page = await tryKey(() => ({ body: '<!doctype html><p>Hi' }), { providerId: 'groq' })
    expect(page.check.verdict).toBe('unclear')
    expect(page.check.message).toContain('web page')
  })
})

describe('every provider of the catalog', () => {
  const catalog = sharedCatalog()
  const FIELD_VALUES: Readonly<Record<string, string>> = {
    DATABRICKS_HOST: 'adb-1.azuredatabricks.net',
    NEON_AI_GATEWAY_BASE_URL: 'https://neon.example.com',
    GITLAB_INSTANCE_URL: 'https://gitlab.com',
  }
  const fieldsOf = (id: string) =>
    Object.fromEntries(catalog.provider(id).fields.map(({ name }) => [name, FIELD_VALUES[name] ?? 'mine1']))

  it.each(catalog.providers().map(({ id }) => [id]))(
    '%s: is asked at its own hosts over TLS, or not at all',
    async (providerId) => {
      const fields = fieldsOf(providerId)
      const { check, calls } = await tryKey(server({ list: 'public' }), { providerId, fields })
      const also = VENDORS[providerId]?.alsoAt
      const hosts = [...catalog.hosts(providerId, fields), ...(also === undefined ? [] : [also])]
      for (const { url } of calls) {
        expect(url.startsWith('https://')).toBe(true)
        expect(hosts).toContain(new URL(url).hostname)
      }
      const { unsupported, name } = catalog.provider(providerId)
      if (unsupported !== undefined) expect(check).toMatchObject({ verdict: 'unclear', message: unsupported })
      else expect([calls.length > 0, check.message.includes(name)]).toEqual([true, true])
    },
  )

  it('is never asked at a host that is not its own', async () => {
    const crooked: Catalog = { ...catalog, hosts: () => ['elsewhere.example'] }
    for (const providerId of ['openai', 'groq']) {
      const calls: UpstreamCall[] = []
      const attempt = tryKey(
        (call) => {
          calls.push(call)
          return LIST
        },
        { providerId, catalog: crooked },
      )
      await expect(attempt).rejects.toMatchObject({ code: 'internal' })
      expect(calls).toEqual([])
    }
  })

  it('that does not exist is named', async () => {
    await expect(tryKey(() => ({}), { providerId: 'gone' })).rejects.toMatchObject({
      code: 'unknown_provider',
      message: expect.stringContaining('"gone"'),
    })
  })
})

describe('a custom provider', () => {
  const withCustom = (baseUrl = 'http://192.168.1.9:8000/v1') => {
    const catalog = newCatalog()
    catalog.saveCustom({ id: 'mine', name: 'My server', baseUrl, models: [{ id: 'm1', name: 'M1' }] })
    return catalog
  }

  it('is asked at its base URL, over plain HTTP too', async () => {
    const { check, calls } = await tryKey(server({}), { providerId: 'mine', catalog: withCustom() })
    expect(check).toMatchObject({ verdict: 'good', message: 'My server accepts this key.' })
    expect(calls[0]?.url).toBe('http://192.168.1.9:8000/v1/models')
  })

  it('that asks for no key is good with any, and is made to load no model for that', async () => {
    const { check, calls } = await tryKey(server({ list: 'public', chat: 'public' }), {
      providerId: 'mine',
      catalog: withCustom(),
    })
    expect(check).toMatchObject({
      verdict: 'good',
      message: 'My server answers whatever the key is.',
    })
    expect(JSON.parse(calls[1]?.body ?? '').model).not.toBe('m1')
  })

  it('is asked without a key when there is none', async () => {
    const trying = { providerId: 'mine', key: '', catalog: withCustom() }
    const open = await tryKey(server({ list: 'public' }), trying)
    expect(open.check).toMatchObject({ verdict: 'good', message: 'My server answers without a key.' })
    expect(open.calls.map(said)).toEqual(['GET http://192.168.1.9:8000/v1/models'])
    const closed = await tryKey(server({}), trying)
    expect(closed.check).toMatchObject({
      verdict: 'wrong_key',
      message: 'My server asks for a key (401: You did not provide a key). Give it one.',
    })
  })

  it.each([
    ['a page', { body: '<html>' }, /web page .* base URL/],
    [
      'another address',
      { status: 301, headers: { location: 'https://there.example/' } },
      /https:\/\/there\.example/,
    ],
    ['nothing known', NOT_THERE, /Check the base URL: it often ends in \/v1\./],
  ])('that answers with %s: the base URL is named', async (_, answer, message) => {
    const { check } = await tryKey(() => answer, { providerId: 'mine', catalog: withCustom() })
    expect(check.message).toMatch(message)
    expect(check.verdict).not.toBe('wrong_key')
  })

  it('that does not run is named in the sentence of the way out', async () => {
    const { check } = await tryKey(
      () =>
        unreachable('ECONNREFUSED', '192.168.1.9:8000 refused the connection. Check that its server runs.'),
      { providerId: 'mine', catalog: withCustom() },
    )
    expect(check).toMatchObject({ verdict: 'unreachable' })
    expect(check.message).toContain('192.168.1.9:8000')
  })
})

describe('a login', () => {
  const login = (expires: number) => ({
    type: 'oauth' as const,
    access: CANARY,
    refresh: `${CANARY}-refresh`,
    expires,
  })

  it('that has ended is told so, and nobody is asked', async () => {
    const { check, calls } = await tryKey(() => ({}), {
      providerId: 'github-copilot',
      credential: login(1000),
      now: () => 1000,
    })
    expect(calls).toEqual([])
    expect(check).toMatchObject({ verdict: 'expired', message: expect.stringContaining('Sign in again.') })
  })

  it('is tried where the vendor has a way for it', async () => {
    for (const [providerId, host] of [
      ['github-copilot', 'api.github.com'],
      ['xai', 'api.x.ai'],
      ['gitlab', 'gitlab.com'],
      ['huggingface', 'huggingface.co'],
    ] as const) {
      const { check, calls } = await tryKey(() => LIST, { providerId, credential: login(0) })
      expect(check).toMatchObject({ verdict: 'good', message: expect.stringContaining('accepts this login') })
      expect(new URL(calls[0]?.url ?? '').hostname).toBe(host)
      expect(calls[0]?.headers.authorization).toBe(`Bearer ${CANARY}`)
    }
  })

  it('is left alone elsewhere', async () => {
    const { check, calls } = await tryKey(() => ({}), { providerId: 'openai', credential: login(9e12) })
    expect(calls).toEqual([])
    expect(check).toMatchObject({ verdict: 'unclear', message: expect.stringContaining('login of OpenAI') })
  })

  it('that is refused is to be made anew, and neither of its secrets is told', async () => {
    const { check } = await tryKey(
      () => ({ status: 401, body: { message: `Bad credentials ${CANARY} ${CANARY}-refresh` } }),
      { providerId: 'gitlab', credential: login(0) },
    )
    expect(check).toMatchObject({ verdict: 'wrong_key', message: expect.stringContaining('Sign in again.') })
  })
})

describe('a test', () => {
  it('ends after 20 seconds, whoever is slow', async () => {
    let time = 0
    const timeouts: number[] = []
    const { check } = await tryKey(
      ({ timeoutMs, method }) => {
        timeouts.push(timeoutMs)
        time += timeoutMs
        return method === 'GET' ? LIST : { status: 400, body: {} }
      },
      { providerId: 'nvidia', now: () => time },
    )
    expect(timeouts).toEqual([8000, 8000, 4000])
    expect(check.durationMs).toBe(20_000)
  })

  it('says nothing bad of a key when time ran out', async () => {
    let time = 0
    const { check } = await tryKey(
      () => {
        time += 25_000
        return NO_KEY
      },
      { providerId: 'groq', now: () => time },
    )
    expect(check.verdict).toBe('unreachable')
  })

  it('tells no key that a vendor repeats, whole or in part', async () => {
    for (const echo of [CANARY, CANARY.slice(0, 18), CANARY.slice(6), `<b>${CANARY}</b>`]) {
      const body = { error: { message: `Incorrect API key provided: ${echo}` } }
      const { check } = await tryKey(() => ({ status: 401, body }), { providerId: 'openai' })
      expect(check.message).toContain('[secret]')
      expect(check.message).not.toContain(CANARY.slice(6, 16))
    }
  })

  it('lets a fault that is Berth’s own through', async () => {
    await expect(
      tryKey(
        () => {
          throw new TypeError('a fault')
        },
        { providerId: 'openai' },
      ),
    ).rejects.toThrow(TypeError)
  })
})
