import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Account } from '../../src/preload/accounts.ts'
import type { Pool } from '../../src/preload/pools.ts'
import { fault, say } from '../support/model-server/replies.ts'
import { credentialOf } from '../support/model-server/request.ts'
import { startModelServer } from '../support/model-server/server.ts'
import type { ModelServer, Reply } from '../support/model-server/types.ts'
import { type ProjectClient, projectClient } from '../support/project-client.ts'
import { makeTempProject, type TempProject } from '../support/temp-project.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'

/** Pools, usage, budgets and what is said of them, in a whole Berth with a scripted vendor and a client like OpenCode. */

const WORK = `sk-ant-api03-work-${'x7Qd'.repeat(20)}`
const HOME = `sk-ant-api03-home-${'y8Re'.repeat(20)}`

let vendor: ModelServer
let berth: TestApp
let folder: TempProject
let client: ProjectClient | undefined
let work: Account
let home: Account
let projectId: string
/** Keys the vendor knows no more. */
let dead: Set<string>
/** What the vendor answers to each key; nothing for an answer in words. */
let faults: Map<string, Reply>

beforeEach(async () => {
  faults = new Map()
  dead = new Set()
  vendor = await startModelServer({
    acceptKeys: (key) => !dead.has(key ?? ''),
    respond: (request) => faults.get(credentialOf(request) ?? '') ?? say('hello'),
  })
  folder = await makeTempProject()
  berth = makeTestApp({
    BERTH_HOST_MAP: JSON.stringify({ 'api.anthropic.com': `127.0.0.1:${vendor.httpsPort}` }),
    BERTH_EXTRA_CA: vendor.caFile,
    BERTH_POOL_WAIT: '0',
    // The next request finds out whether a refused key is dead.
    BERTH_POOL_COOLDOWN_AUTH: '0',
  })
  await berth.open()
  work = await berth.call('accounts.add', { providerId: 'anthropic', label: 'work', key: WORK })
  home = await berth.call('accounts.add', { providerId: 'anthropic', label: 'home', key: HOME })
  const project = await berth.call('projects.create', {
    name: 'atlas',
    folder: folder.path,
    providerId: 'anthropic',
    modelId: 'claude-sonnet-4-5',
    runtime: 'docker',
    image: 'debian:bookworm-slim',
  })
  projectId = project.id
  client = await projectClient(berth, projectId)
})
afterEach(async () => {
  await client?.close()
  await berth.end()
  await vendor.close()
  await folder.remove()
})

const ask = (text: string, options?: Parameters<ProjectClient['ask']>[1]) => {
  if (client === undefined) throw new Error('there is no client')
  return client.ask(text, options)
}
const limited = (seconds: number): Reply =>
  fault(429, { message: 'You exceeded your quota.', headers: { 'retry-after': String(seconds) } })
const keysUsed = () => vendor.prompts().map((request) => credentialOf(request))
const pool = async (): Promise<Pool | undefined> =>
  (await berth.call('pools.list', {})).find(({ providerId }) => providerId === 'anthropic')
const coolingOf = async (account: Account) =>
  (await pool())?.accounts
    .find(({ accountId }) => accountId === account.id)
    ?.standings.flatMap(({ cooling }) => cooling ?? [])
const notices = () => berth.events.flatMap((event) => (event.name === 'notice' ? event.payload.text : []))
const rotate = () => berth.call('pools.update', { providerId: 'anthropic', rotate: true })
const ends = () => ({ from: Date.now() - 3_600_000, to: Date.now() + 3_600_000 })

