import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPlaceholders } from '../../../src/main/gateway/placeholders.ts'
import { findMarks, hasMark, hideMarks, makeMark } from '../../../src/main/gateway/recognise.ts'
import { createRoutes, recordPath } from '../../../src/main/gateway/routes.ts'
import { shapeOf, vendorError } from '../../../src/main/gateway/vendor-errors.ts'

const PROVIDERS = ['anthropic', 'openai', 'github-copilot', 'homelab']
const make = (secret: Buffer, ids = PROVIDERS) =>
  createPlaceholders(secret, {
    prefix: (id) => (id === 'anthropic' ? 'sk-ant-api03-' : 'sk-'),
    providerIds: () => ids,
  })

describe('placeholders', () => {
  const placeholders = make(Buffer.alloc(32, 7))

  it('look like the vendor’s keys', () => {
    expect(placeholders.auth('one', 'anthropic', 'api')).toEqual({
      type: 'api',
      key: expect.stringMatching(/^sk-ant-api03-berth[0-9A-Za-z]{32}$/),
    })
  })

  it('are the same for the same inputs, across versions', () => {
    // A changed derivation would turn every running project's placeholder into a stranger's.
    expect(placeholders.auth('one', 'openai', 'api')).toEqual(PINNED)
    expect(make(Buffer.alloc(32, 7)).auth('one', 'openai', 'api')).toEqual(PINNED)
  })

  it('differ by secret, project, provider and field', () => {
    const all = [placeholders, make(Buffer.alloc(32, 8))].flatMap((some) =>
      ['one', 'two'].flatMap((project) =>
        PROVIDERS.flatMap((provider) =>
          (['api', 'oauth'] as const).flatMap((type) =>
            Object.values(some.auth(project, provider, type)).filter(
              (value) => typeof value === 'string' && hasMark(value),
            ),
          ),
        ),
      ),
    )
    expect(new Set(all).size).toBe(all.length)
    expect(all.length).toBe(2 * 2 * (PROVIDERS.length * 3 + 1))
  })

  it('of ChatGPT’s login are a token OpenCode can read, with nothing real in it', () => {
    const auth = placeholders.auth('one', 'openai', 'oauth')
    if (auth.type !== 'oauth') throw new Error('not oauth')
    const [header, payload, signature] = auth.access.split('.')
    expect(JSON.parse(Buffer.from(header ?? '', 'base64url').toString())).toEqual({ alg: 'none', typ: 'JWT' })
    expect(JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())).toEqual({
      iss: 'berth',
      exp: 4_102_444_800,
      'https://api.openai.com/auth': { chatgpt_account_id: auth.accountId },
    })
    expect(hasMark(signature ?? '')).toBe(true)
    expect(new Date(auth.expires).getUTCFullYear()).toBe(2100)
  })

  it('of a login have an account id where OpenCode asks for one', () => {
    const ids = ['openai', 'snowflake-cortex', 'xai'].map((id) => {
      const auth = placeholders.auth('one', id, 'oauth')
      return auth.type === 'oauth' && hasMark(auth.accountId ?? '')
    })
    expect(ids).toEqual([true, true, false])
  })

  it('of Copilot’s login never expire in OpenCode’s words', () => {
    expect(placeholders.auth('one', 'github-copilot', 'oauth')).toMatchObject({
      expires: 0,
      access: expect.stringMatching(/^gho_berth/),
    })
  })

  it('are known in their own project only, and a provider added later is known too', () => {
    const ids = [...PROVIDERS]
    const some = make(Buffer.alloc(32, 7), ids)
    const key = (project: string, provider: string): string => {
      const auth = some.auth(project, provider, 'api')
      return findMarks(auth.type === 'api' ? auth.key : '')[0] ?? ''
    }
    expect(some.known('one', key('one', 'openai'))).toMatchObject({ providerId: 'openai', field: 'key' })
    expect(some.known('two', key('one', 'openai'))).toBeUndefined()
    expect(some.known('one', key('one', 'late'))).toBeUndefined()
    ids.push('late')
    expect(some.known('one', key('one', 'late'))).toMatchObject({ providerId: 'late' })
  })
})

const PINNED = { type: 'api', key: 'sk-berthEPMJxmnnXOWdIYe5iNmojxLOYwZevT44' }

describe('recognising', () => {
  it('finds any placeholder in any surroundings, and takes no other text for one', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(bytes, fc.string(), fc.string(), (seed, before, after) => {
        const mark = makeMark(Buffer.from(seed))
        // What follows directly must not be readable as part of the mark; headers and addresses end it.
        expect(findMarks(`${before}${mark} ${after}`)).toContain(mark)
        expect(hideMarks(`${before}${mark} ${after}`)).not.toContain(mark)
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(findMarks(`berth${text}`)).toEqual([])
      }),
    )
  })

  it('does not take a changed one for one', () => {
    const mark = makeMark(randomBytes(32))
    for (let i = 5; i < mark.length; i++) {
      const other = mark[i] === 'x' ? 'y' : 'x'
      expect(hasMark(mark.slice(0, i) + other + mark.slice(i + 1))).toBe(false)
    }
  })
})

describe('records', () => {
  it('paths have no query, no placeholder, no key, and are not long', () => {
    const mark = makeMark(randomBytes(32))
    expect(recordPath(`/v1/${mark}/x?key=secret#y`)).toBe('/v1/…/x')
    expect(recordPath('/bot/sk-proj-abcdefghijklmnop/x')).toBe('/bot/[secret]/x')
    expect(recordPath(`/${'x'.repeat(500)}`)).toHaveLength(200)
  })

  it('the newest 200 of each project are kept, newest first', () => {
    const routes = createRoutes(
      () => undefined,
      () => 5,
    )
    for (let i = 0; i < 1000; i++)
      routes.begin({ projectId: i % 2 === 0 ? 'one' : 'two', host: 'a', method: 'GET', path: `/${i}` })
    const kept = routes.list('one').map((route) => route.path)
    expect(kept).toEqual(Array.from({ length: 200 }, (_, i) => `/${998 - 2 * i}`))
    expect(routes.list('three')).toEqual([])
  })

  it('a request ends once', () => {
    const told: string[] = []
    const routes = createRoutes(
      (route) => told.push(route.outcome),
      () => 5,
    )
    const record = routes.begin({ projectId: 'one', host: 'a', method: 'GET', path: '/' })
    record.finished({ outcome: 'aborted' })
    record.finished({ outcome: 'failed' })
    expect(told).toEqual(['aborted'])
    expect(routes.list('one')[0]?.outcome).toBe('aborted')
  })
})

describe('errors in the vendor’s shape', () => {
  it.each([
    ['/v1/messages', 'anthropic'],
    ['/anthropic/v1/messages?beta=true', 'anthropic'],
    ['/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse', 'gemini'],
    ['/v1/publishers/google/models/m:generateContent', 'gemini'],
    ['/v1/chat/completions', 'openai'],
    ['/v1/responses', 'openai'],
    ['', 'openai'],
  ] as const)('%s is %s', (path, shape) => {
    expect(shapeOf(path)).toBe(shape)
  })

  it.each([401, 403, 404, 400, 502])('%i: each shape holds the sentence', (status) => {
    for (const shape of ['anthropic', 'gemini', 'openai'] as const) {
      const error = JSON.parse(vendorError(shape, status, 'no_credential', 'A sentence.'))
      expect(error.error.message).toBe('A sentence.')
      // OpenCode takes these words for "try again".
      expect(JSON.stringify(error)).not.toMatch(/unavailable|exhausted|overloaded|too_many|rate/i)
    }
  })
})
