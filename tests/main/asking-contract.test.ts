import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/main/db/database.ts'
import { startModelServer } from '../support/model-server/server.ts'
import type { ModelServer } from '../support/model-server/types.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'

/** Tests of keys, custom providers and their servers through the contract, against servers on this machine. */

const GOOD = 'sk-proj-CANARY0123456789abcdefGOOD'
const BAD = 'sk-proj-CANARY0123456789abcdefBAD9'

let berth: TestApp
let vendor: ModelServer
let closers: (() => Promise<unknown>)[]

async function open(): Promise<void> {
  vendor = await startModelServer({ acceptKeys: [GOOD] })
  closers.push(vendor.close)
  const address = `127.0.0.1:${vendor.httpsPort}`
  berth = makeTestApp({
    BERTH_HOST_MAP: JSON.stringify({ 'api.openai.com': address, 'api.groq.com': address }),
    BERTH_EXTRA_CA: vendor.caFile,
  })
  closers.push(berth.end)
  await berth.open()
}

beforeEach(() => {
  closers = []
})
afterEach(async () => {
  // No answer and no event ever holds a whole key.
  const told = JSON.stringify([berth.answers, berth.events])
  for (const close of closers.reverse()) await close()
  expect(told).not.toContain('CANARY0123456789abcdef')
})