describe('a limited account', () => {
  it('gives the request to the next one, cools with its reason over a restart, and is tried after a reset', async () => {
    expect(await pool()).toMatchObject({ strategy: 'sticky', rotate: false })
    await rotate()
    faults.set(WORK, limited(600))
    const answer = await ask('one')
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('hello')
    expect(keysUsed()).toEqual([WORK, HOME])
    const [cooling] = (await coolingOf(work)) ?? []
    expect(['quota', 'rate']).toContain(cooling?.kind)
    expect(cooling?.said).toContain('exceeded')
    expect((cooling?.until ?? 0) - Date.now()).toBeGreaterThan(590_000)
    expect(await coolingOf(home)).toEqual([])
    const [route] = await berth.call('projects.routes', { projectId })
    expect(route).toMatchObject({
      accountLabel: 'home',
      attempts: [
        { accountLabel: 'work', status: 429 },
        { accountLabel: 'home', status: 200 },
      ],
    })
    expect(route?.reason).toContain('work cooling')

    await client?.close()
    client = undefined
    await berth.close()
    await berth.open()
    expect(await coolingOf(work)).toEqual([cooling])
    client = await projectClient(berth, projectId)
    await ask('two')
    expect(keysUsed()).toEqual([WORK, HOME, HOME])

    faults.clear()
    await berth.call('pools.reset', { accountId: work.id })
    expect(await coolingOf(work)).toEqual([])
    await ask('three', { session: 'ses_2' })
    expect(keysUsed().at(-1)).toBe(WORK)
    const trail = await berth.call('audit.list', { filter: { subject: 'pool' } })
    expect(trail.map(({ action }) => action)).toEqual(['pool.reset', 'pool.changed'])
  })

  it('stays with its requests while the pool does not rotate, and the way out is offered once', async () => {
    faults.set(WORK, limited(600))
    expect(await ask('one')).toMatchObject({ status: 429 })
    const offers = () => notices().filter((text) => text.includes('has room'))
    await vi.waitFor(() => expect(offers()).toHaveLength(1))
    expect(offers()[0]).toMatch(
      /^work is limited by Anthropic until .*\d\d:\d\d \((quota|rate limit)\)\. home has room\. Let accounts of Anthropic take over/,
    )
    expect(await ask('two')).toMatchObject({ status: 429 })
    expect(await ask('three')).toMatchObject({ status: 429 })
    expect(keysUsed()).toEqual([WORK])
    // Told soon after each change; this one comes after all of them.
    await berth.call('pools.update', { providerId: 'anthropic', strategy: 'hybrid' })
    expect(offers()).toHaveLength(1)
  })

  it('is told of once when another takes over, and not at all when the user wants that', async () => {
    await rotate()
    faults.set(WORK, limited(600))
    for (const text of ['one', 'two', 'three']) await ask(text)
    const switches = () => notices().filter((text) => text.includes('is used meanwhile'))
    await vi.waitFor(() => expect(switches()).toHaveLength(1))
    expect(switches()[0]).toMatch(/^work was limited by Anthropic until .*\. home is used meanwhile\.$/)
    await ask('four')
    await berth.call('settings.update', { muteSwitches: true })
    await berth.call('pools.reset', { accountId: work.id })
    await ask('five', { session: 'ses_2' })
    // What would be told of it settles in a quarter of a second.
    await new Promise((done) => setTimeout(done, 400))
    expect(switches()).toHaveLength(1)
    const trail = await berth.call('audit.list', { filter: { subject: 'account', text: 'home' } })
    expect(trail.filter(({ action }) => action === 'account.used')).toHaveLength(1)
  })

  it('gets a new chance when it is chosen, and its requests with it', async () => {
    await rotate()
    faults.set(WORK, limited(600))
    await ask('one')
    faults.clear()
    await berth.call('accounts.activate', { accountId: work.id })
    expect(await coolingOf(work)).toEqual([])
    await ask('two')
    await berth.call('accounts.activate', { accountId: home.id })
    await ask('three')
    expect(keysUsed()).toEqual([WORK, HOME, WORK, HOME])
  })
})

it('a key the vendor takes is not taken out, whatever requests of a project are refused for', async () => {
  await rotate()
  faults.set(WORK, fault(401, { message: 'no such organization' }))
  await ask('one')
  await ask('two', { session: 'ses_2' })
  await vi.waitFor(() =>
    expect(notices().at(-1)).toMatch(/refused work twice.*so the account stays in use\./),
  )
  expect((await berth.call('accounts.list', {}))[0]).toMatchObject({ label: 'work', state: 'connected' })
  const asked = vendor.requests.length
  await ask('three', { session: 'ses_3' })
  expect(await coolingOf(work)).toMatchObject([{ kind: 'forbidden', said: 'no such organization' }])
  expect((await berth.call('accounts.list', {}))[0]).toMatchObject({ state: 'connected' })
  // Not asked again.
  expect(vendor.requests.slice(asked).map(credentialOf)).toEqual([WORK, HOME])
})

it('a dead key is taken out with a word of what to do, and its account comes back with a new key', async () => {
  await rotate()
  faults.set(WORK, fault(401, { message: 'invalid x-api-key' }))
  dead.add(WORK)
  await ask('one')
  await ask('two', { session: 'ses_2' })
  await vi.waitFor(() =>
    expect(notices().at(-1)).toMatch(/refused work twice.*Replace its key in Providers\.$/),
  )
  const told = berth.events.findLast(({ name }) => name === 'notice')
  expect(told?.payload).toMatchObject({ accountId: work.id, projectId })
  expect((await berth.call('accounts.list', {}))[0]).toMatchObject({ label: 'work', state: 'revoked' })
  await berth.call('accounts.replaceKey', { accountId: work.id, key: `${WORK}2` })
  expect(await coolingOf(work)).toEqual([])
  expect((await berth.call('accounts.list', {}))[0]).toMatchObject({ state: 'connected' })
})

