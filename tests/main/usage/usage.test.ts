import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Database, openDatabase } from '../../../src/main/db/database.ts'
import type { UsageBook, UsageEntry } from '../../../src/main/usage/types.ts'
import { createUsageBook } from '../../../src/main/usage/usage.ts'
import type { Budget } from '../../../src/preload/usage.ts'

const NOON = new Date(2026, 10, 20, 12).getTime()
const DAY = 86_400_000

let db: Database
let book: UsageBook
let now = NOON
const told: Budget[] = []
let ids = 0
let changes = 0

const open = (): UsageBook =>
  createUsageBook({
    db,
    pricesOf: (_, modelId) => (modelId === 'free' ? undefined : { input: 1, output: 10, cacheRead: 0.1 }),
    now: () => now,
    newId: () => `b${++ids}`,
    onBudget: (budget) => told.push(budget),
    onChange: () => {
      changes += 1
    },
    log: pino({ level: 'silent' }),
  })

beforeEach(() => {
  vi.useFakeTimers()
  now = NOON
  told.length = 0
  db = openDatabase(':memory:')
  book = open()
})
afterEach(() => {
  book.close()
  db.close()
  vi.useRealTimers()
})

const entry = (some: Partial<UsageEntry> = {}): UsageEntry => ({
  at: now,
  projectId: 'p1',
  projectName: 'atlas',
  providerId: 'anthropic',
  accountId: 'a1',
  accountLabel: 'work',
  modelId: 'claude',
  status: 200,
  attempts: 1,
  tokens: { input: 1_000_000, output: 100_000, cacheRead: 1_000_000, cacheWrite: 0, reasoning: 0 },
  firstByteMs: 100,
  durationMs: 300,
  ...some,
})
const all = { from: 0, to: NOON + 40 * DAY }

describe('the book of usage', () => {
  it('sums by each dimension, with cost by the prices', () => {
    book.record(entry())
    book.record(
      entry({ accountId: 'a2', accountLabel: 'home', attempts: 3, status: 429, firstByteMs: undefined }),
    )
    book.record(entry({ modelId: 'free', at: NOON - DAY }))
    const by = (dimension: 'day' | 'account' | 'model' | 'project') => book.query({ ...all, dimension })
    expect(by('project')).toMatchObject([
      { key: 'p1', label: 'atlas', requests: 3, retries: 2, failed: 1, unpriced: 1 },
    ])
    expect(by('project')[0]?.cost).toBeCloseTo(2 * 2.1)
    expect(by('project')[0]).toMatchObject({ firstByteMs: 100, durationMs: 300 })
    expect(by('account').map(({ key, requests }) => [key, requests])).toEqual([
      ['a1', 2],
      ['a2', 1],
    ])
    expect(by('day').map(({ key }) => key)).toEqual(['2026-11-19', '2026-11-20'])
    expect(by('model').map(({ key, cost }) => [key, cost === undefined])).toEqual([
      ['anthropic/claude', false],
      ['anthropic/free', true],
    ])
  })

  it('splits by a second dimension, filters, and calls things as they were called last', () => {
    book.record(entry())
    now += 1000
    book.record(entry({ accountLabel: 'office', projectId: 'p2', projectName: 'blog' }))
    const rows = book.query({ ...all, dimension: 'account', by: 'project' })
    expect(rows.map(({ label, by }) => [label, by])).toEqual(
      expect.arrayContaining([
        ['work', 'p1'],
        ['office', 'p2'],
      ]),
    )
    expect(book.query({ ...all, dimension: 'account' })[0]?.label).toBe('office')
    expect(book.query({ ...all, dimension: 'day', projectId: 'p2' })[0]?.requests).toBe(1)
    expect(book.query({ from: NOON, to: NOON + 1, dimension: 'day' })[0]?.requests).toBe(1)
  })

  it('is on the disk within a second', () => {
    book.record(entry())
    const rows = () => db.prepare('SELECT count(*) AS n FROM usage').get()?.n
    expect(rows()).toBe(0)
    vi.advanceTimersByTime(1000)
    expect(rows()).toBe(1)
  })

  it('keeps what the disk does not take, and writes it later', () => {
    db.exec('ALTER TABLE usage RENAME TO away')
    book.record(entry())
    vi.advanceTimersByTime(1000)
    db.exec('ALTER TABLE away RENAME TO usage')
    vi.advanceTimersByTime(30_000)
    expect(book.query({ ...all, dimension: 'day' })[0]?.requests).toBe(1)
  })
})

