import { describe, expect, it } from 'vitest'
import { createListModels } from '../../../src/main/connection/model-list.ts'
import { BerthError } from '../../../src/main/errors.ts'
import type { UpstreamCall } from '../../../src/main/upstream-call.ts'
import { answerOf, CANARY, type Scripted, unreachable } from './lab.ts'

const BASE = 'http://box.local:8000/v1'

async function list(scripted: Scripted | BerthError, key?: string) {
  const calls: UpstreamCall[] = []
  const ask = createListModels(async (call) => {
    calls.push(call)
    if (scripted instanceof BerthError) throw scripted
    return answerOf(scripted)
  })
  try {
    return { models: await ask(BASE, key), error: undefined, calls }
  } catch (error) {
    return { models: undefined, error: error as BerthError, calls }
  }
}

describe('the list of a server’s models', () => {
  it('is asked for at the base URL, with the key in a header when there is one', async () => {
    const keyless = await list({ body: { data: [] } })
    expect(keyless.calls[0]).toMatchObject({ method: 'GET', url: `${BASE}/models` })
    expect(keyless.calls[0]?.headers).not.toHaveProperty('authorization')
    const keyed = await list({ body: { data: [] } }, CANARY)
    expect(keyed.calls[0]?.headers.authorization).toBe(`Bearer ${CANARY}`)
    expect(keyed.calls[0]?.url).not.toContain(CANARY)
  })

  it.each([
    ['OpenAI’s form', { object: 'list', data: [{ id: 'a' }, { id: 'b', name: 'Bee' }] }],
    ['a bare list', [{ id: 'a' }, { id: 'b', display_name: 'Bee' }]],
    ['Ollama’s form', { models: [{ name: 'a' }, { id: 'b', name: 'Bee' }] }],
    [
      'some entries that make no sense',
      { data: [{ id: 'a' }, null, { id: '' }, { id: {} }, { id: 'x\ny' }, { id: 'b', name: ' Bee\n' }] },
    ],
    ['entries twice', { data: [{ id: 'a' }, { id: 'b', name: 'Bee' }, { id: 'a', name: 'other' }] }],
  ])('is read in %s', async (_, body) => {
    expect((await list({ body })).models).toEqual([
      { id: 'a', name: 'a' },
      { id: 'b', name: 'Bee' },
    ])
  })

  it.each([[{ data: [] }], [{ object: 'list', data: null }]])('may be empty: %j', async (body) => {
    expect((await list({ body })).models).toEqual([])
  })

  it('may be as long as 2,000 models and not longer', async () => {
    const of = (count: number) => ({ data: Array.from({ length: count }, (_, at) => ({ id: `m${at}` })) })
    expect((await list({ body: of(2000) })).models).toHaveLength(2000)
    expect((await list({ body: of(2001) })).error?.message).toMatch(
      /lists 2001 models, .* at most 2000\. Type in/,
    )
  })

  it.each<[string, Scripted, string, RegExp]>([
    ['HTML', { body: '<!DOCTYPE html><html>' }, 'provider_error', /web page.*often ends in \/v1/],
    [
      'HTML by its header',
      { headers: { 'content-type': 'text/html' }, body: 'hi' },
      'provider_error',
      /web page/,
    ],
    ['no JSON', { body: 'hello' }, 'provider_error', /no list of models/],
    ['cut JSON', { body: '{"data":[{"id":' }, 'provider_error', /no list of models/],
    ['other JSON', { body: { ok: true } }, 'provider_error', /no list of models/],
    [
      'a list of something else',
      { body: { data: [{ price: 1 }, 3] } },
      'provider_error',
      /no list of models/,
    ],
    [
      'deep JSON',
      { body: `${'['.repeat(100_000)}${']'.repeat(100_000)}` },
      'provider_error',
      /no list of models/,
    ],
    ['too much', { body: `{"data":["${'x'.repeat(4 * 1024 * 1024)}` }, 'provider_error', /more than 4 MB/],
    ['404', { status: 404, body: 'no' }, 'provider_error', /has no list of models \(404\).*type in the ids/i],
    ['a redirect', { status: 307, headers: { location: '/x' } }, 'provider_error', /another address/],
    [
      'trouble',
      { status: 502, body: { error: { message: 'bad gateway' } } },
      'provider_error',
      /\(502: bad gateway\)\. Try again/,
    ],
    ['429', { status: 429 }, 'provider_error', /429.*Try again later/],
    [
      '401',
      { status: 401, body: { error: { message: `no ${CANARY}` } } },
      'credential_rejected',
      /refused .*\(401: no \[secret\]\)\. Check the key/,
    ],
    ['403', { status: 403 }, 'credential_rejected', /refused/],
  ])('answered with %s is an error that names the address', async (_, scripted, code, message) => {
    const { error } = await list(scripted, CANARY)
    expect(error).toBeInstanceOf(BerthError)
    expect(error?.code).toBe(code)
    expect(error?.message).toMatch(message)
    expect(error?.message.startsWith(`${BASE}/models `)).toBe(true)
    expect(error?.message).not.toContain(CANARY)
  })

  it('is kept without what a server made of the key it was shown', async () => {
    const data = [{ id: CANARY }, { id: `x-${CANARY.toUpperCase()}` }, { id: 'a', name: `Bearer ${CANARY}` }]
    expect((await list({ body: { data } }, CANARY)).models).toEqual([{ id: 'a', name: 'a' }])
    // What people type where a server takes any key.
    expect((await list({ body: { data: [{ id: 'ollama-7b' }] } }, 'ollama')).models).toHaveLength(1)
  })

  it('asks for a key where none was given', async () => {
    expect((await list({ status: 401 })).error?.message).toContain('Give it a key.')
  })

  it('passes on why nobody answered', async () => {
    expect((await list(unreachable('ECONNREFUSED'))).error?.code).toBe('provider_unreachable')
  })
})