it('vendors’ windows are shown for each account, and a pool is told of when it changes', async () => {
  vendor.script(
    fault(400, {
      headers: {
        'anthropic-ratelimit-requests-limit': '50',
        'anthropic-ratelimit-requests-remaining': '49',
        'anthropic-ratelimit-requests-reset': '2099-01-01T00:00:00Z',
      },
    }),
  )
  await ask('one')
  const window = { name: 'requests', limit: 50, remaining: 49, resetsAt: Date.UTC(2099, 0, 1) }
  const quotas = async () => (await pool())?.accounts.map(({ quota }) => quota)
  expect(await quotas()).toMatchObject([[window], []])
  await vi.waitFor(() =>
    expect(berth.events.findLast(({ name }) => name === 'pool.changed')?.payload).toMatchObject({
      accounts: [{ accountId: work.id, quota: [window] }, { accountId: home.id }],
    }),
  )
  await berth.close()
  await berth.open()
  expect(await quotas()).toMatchObject([[window], []])
  await berth.call('accounts.activate', { accountId: work.id })
  expect(await quotas()).toMatchObject([[window], []])
  // What the old key may use says nothing of the new one's.
  await berth.call('accounts.replaceKey', { accountId: work.id, key: `${WORK}2` })
  expect(await quotas()).toEqual([[], []])
  await berth.close()
  await berth.open()
  expect(await quotas()).toEqual([[], []])
  await berth.call('accounts.remove', { accountId: work.id })
  expect(await pool()).toMatchObject({ accounts: [{ accountId: home.id }] })
})

describe('the numbers of pools', () => {
  const quick = (ms: number): Reply =>
    fault(429, { message: 'Too quick.', headers: { 'retry-after-ms': String(ms) } })
  const numberOf = async (name: string) =>
    (await berth.call('pools.numbers', {})).find((one) => one.name === name)

  it('count from the next request on, are kept, and are told of', async () => {
    await rotate()
    vendor.script(quick(20), say('again'), quick(20), say('home'))
    await ask('one')
    expect(keysUsed()).toEqual([WORK, WORK])
    await berth.call('pools.setNumbers', { numbers: { pace: 0, 'health.rateLimit': -30 } })
    await ask('two')
    expect(keysUsed()).toEqual([WORK, WORK, WORK, HOME])
    const standing = (await pool())?.accounts[0]?.standings[0]
    // 70, 1 for the first answer, 30 for the limit.
    expect(Math.round(standing?.health ?? 0)).toBe(41)
    expect(berth.events.findLast(({ name }) => name === 'poolNumbers.changed')?.payload).toContainEqual({
      name: 'pace',
      value: 0,
      standard: 5000,
      variable: 'BERTH_POOL_PACE',
      fixed: false,
    })
    await berth.close()
    await berth.open()
    expect(await numberOf('pace')).toMatchObject({ value: 0 })
    await berth.call('pools.setNumbers', { numbers: { pace: null } })
    expect(await numberOf('pace')).toMatchObject({ value: 5000 })
    const [last] = await berth.call('audit.list', { filter: { subject: 'settings' } })
    expect(last?.detail).toBe('Pools: pace is 5000 and was 0.')
  })

  it('are refused by name where a variable fixes them or they cannot be', async () => {
    expect(await numberOf('wait')).toMatchObject({ value: 0, fixed: true, variable: 'BERTH_POOL_WAIT' })
    const refused = async (numbers: Record<string, number | number[]>) =>
      (await berth.fail('pools.setNumbers', { numbers })).message
    expect(await refused({ wait: 5, pace: 1 })).toContain('is set by BERTH_POOL_WAIT')
    expect(await refused({ 'health.start': 120 })).toBe(
      '“Health of a new account” (health.start) cannot be 120: it would be above “Best health” (health.max), 100.',
    )
    expect(await refused({ speed: 1 })).toContain('speed')
    expect(await numberOf('pace')).toMatchObject({ value: 5000 })
  })
})