describe('budgets', () => {
  const usd = { scope: 'project', targetId: 'p1', period: 'day', unit: 'usd' } as const

  it('warn at 80 %, are reached at 100 %, and say so once each', () => {
    book.setBudget({ ...usd, limit: 5 })
    book.record(entry())
    expect(book.exhausted('p1', 'a1')).toBeUndefined()
    book.record(entry())
    expect(told.map(({ state }) => state)).toEqual(['warned'])
    book.record(entry())
    book.record(entry())
    expect(told.map(({ state }) => state)).toEqual(['warned', 'reached'])
    expect(book.exhausted('p1', 'a9')).toMatchObject({
      budget: { ...usd, limit: 5, state: 'reached' },
      isPassing: false,
    })
    expect(book.exhausted('p2', 'a1')).toBeUndefined()
  })

  it('that a restart finds near their end are not told of again', () => {
    book.setBudget({ ...usd, limit: 5 })
    for (const _ of [1, 2]) book.record(entry())
    book.close()
    book = open()
    book.record(entry({ tokens: { input: 1, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 } }))
    expect(told.map(({ state }) => state)).toEqual(['warned'])
    book.record(entry())
    expect(told.map(({ state }) => state)).toEqual(['warned', 'reached'])
  })

  it('are told of at once where they are set below what is used, or near it', () => {
    book.record(entry())
    book.setBudget({ ...usd, limit: 100 })
    expect(told).toEqual([])
    book.setBudget({ ...usd, limit: 2.5 })
    expect(told).toMatchObject([{ state: 'warned', limit: 2.5 }])
    book.setBudget({ ...usd, limit: 2 })
    expect(told[1]).toMatchObject({ state: 'reached', limit: 2, spent: expect.closeTo(2.1) })
    // Nothing new is said of it by the next request, nor by another budget.
    book.setBudget({ ...usd, targetId: 'p2', limit: 5 })
    book.record(entry())
    expect(told).toHaveLength(2)
  })

  it('know what was spent before they were made and before a restart', () => {
    for (const _ of [1, 2, 3]) book.record(entry())
    book.close()
    book = open()
    const [budget] = book.setBudget({
      scope: 'account',
      targetId: 'a1',
      period: 'month',
      unit: 'tokens',
      limit: 1e6,
    })
    expect(budget).toMatchObject({ spent: 6_300_000, state: 'reached' })
    book.record(entry())
    expect(book.budgets()[0]?.spent).toBe(8_400_000)
  })

  it('begin anew with the day, and are raised in place', () => {
    book.setBudget({ ...usd, limit: 2 })
    book.record(entry())
    expect(book.exhausted('p1', 'a1')).toBeDefined()
    expect(book.setBudget({ ...usd, limit: 10 })).toHaveLength(1)
    expect(book.exhausted('p1', 'a1')).toBeUndefined()
    book.setBudget({ ...usd, limit: 2 })
    now = book.budgets()[0]?.endsAt ?? 0
    expect(now).toBe(new Date(2026, 10, 21).getTime())
    expect(book.exhausted('p1', 'a1')).toBeUndefined()
    expect(book.budgets()[0]).toMatchObject({ spent: 0, state: 'ok' })
    // And are told of anew.
    told.length = 0
    book.record(entry())
    expect(told.map(({ state }) => state)).toEqual(['reached'])
  })

  it('say that they begin anew when their period ends, though nothing is asked', () => {
    book.setBudget({ ...usd, limit: 2 })
    book.record(entry())
    book.flush()
    changes = 0
    now = new Date(2026, 10, 21).getTime() - 1
    vi.advanceTimersByTime(12 * 3_600_000)
    expect(changes).toBe(0)
    now += 1
    vi.advanceTimersByTime(600_000)
    expect(changes).toBe(1)
    expect(book.budgets()).toMatchObject([{ spent: 0, state: 'ok', endsAt: now + DAY }])
    vi.advanceTimersByTime(3_600_000)
    expect(changes).toBe(1)
  })

  it('go when they are removed', () => {
    const [budget] = book.setBudget({ ...usd, limit: 1 })
    book.record(entry())
    expect(book.removeBudget(budget?.id ?? '')).toEqual([])
    expect(book.exhausted('p1', 'a1')).toBeUndefined()
    expect(() => book.removeBudget('none')).toThrow(/no such budget/)
  })
})

describe('requests under way', () => {
  const usd = { scope: 'project', targetId: 'p1', period: 'day', unit: 'usd' } as const
  const asked = { projectId: 'p1', providerId: 'anthropic', accountId: 'a1', modelId: 'claude' }

  it('hold what the last ones of their kind used, until they end', () => {
    book.setBudget({ ...usd, limit: 5 })
    book.record(entry({ tokens: { input: 500_000, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 } }))
    book.record(entry({ tokens: { input: 1_500_000, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 } }))
    // $2 are used; each of these will probably use $1.
    const two = [book.underWay(asked), book.underWay({ ...asked, accountId: 'a2' })]
    expect(book.exhausted('p1', 'a1')).toBeUndefined()
    const third = book.underWay(asked)
    expect(book.exhausted('p1', 'a1')).toMatchObject({ budget: { spent: 2, state: 'ok' }, isPassing: true })
    expect(book.exhausted('p2', 'a1')).toBeUndefined()
    third()
    third()
    expect(book.exhausted('p1', 'a1')).toBeUndefined()
    for (const ended of two) ended()
    book.record(entry({ tokens: { input: 2_900_000, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 } }))
    expect(book.exhausted('p1', 'a1')).toBeUndefined()
    expect(told.map(({ state }) => state)).toEqual(['warned'])
  })

  it('hold nothing where nothing is known of their kind, and failed ones teach nothing', () => {
    const none = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 }
    book.setBudget({ ...usd, scope: 'account', targetId: 'a1', unit: 'tokens', limit: 100 })
    book.record(entry({ tokens: { ...none, output: 40 } }))
    for (const _ of [1, 2, 3]) book.record(entry({ status: 429, tokens: none }))
    book.underWay({ ...asked, modelId: 'other' })
    book.underWay({ ...asked, projectId: 'p9' })
    expect(book.exhausted('p1', 'a1')).toBeUndefined()
    book.underWay(asked)
    expect(book.exhausted('p1', 'a1')).toBeUndefined()
    book.underWay(asked)
    expect(book.exhausted('p1', 'a1')).toMatchObject({ isPassing: true })
  })

  it('do not hide that a budget is used up for good', () => {
    book.setBudget({ ...usd, limit: 2 })
    book.setBudget({ ...usd, scope: 'account', targetId: 'a1', limit: 4 })
    book.record(entry())
    book.underWay(asked)
    expect(book.exhausted('p1', 'a1')).toMatchObject({ budget: { scope: 'project' }, isPassing: false })
  })
})
