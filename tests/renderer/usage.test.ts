import { describe, expect, it } from 'vitest'
import type { BerthBridge } from '../../src/preload/contract.ts'
import type { EgressDestination } from '../../src/preload/egress.ts'
import type { Budget, UsageRow } from '../../src/preload/usage.ts'
import {
  canAllow,
  destinationLine,
  isKeptOut,
  sortDestinations,
} from '../../src/renderer/src/features/projects/egress-words.ts'
import {
  budgetInTheWay,
  budgetLine,
  budgetWarning,
  parseLimit,
  raisedLimit,
  typedLimit,
} from '../../src/renderer/src/features/usage/budget-words.ts'
import { daysOf, spanOf } from '../../src/renderer/src/features/usage/usage-range.ts'
import { nextSorting, sortRows, totalOf } from '../../src/renderer/src/features/usage/usage-sort.ts'
import { heightsOf, stacksOf } from '../../src/renderer/src/features/usage/usage-stacks.ts'
import { createUsageStore } from '../../src/renderer/src/features/usage/usage-store.ts'
import { costWords, dayWords, unpricedWords } from '../../src/renderer/src/features/usage/usage-words.ts'
import { fixesFor } from '../../src/renderer/src/lib/fixes.ts'

const NOW = new Date(2026, 2, 2, 15, 30).getTime()

const row = (given: Partial<UsageRow>): UsageRow => ({
  key: 'k',
  label: 'k',
  requests: 1,
  retries: 0,
  failed: 0,
  unpriced: 0,
  tokens: { input: 10, output: 5, cacheRead: 100, cacheWrite: 1, reasoning: 3 },
  ...given,
})

describe('ranges', () => {
  it('hold whole days of this machine, today included', () => {
    expect(daysOf('today', NOW)).toEqual(['2026-03-02'])
    expect(daysOf('week', NOW)).toEqual([
      '2026-02-24',
      '2026-02-25',
      '2026-02-26',
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
      '2026-03-02',
    ])
    const { from, to } = spanOf('month', NOW)
    expect(daysOf('month', NOW)).toHaveLength(30)
    expect(new Date(from).getHours()).toBe(0)
    expect(new Date(to).getDate()).toBe(2)
    expect(new Date(to + 1).getDate()).toBe(3)
  })
})

describe('stacks', () => {
  const days = ['2026-03-01', '2026-03-02']
  const same = (_key: string, label: string) => label

  it('sum each group by day, the biggest first, and leave nothing that is nothing', () => {
    const rows = [
      row({ key: '2026-03-01', by: 'a', byLabel: 'A', cost: 1 }),
      row({ key: '2026-03-02', by: 'b', byLabel: 'B', cost: 3 }),
      row({ key: '2026-03-02', by: 'a', byLabel: 'A', cost: 0.5 }),
      row({ key: '2026-03-02', by: 'free', byLabel: 'Free', unpriced: 1 }),
      row({ key: '2026-02-01', by: 'a', byLabel: 'A', cost: 99 }),
    ]
    const stacks = stacksOf(rows, days, 'cost', same)
    expect(stacks.map(({ label, values, total }) => ({ label, values, total }))).toEqual([
      { label: 'B', values: [0, 3], total: 3 },
      { label: 'A', values: [1, 0.5], total: 1.5 },
    ])
    expect(stacksOf(rows, days, 'tokens', same).map(({ label }) => label)).toContain('Free')
    const { heights, order } = heightsOf(stacks, 2)
    expect(order.map(({ label }) => label)).toEqual(['A', 'B'])
    expect(heights).toEqual([
      [1, 3.5],
      [0, 3],
    ])
  })

  it('put the small ones together where there are more than colours', () => {
    const rows = Array.from({ length: 11 }, (_, index) =>
      row({ key: '2026-03-01', by: `g${index}`, byLabel: `g${index}`, cost: 20 - index }),
    )
    const stacks = stacksOf(rows, days, 'cost', same)
    expect(stacks).toHaveLength(8)
    expect(stacks.at(-1)).toMatchObject({ label: '4 others', colour: 8, total: 13 + 12 + 11 + 10 })
    expect(new Set(stacks.map(({ colour }) => colour)).size).toBe(8)
    expect(stacks.reduce((sum, { total }) => sum + total, 0)).toBe(165)
  })

  it('are read aloud by day', () => {
    const stacks = stacksOf([row({ key: '2026-03-01', by: 'a', byLabel: 'A', cost: 1 })], days, 'cost', same)
    expect(dayWords('Sun', 0, stacks, 'cost')).toBe('Sun: $1.00. A $1.00')
    expect(dayWords('Mon', 1, stacks, 'cost')).toBe('Mon: nothing')
  })
})