describe('usage', () => {
  it('adds up by account, with the catalog’s prices, and comes as CSV', async () => {
    await rotate()
    await ask('one')
    faults.set(WORK, limited(600))
    await ask('two', { session: 'ses_2' })
    await ask('three', { model: 'no-such-model' })
    const rows = await berth.call('usage.query', { ...ends(), dimension: 'account' })
    const of = (account: Account) => rows.find(({ key }) => key === account.id)
    expect(of(work)).toMatchObject({ label: 'work', requests: 1, retries: 0, failed: 0, unpriced: 0 })
    expect(of(home)).toMatchObject({ label: 'home', requests: 2, retries: 2, failed: 0, unpriced: 1 })
    const { tokens, cost = 0 } = of(work) ?? {}
    expect(tokens?.input).toBeGreaterThan(0)
    // Claude Sonnet 4.5: 3 and 15 dollars a million.
    expect(cost).toBeCloseTo(((tokens?.input ?? 0) * 3 + (tokens?.output ?? 0) * 15) / 1e6, 9)
    const { name, text } = await berth.call('usage.export', { ...ends(), dimension: 'account' })
    expect(name).toMatch(/^berth-usage-\d{4}-\d\d-\d\d\.csv$/)
    const lines = text.split('\r\n')
    expect(lines[0]).toMatch(/^key,label,by,by_label,requests,/)
    expect(lines.filter((line) => line.startsWith(home.id))).toHaveLength(1)
    expect(lines).toHaveLength(4)
    expect(berth.events.some(({ name: event }) => event === 'usage.changed')).toBe(true)
  })

  it('stops at a budget with a sentence OpenCode shows, goes on when it is raised, and is told of', async () => {
    const day = { scope: 'project', targetId: projectId, period: 'day', unit: 'tokens' } as const
    await berth.call('budgets.set', { ...day, limit: 1 })
    expect(await ask('one')).toMatchObject({ status: 200 })
    const stopped = await ask('two')
    expect(stopped.status).toBe(403)
    expect(stopped.text).toContain('The budget of atlas is used up: ')
    expect(stopped.text).toContain(" of 1 tokens a day. Raise it in Berth's Usage to go on")
    expect(vendor.prompts()).toHaveLength(1)
    expect(await berth.call('budgets.list', {})).toMatchObject([{ ...day, state: 'reached' }])
    const told = berth.events.flatMap((event) => (event.name === 'notice' ? [event.payload] : []))
    const [{ id: budgetId } = { id: '' }] = await berth.call('budgets.list', {})
    expect(told.filter(({ text }) => text.startsWith('The budget of atlas'))).toMatchObject([
      { level: 'error', projectId, budgetId, text: expect.stringContaining('until you raise it in Usage.') },
    ])
    expect(berth.events.some(({ name }) => name === 'budgets.changed')).toBe(true)
    const [budget] = await berth.call('budgets.set', { ...day, limit: 1_000_000 })
    expect(await ask('three')).toMatchObject({ status: 200 })
    expect(await berth.call('budgets.remove', { id: budget?.id ?? '' })).toEqual([])
    expect(await berth.fail('budgets.remove', { id: budget?.id ?? '' })).toMatchObject({ code: 'not_found' })
    const trail = await berth.call('audit.list', { filter: { subject: 'budget' } })
    expect(trail.map(({ action, projectName }) => `${action} ${projectName}`)).toEqual([
      'budget.removed atlas',
      'budget.set atlas',
      'budget.set atlas',
    ])
  })

  it('forgets a budget with the account it was for', async () => {
    const month = { period: 'month', unit: 'usd', limit: 10 } as const
    await berth.call('budgets.set', { ...month, scope: 'account', targetId: home.id })
    await berth.call('budgets.set', { ...month, scope: 'account', targetId: work.id })
    await berth.call('accounts.remove', { accountId: home.id })
    expect(await berth.call('budgets.list', {})).toMatchObject([{ targetId: work.id }])
  })
})

describe('refuses', () => {
  it.each([
    ['project', 'bcd'],
    ['account', 'bcd'],
  ] as const)('a budget of no %s', async (scope, targetId) => {
    const budget = { scope, targetId, period: 'day', unit: 'usd', limit: 1 } as const
    expect(await berth.fail('budgets.set', budget)).toMatchObject({ code: 'not_found' })
    expect(await berth.call('budgets.list', {})).toEqual([])
  })

  it('what there is not, and what is no number', async () => {
    const budget = { scope: 'project', targetId: projectId, period: 'day', unit: 'usd' } as const
    for (const limit of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(await berth.fail('budgets.set', { ...budget, limit })).toMatchObject({ code: 'bad_request' })
    expect(await berth.fail('pools.update', { providerId: 'nope', rotate: true })).toMatchObject({
      code: 'unknown_provider',
    })
    expect(await berth.fail('pools.reset', { accountId: 'nope' })).toMatchObject({ code: 'not_found' })
  })
})