/** A model server whose list can change, with the keys it was shown. */
async function box(ids: string[], key?: string) {
  const shown: (string | undefined)[] = []
  const state = {
    ids,
    broken: false,
    shown,
    baseUrl: '',
    beforeAnswer: undefined as (() => Promise<void>) | undefined,
  }
  const server: Server = createServer(async (request, response) => {
    shown.push(request.headers.authorization)
    await state.beforeAnswer?.()
    if (state.broken) response.writeHead(500).end('down')
    else if (key !== undefined && request.headers.authorization !== `Bearer ${key}`)
      response.writeHead(401).end('{}')
    else response.end(JSON.stringify({ object: 'list', data: state.ids.map((id) => ({ id })) }))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closers.push(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  })
  state.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  return state
}

const add = (providerId: string, key: string, label = 'work') =>
  berth.call('accounts.add', { providerId, label, key })
const mine = (baseUrl: string, change: object = {}) => ({
  id: 'box',
  name: 'Box',
  baseUrl,
  models: [],
  discover: true,
  ...change,
})
const modelIds = async () => (await berth.call('providers.models', { providerId: 'box' })).map(({ id }) => id)

describe('accounts.checkKey', () => {
  it('tells a good key from a bad one and keeps nothing', async () => {
    await open()
    expect(await berth.call('accounts.checkKey', { providerId: 'openai', key: GOOD })).toMatchObject({
      verdict: 'good',
      message: 'OpenAI accepts this key.',
    })
    expect(await berth.call('accounts.checkKey', { providerId: 'groq', key: ` ${BAD}\n` })).toMatchObject({
      verdict: 'wrong_key',
    })
    expect(await berth.call('accounts.list', {})).toEqual([])
    expect(vendor.requests.every(({ path }) => !path.includes('CANARY'))).toBe(true)
  })

  it.each([
    ['an empty key', { providerId: 'openai', key: '   ' }, /no key/],
    ['two lines', { providerId: 'openai', key: `${GOOD}\n${BAD}` }, /line break/],
    ['a variable', { providerId: 'openai', key: `OPENAI_API_KEY=${GOOD}` }, /variable name/],
    ['a missing field', { providerId: 'azure', key: GOOD }, /Resource name/],
    ['a foreign field', { providerId: 'openai', key: GOOD, fields: { AWS_REGION: 'x' } }, /no field/],
    [
      'a malformed field',
      { providerId: 'azure', key: GOOD, fields: { AZURE_RESOURCE_NAME: 'a.b/c' } },
      /Resource name is not/,
    ],
    ['a provider that takes no key', { providerId: 'sap-ai-core', key: GOOD }, /service key/],
    [
      '10 kB and more',
      { providerId: 'openai', key: 'x'.repeat(10_001) },
      /done: key: this is longer .* Copy the key alone\.$/,
    ],
  ])('refuses %s and asks nobody', async (_, input, message) => {
    await open()
    expect(await berth.fail('accounts.checkKey', input)).toMatchObject({
      code: 'bad_request',
      message: expect.stringMatching(message),
    })
    expect(vendor.requests).toEqual([])
  })

  it('does not know every provider', async () => {
    await open()
    expect(await berth.fail('accounts.checkKey', { providerId: 'gone', key: GOOD })).toMatchObject({
      code: 'unknown_provider',
    })
  })
})

describe('accounts.check', () => {
  it('keeps what it showed, and a better answer takes it away', async () => {
    await open()
    const { id: accountId } = await add('openai', BAD)
    const bad = await berth.call('accounts.check', { accountId })
    expect(bad.verdict).toBe('wrong_key')
    expect(await berth.call('accounts.list', {})).toMatchObject([
      { state: 'error', lastError: bad.message, checkedAt: expect.any(Number) },
    ])
    await berth.call('accounts.replaceKey', { accountId, key: GOOD })
    expect(await berth.call('accounts.check', { accountId })).toMatchObject({ verdict: 'good' })
    const [account] = await berth.call('accounts.list', {})
    expect(account).toMatchObject({ state: 'connected' })
    expect(account).not.toHaveProperty('lastError')
  })

  it('does not mark an account with what was said of a key it has no more', async () => {
    await open()
    const server = await box(['a'], GOOD)
    const typed = { discover: false, models: [{ id: 'a', name: 'A' }] }
    await berth.call('providers.saveCustom', mine(server.baseUrl, typed))
    const { id: accountId } = await add('box', BAD)
    // The key is replaced while the vendor still looks at the old one.
    server.beforeAnswer = async () => {
      server.beforeAnswer = undefined
      await berth.call('accounts.replaceKey', { accountId, key: GOOD })
    }
    expect((await berth.call('accounts.check', { accountId })).verdict).toBe('wrong_key')
    expect(server.beforeAnswer).toBeUndefined()
    const [account] = await berth.call('accounts.list', {})
    expect(account).toMatchObject({ state: 'connected' })
    expect(account).not.toHaveProperty('checkedAt')
  })

  it('needs an account', async () => {
    await open()
    expect(await berth.fail('accounts.check', { accountId: 'nobody' })).toMatchObject({ code: 'not_found' })
  })

  it('of a provider that left the catalog says so, and lists go on working', async () => {
    await open()
    await berth.call(
      'providers.saveCustom',
      mine('http://localhost:1/v1', { discover: false, models: [{ id: 'm', name: 'M' }] }),
    )
    const { id: accountId } = await add('box', GOOD)
    await berth.close()
    const db = openDatabase(join(berth.dataDir, 'berth.db'))
    db.exec('DELETE FROM custom_provider')
    db.close()
    await berth.open()
    expect((await berth.call('providers.list', {})).length).toBe(225)
    expect(await berth.call('accounts.list', {})).toMatchObject([{ id: accountId, providerId: 'box' }])
    for (const failure of [
      await berth.fail('accounts.check', { accountId }),
      await berth.fail('providers.models', { providerId: 'box' }),
      await berth.fail('providers.refreshModels', { providerId: 'box' }),
      await berth.fail('providers.removeCustom', { providerId: 'box' }),
    ]) {
      expect(failure).toMatchObject({ code: 'unknown_provider' })
      expect(failure.message).toContain('"box", or has it no more. Choose another one in Providers')
    }
    await berth.call('accounts.remove', { accountId })
    expect(await berth.call('accounts.list', {})).toEqual([])
  })
})

describe('a custom provider that asks its server', () => {
  it('asks at once, with no model typed in', async () => {
    await open()
    const server = await box(['a', 'b'])
    const saved = await berth.call('providers.saveCustom', mine(server.baseUrl))
    expect(saved).toMatchObject({ modelCount: 2, discovery: { stale: false } })
    expect(await modelIds()).toEqual(['a', 'b'])
    expect(server.shown).toEqual([undefined])
  })

  it('is saved also when its server does not answer, and says why', async () => {
    await open()
    const server = await box(['a'])
    server.broken = true
    const saved = await berth.call('providers.saveCustom', mine(server.baseUrl))
    expect(saved.discovery?.problem).toContain(`${server.baseUrl}/models did not list its models (500`)
    server.broken = false
    const fresh = await berth.call('providers.refreshModels', { providerId: 'box' })
    expect(fresh.discovery).not.toHaveProperty('problem')
    expect(await modelIds()).toEqual(['a'])
  })

  it('uses the key of its account, as soon as it has one', async () => {
    await open()
    const server = await box(['a'], GOOD)
    const saved = await berth.call('providers.saveCustom', mine(server.baseUrl))
    expect(saved.discovery?.problem).toContain('Give it a key.')
    await add('box', GOOD)
    await expect.poll(modelIds).toEqual(['a'])
    expect(server.shown.at(-1)).toBe(`Bearer ${GOOD}`)
    expect(berth.events.filter(({ name }) => name === 'providers.changed').length).toBeGreaterThan(1)
  })

  it('keeps its list when a later question fails', async () => {
    await open()
    const server = await box(['a'])
    await berth.call('providers.saveCustom', mine(server.baseUrl))
    server.broken = true
    const after = await berth.call('providers.refreshModels', { providerId: 'box' })
    expect(after).toMatchObject({ modelCount: 1, discovery: { problem: expect.any(String) } })
    expect(await modelIds()).toEqual(['a'])
  })

  it.each([
    ['no model and no discovery', mine('http://localhost:1/v1', { discover: false }), /at least one model/],
    ['a login in its address', mine('http://u:CANARY@localhost:1/v1'), /has a login in it/],
    ['a query', mine('http://localhost:1/v1?key=1'), /after \?/],
    ['another scheme', mine('ftp://localhost/v1'), /baseUrl/],
    ['an id with a dot', mine('http://localhost:1/v1', { id: 'a.b' }), /cannot be the id/],
  ])('is refused with %s', async (_, input, message) => {
    await open()
    expect(await berth.fail('providers.saveCustom', input)).toMatchObject({
      code: 'bad_request',
      message: expect.stringMatching(message),
    })
    expect((await berth.call('providers.list', {})).filter(({ custom }) => custom)).toEqual([])
  })

  it('is the only kind to be asked', async () => {
    await open()
    expect(await berth.fail('providers.refreshModels', { providerId: 'openai' })).toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('Only custom providers'),
    })
  })
})