describe('costs', () => {
  it('never say less than is known, nor more', () => {
    expect(costWords({ cost: 3.2, unpriced: 0 })).toBe('$3.20')
    expect(costWords({ cost: 3.2, unpriced: 2 })).toBe('$3.20 and more')
    expect(costWords({ unpriced: 2 })).toBe('not known')
    expect(costWords({ unpriced: 0 })).toBe('$0')
    expect(unpricedWords([row({}), row({ unpriced: 1 })])).toMatch(/^1 request is not in the cost/)
    expect(unpricedWords([row({ unpriced: 2 }), row({ unpriced: 3 })])).toMatch(/^5 requests are not/)
    expect(unpricedWords([row({})])).toBeUndefined()
  })
})

describe('the table', () => {
  const rows = [
    { name: 'b', row: row({ key: 'b', cost: 2, requests: 1, firstByteMs: 100 }) },
    { name: 'c', row: row({ key: 'c', requests: 7 }) },
    { name: 'a', row: row({ key: 'a', cost: 5, requests: 3, firstByteMs: 500 }) },
  ]
  const by = (column: 'cost' | 'name' | 'requests', down: boolean) =>
    sortRows(rows, { column, down }).map(({ name }) => name)

  it('sorts both ways, and puts what is not known last either way', () => {
    expect(by('cost', true)).toEqual(['a', 'b', 'c'])
    expect(by('cost', false)).toEqual(['b', 'a', 'c'])
    expect(by('name', false)).toEqual(['a', 'b', 'c'])
    expect(by('requests', true)).toEqual(['c', 'a', 'b'])
  })

  it('turns round a column that is chosen again', () => {
    expect(nextSorting({ column: 'cost', down: true }, 'cost')).toEqual({ column: 'cost', down: false })
    expect(nextSorting({ column: 'cost', down: true }, 'name')).toEqual({ column: 'name', down: false })
    expect(nextSorting({ column: 'name', down: false }, 'failed')).toEqual({ column: 'failed', down: true })
  })

  it('sums, and weighs means by requests', () => {
    const total = totalOf(rows.map((one) => one.row))
    expect(total).toMatchObject({ requests: 11, cost: 7, firstByteMs: 400 })
    expect(total.tokens.cacheRead).toBe(300)
    expect(totalOf([row({})]).cost).toBeUndefined()
  })
})

describe('budgets', () => {
  const budget = (given: Partial<Budget> = {}): Budget => ({
    id: 'b',
    scope: 'project',
    targetId: 'p',
    period: 'day',
    unit: 'usd',
    limit: 5,
    spent: 4.31,
    state: 'warned',
    endsAt: NOW + 3 * 3_600_000,
    ...given,
  })

  it('say what is used, and what follows', () => {
    expect(budgetLine(budget(), NOW)).toBe('$4.31 of $5 used today, 86 %. It begins anew in 3 h.')
    expect(budgetLine(budget({ unit: 'tokens', limit: 2e6, spent: 2.01e6, period: 'month' }), NOW)).toMatch(
      /^2M of 2M tokens used this month, 100 %/,
    )
    expect(budgetWarning(budget(), 'atlas')).toBe('Nearly used up. At 100 % requests of atlas are refused.')
    expect(budgetWarning(budget({ state: 'reached', scope: 'account' }), 'work')).toMatch(
      /^Used up\. Requests with work are refused/,
    )
    expect(budgetWarning(budget({ state: 'ok' }), 'atlas')).toBeUndefined()
  })

  it('offer a round limit that is above what is used', () => {
    for (const [limit, spent] of [
      [5, 4.31],
      [5, 61],
      [0.02, 0.02],
      [2e6, 2_012_400],
      [999, 1000],
    ] as const) {
      const raised = raisedLimit({ limit, spent, unit: limit > 1000 ? 'tokens' : 'usd' })
      expect(raised).toBeGreaterThan(Math.max(limit, spent))
      expect(raised).toBeLessThan(Math.max(limit, spent) * 2.5)
      expect(String(raised).length).toBeLessThan(9)
    }
  })

  it('read what people type, and nothing else', () => {
    expect(parseLimit('5', 'usd')).toBe(5)
    expect(parseLimit(' $2,50 ', 'usd')).toBe(2.5)
    expect(parseLimit('.5', 'usd')).toBe(0.5)
    expect(parseLimit('2M', 'tokens')).toBe(2_000_000)
    expect(parseLimit('1.5k', 'tokens')).toBe(1500)
    for (const bad of ['', '0', '-1', 'five', '1e9', '5 $', '2M'])
      expect(parseLimit(bad, 'usd')).toBeUndefined()
    expect(parseLimit('0.2', 'tokens')).toBeUndefined()
    expect([
      typedLimit(3_500_000, 'tokens'),
      typedLimit(3_541_000, 'tokens'),
      typedLimit(7.5, 'usd'),
    ]).toEqual(['3.5M', '3541000', '7.5'])
  })

  it('are found by what they stop: the project’s own first, then the account’s', () => {
    const own = budget({ id: 'own', state: 'reached' })
    const account = budget({ id: 'acc', scope: 'account', targetId: 'a', state: 'reached' })
    expect(budgetInTheWay([account, own], 'p', 'a')?.id).toBe('own')
    expect(budgetInTheWay([account, budget()], 'p', 'a')?.id).toBe('acc')
    expect(budgetInTheWay([account], 'p', undefined)).toBeUndefined()
  })

  it('and limits of accounts are mended from the error itself', () => {
    expect(fixesFor('budget_reached')[0]).toBe('budget')
    expect(fixesFor('accounts_limited')[0]).toBe('pools')
  })
})

