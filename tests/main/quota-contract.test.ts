import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Account } from '../../src/preload/accounts.ts'
import { startModelServer } from '../support/model-server/server.ts'
import type { ModelServer, Page } from '../support/model-server/types.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'

/** What is left of accounts, asked of vendors by a whole Berth over TLS. */

const CANARY = 'CANARY0123456789abcdefQUOTA'
const KEY = `sk-or-v1-${CANARY}`
const FORK = `sk-${CANARY}`

let berth: TestApp
let vendor: ModelServer
let page: Page | undefined
let account: Account

beforeEach(async () => {
  page = { body: { data: { limit: 20, limit_remaining: 12.5, usage: 7.5 } } }
  vendor = await startModelServer({ page: () => page })
  const at = `127.0.0.1:${vendor.httpsPort}`
  berth = makeTestApp({
    BERTH_HOST_MAP: JSON.stringify({ 'openrouter.ai': at, 'api.deepseek.com': at, 'api.openai.com': at }),
    BERTH_EXTRA_CA: vendor.caFile,
  })
  await berth.open()
  account = await berth.call('accounts.add', { providerId: 'openrouter', label: 'work', key: KEY })
})
afterEach(async () => {
  const told = JSON.stringify([berth.answers, berth.events])
  await berth.close()
  const files = readdirSync(berth.dataDir, { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  )
  const kept = files.map((one) => readFileSync(join(one.parentPath, one.name), 'latin1')).join('\n')
  await berth.end()
  await vendor.close()
  // No answer, no event, no file and no log ever holds the key.
  expect(told).not.toContain(CANARY)
  expect(kept).not.toContain(CANARY)
})

const ask = (id = account.id) => berth.call('accounts.quota', { accountId: id })
const pools = () => berth.call('pools.list', {})
const WINDOW = { name: 'key limit', unit: 'USD', limit: 20, remaining: 12.5, asked: true }

it('what is left is asked of the account’s own vendor with its own key, told and kept over a restart', async () => {
  expect(await pools()).toMatchObject([{ asks: true, accounts: [{ quota: [] }] }])
  const quota = await ask()
  expect(quota).toMatchObject({ windows: [WINDOW], askedAt: expect.any(Number) })
  expect(quota.problem).toBeUndefined()
  const [request] = vendor.requests
  expect(request).toMatchObject({
    listener: 'https',
    host: 'openrouter.ai',
    method: 'GET',
    path: '/api/v1/key',
  })
  expect(request?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'user-agent': 'Berth' })
  expect(await pools()).toMatchObject([{ accounts: [{ quota: [WINDOW] }] }])
  await berth.close()
  await berth.open()
  expect(await pools()).toMatchObject([{ accounts: [{ quota: [WINDOW] }] }])
  expect(vendor.requests).toHaveLength(1)
})

it('a vendor is asked once a minute, and for another key at once', async () => {
  const first = await ask()
  expect(await ask()).toEqual(first)
  expect(vendor.requests).toHaveLength(1)
  await berth.call('accounts.replaceKey', { accountId: account.id, key: `${KEY}2` })
  await ask()
  expect(vendor.requests.map(({ headers }) => headers.authorization)).toEqual([
    `Bearer ${KEY}`,
    `Bearer ${KEY}2`,
  ])
})

describe('a failure', () => {
  it.each<[string, Page, RegExp]>([
    [
      'a refusal',
      { status: 401, body: { error: { message: `no ${KEY}` } } },
      /^OpenRouter does not tell this key .*401: no \[secret\]/,
    ],
    ['a web page', { body: '<html>hello</html>' }, /does not understand/],
    [
      'more than is read',
      { body: { data: { limit_remaining: 1 }, more: 'x'.repeat(300_000) } },
      /does not understand/,
    ],
    [
      'a way elsewhere',
      { status: 302, headers: { location: 'https://127.0.0.1:9/' }, body: '' },
      /elsewhere/,
    ],
  ])('%s is a sentence, and changes nothing about the account', async (_, answer, problem) => {
    const before = await berth.call('accounts.list', {})
    page = answer
    const quota = await ask()
    expect(quota).toMatchObject({ windows: [], askedAt: expect.any(Number) })
    expect(quota.problem).toMatch(problem)
    expect(await berth.call('accounts.list', {})).toEqual(before)
    expect(await pools()).toMatchObject([{ accounts: [{ standings: [], quota: [] }] }])
    expect(await berth.call('audit.list', { filter: { subject: 'account' } })).toHaveLength(1)
    expect(vendor.requests).toHaveLength(1)
  })

  it('keeps what was told before', async () => {
    await ask()
    page = { status: 500, body: {} }
    await berth.call('accounts.check', { accountId: account.id })
    expect(await pools()).toMatchObject([{ accounts: [{ quota: [WINDOW] }] }])
  })
})

it('nobody is asked for a disabled account, with a locked vault, or where there is no address for it', async () => {
  const other = await berth.call('accounts.add', { providerId: 'openai', label: 'plain', key: FORK })
  expect(await ask(other.id)).toEqual({ windows: [] })
  await berth.call('accounts.setEnabled', { accountId: account.id, enabled: false })
  expect(await ask()).toEqual({ windows: [], problem: 'work is disabled.' })
  await berth.call('accounts.setEnabled', { accountId: account.id, enabled: true })
  await berth.call('vault.lock', {})
  expect(await berth.fail('accounts.quota', { accountId: account.id })).toMatchObject({
    code: 'vault_locked',
  })
  expect(await berth.fail('accounts.quota', { accountId: 'nobody' })).toMatchObject({ code: 'not_found' })
  expect(vendor.requests).toEqual([])
})

it('a provider of the user’s own with a vendor’s id is not asked', async () => {
  const own = { id: 'mine', name: 'Mine', baseUrl: `http://127.0.0.1:${vendor.httpPort}/v1` }
  await berth.call('providers.saveCustom', { ...own, models: [{ id: 'm', name: 'M' }] })
  const mine = await berth.call('accounts.add', { providerId: 'mine', label: 'box', key: FORK })
  expect(await ask(mine.id)).toEqual({ windows: [] })
  expect(vendor.requests).toEqual([])
})

it('a test of the key tells what is left with the same question', async () => {
  await berth.call('accounts.check', { accountId: account.id })
  expect(await pools()).toMatchObject([{ accounts: [{ quota: [WINDOW] }] }])
  expect(vendor.requests).toHaveLength(1)
})
