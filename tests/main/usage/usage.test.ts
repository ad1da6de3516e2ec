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

const open = (): UsageBook =>
  createUsageBook({
    db,
    pricesOf: (_, modelId) => (modelId === 'free' ? undefined : { input: 1, output: 10, cacheRead: 0.1 }),
    now: () => now,
    newId: () => `b${++ids}`,
    onBudget: (budget) => told.push(budget),
    onChange: () => undefined,
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
    expect(book.exhausted('p1', 'a9')).toMatchObject({ ...usd, limit: 5, state: 'reached' })
    expect(book.exhausted('p2', 'a1')).toBeUndefined()
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
  })

  it('go when they are removed', () => {
    const [budget] = book.setBudget({ ...usd, limit: 1 })
    book.record(entry())
    expect(book.removeBudget(budget?.id ?? '')).toEqual([])
    expect(book.exhausted('p1', 'a1')).toBeUndefined()
    expect(() => book.removeBudget('none')).toThrow(/no such budget/)
  })
})