describe('destinations', () => {
  const host = (given: Partial<EgressDestination>): EgressDestination => ({
    host: 'h',
    kind: 'other',
    connections: 0,
    refused: 0,
    bytesOut: 0,
    bytesIn: 0,
    lastAt: 0,
    listed: false,
    ...given,
  })

  it('can be allowed where that changes something', () => {
    expect(canAllow(host({ refused: 1 }), 'listed')).toBe(true)
    expect(canAllow(host({ refused: 1 }), 'gateway-only')).toBe(false)
    expect(canAllow(host({ refused: 1 }), 'open')).toBe(false)
    expect(canAllow(host({ refused: 1, listed: true }), 'listed')).toBe(false)
    expect(canAllow(host({ refused: 1, kind: 'provider' }), 'listed')).toBe(false)
    expect(canAllow(host({ connections: 1 }), 'listed')).toBe(false)
    expect(canAllow(host({ host: '*', refused: 1 }), 'listed')).toBe(false)
  })

  it('are in trouble while they are refused, and not for what was refused before', () => {
    expect(isKeptOut(host({ refused: 1 }))).toBe(true)
    expect(isKeptOut(host({ refused: 1, listed: true }))).toBe(false)
    expect(isKeptOut(host({ refused: 1, connections: 1 }))).toBe(false)
  })

  it('stand with what is to be decided first', () => {
    const all = [
      host({ host: 'new', connections: 2, lastAt: 9 }),
      host({ host: 'refused', refused: 1, lastAt: 1 }),
      host({ host: 'old', connections: 1, lastAt: 3 }),
    ]
    const names = (policy: 'open' | 'listed') => sortDestinations(all, policy).map((one) => one.host)
    expect(names('listed')).toEqual(['refused', 'new', 'old'])
    expect(names('open')).toEqual(['new', 'old', 'refused'])
    expect(destinationLine(host({ connections: 1, refused: 2, bytesOut: 1200, bytesIn: 0 }))).toBe(
      '1\u00a0connection · 1.2\u00a0kB\u00a0out,\u00a00\u00a0B\u00a0in · 2\u00a0refused',
    )
  })
})

describe('the store of usage', () => {
  it('shows the answer to the newest question, whichever comes last', async () => {
    const waiting: { label: string; done: () => void }[] = []
    const bridge = {
      invoke: (_method: string, input: { dimension: string; by?: string }) =>
        new Promise((done) => {
          const label = input.by ?? input.dimension
          waiting.push({ label, done: () => done({ ok: true, value: [row({ key: label })] }) })
        }),
      on: () => () => {},
      onConnection: () => () => {},
    } as unknown as BerthBridge
    const store = createUsageStore(bridge, () => NOW)
    const first = store.getState().load()
    store.getState().choose({ group: 'model' })
    for (const one of waiting.toReversed()) one.done()
    await first
    await expect.poll(() => store.getState().facts?.view.group).toBe('model')
    expect(store.getState().facts?.totals[0]?.key).toBe('model')
  })
})