describe('providers.discover', () => {
  it('asks with the key that is given, or none', async () => {
    await open()
    const server = await box(['a'], GOOD)
    expect(await berth.call('providers.discover', { baseUrl: `${server.baseUrl}/`, key: GOOD })).toEqual({
      models: [{ id: 'a', name: 'a' }],
    })
    expect(await berth.fail('providers.discover', { baseUrl: server.baseUrl, key: '' })).toMatchObject({
      code: 'credential_rejected',
      message: expect.stringContaining(`${server.baseUrl}/models refused`),
    })
  })

  it('asks with the account’s key at the provider’s own server, and never at another', async () => {
    await open()
    const own = await box(['a'], GOOD)
    const other = await box(['b'])
    await berth.call('providers.saveCustom', mine(own.baseUrl))
    await add('box', GOOD)
    await add('openai', GOOD)
    const asked = await berth.call('providers.discover', { baseUrl: own.baseUrl, providerId: 'box' })
    expect(asked.models).toHaveLength(1)
    for (const providerId of ['box', 'openai']) {
      expect(await berth.fail('providers.discover', { baseUrl: other.baseUrl, providerId })).toMatchObject({
        code: 'bad_request',
        message: expect.stringContaining('was not sent to'),
      })
    }
    expect(other.shown).toEqual([])
    expect(
      await berth.call('providers.discover', { baseUrl: other.baseUrl, providerId: 'box', key: 'another' }),
    ).toEqual({
      models: [{ id: 'b', name: 'b' }],
    })
    expect(other.shown).toEqual(['Bearer another'])
  })

  it.each([
    [{ baseUrl: 'not an address' }, /baseUrl/],
    [{ baseUrl: 'file:///etc/passwd' }, /baseUrl/],
    [{ baseUrl: 'http://u:p@localhost/v1' }, /login/],
    [{ baseUrl: 'http://localhost/v1#x' }, /after \?/],
    [{ baseUrl: 'http://localhost/v1', key: 'two words' }, /space/],
    [{ baseUrl: 'http://localhost/v1', providerId: 'NO' }, /providerId/],
  ])('refuses %j', async (input, message) => {
    await open()
    expect(await berth.fail('providers.discover', input)).toMatchObject({
      code: 'bad_request',
      message: expect.stringMatching(message),
    })
  })

  it('names the address of a server that does not answer', async () => {
    await open()
    const gone = await box([])
    await closers.pop()?.()
    expect(await berth.fail('providers.discover', { baseUrl: gone.baseUrl })).toMatchObject({
      code: 'provider_unreachable',
      message: expect.stringContaining(new URL(gone.baseUrl).host),
    })
  })
})

describe('providers.findLocal', () => {
  it('looks where OLLAMA_HOST says, and what it finds can be saved as it is', async () => {
    const server = createServer((request, response) => {
      const pages: Record<string, string> = {
        '/api/version': '{"version":"0.12.1"}',
        '/v1/models': '{"object":"list","data":[{"id":"qwen3:8b"}]}',
      }
      response.end(pages[request.url ?? ''] ?? '{"error":"not found"}')
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    closers.push(async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    })
    const { port } = server.address() as AddressInfo
    berth = makeTestApp({ OLLAMA_HOST: `127.0.0.1:${port}` })
    closers.push(berth.end)
    await berth.open()
    const found = await berth.call('providers.findLocal', {})
    const ollama = found.find(({ baseUrl }) => baseUrl === `http://127.0.0.1:${port}/v1`)
    expect(ollama).toMatchObject({ kind: 'ollama', models: [{ id: 'qwen3:8b' }] })
    const { baseUrl } = ollama ?? { baseUrl: '' }
    await berth.call('providers.saveCustom', mine(baseUrl))
    expect(await modelIds()).toEqual(['qwen3:8b'])
    const key = 'anything'
    expect(await berth.call('accounts.checkKey', { providerId: 'box', key })).toMatchObject({
      verdict: 'good',
    })
  })
})
