import { describe, expect, it } from 'vitest'
import { decide } from '../../../../src/main/gateway/pool/decide.ts'
import { familyOf } from '../../../../src/main/gateway/pool/family.ts'
import { POOL_DEFAULTS as O } from '../../../../src/main/gateway/pool/options.ts'
import { failed, newStanding, type Standing } from '../../../../src/main/gateway/pool/standing.ts'
import {
  type Candidate,
  firstFree,
  type PickContext,
  pick,
  scoreOf,
} from '../../../../src/main/gateway/pool/strategy.ts'

const T = 1_800_000_000_000
const well = newStanding(O, T)
const cooling = (ms: number): Standing =>
  failed(well, { kind: 'rate', retryAfterMs: ms, said: '' }, O, T, undefined)
const pool = (...standings: Standing[]): Candidate[] =>
  standings.map((standing, index) => ({ id: 'abcdef'[index] ?? '', standing }))
const context = (some: Partial<PickContext>): PickContext => ({
  strategy: 'sticky',
  current: undefined,
  last: undefined,
  options: O,
  now: T,
  ...some,
})

describe('sticky', () => {
  it('stays with the account in use', () => {
    expect(pick(pool(well, well), context({ current: 'b' }))?.id).toBe('b')
  })
  it('goes to the next in order while that is cooling, round to the first', () => {
    expect(pick(pool(well, cooling(9000), well), context({ current: 'b' }))?.id).toBe('c')
    expect(pick(pool(well, well, cooling(9000)), context({ current: 'c' }))?.id).toBe('a')
  })
  it('comes back as soon as the cooldown is over', () => {
    expect(pick(pool(cooling(9000), well), context({ current: 'a', now: T + 9000 }))?.id).toBe('a')
  })
  it('has nobody while all are cooling, and knows when the first is free', () => {
    const all = pool(cooling(9000), cooling(4000))
    expect(pick(all, context({ current: 'a' }))).toBeUndefined()
    expect(firstFree(all, T)).toBe(T + 4000)
  })
  it('uses an unwell account when no other can be used', () => {
    const unwell = { ...well, health: 20 }
    expect(pick(pool(unwell, well), context({ current: 'a' }))?.id).toBe('b')
    expect(pick(pool(unwell, cooling(9000)), context({ current: 'a' }))?.id).toBe('a')
  })
})

describe('round-robin', () => {
  it('takes each in turn and leaves out those that are cooling', () => {
    const all = pool(well, cooling(9000), well)
    const first = pick(all, context({ strategy: 'round-robin' }))?.id
    const second = pick(all, context({ strategy: 'round-robin', last: first }))?.id
    const third = pick(all, context({ strategy: 'round-robin', last: second }))?.id
    expect([first, second, third]).toEqual(['a', 'c', 'a'])
  })
})

describe('hybrid', () => {
  const hybrid = (some: Partial<PickContext>) => context({ strategy: 'hybrid', ...some })

  it('scores health, tokens, idle time and being in use', () => {
    const used: Standing = { ...well, health: 80, tokens: 25, usedAt: T - 600_000 }
    const one = { id: 'a', standing: used }
    expect(scoreOf(one, hybrid({}))).toBeCloseTo(160 + 250 + 60)
    expect(scoreOf(one, hybrid({ current: 'a' }))).toBeCloseTo(160 + 250 + 60 + 150)
    expect(scoreOf({ id: 'b', standing: well }, hybrid({}))).toBeCloseTo(140 + 500 + 360)
  })
  it('changes only to one that is ahead by 100', () => {
    const busy: Standing = { ...well, usedAt: T }
    const tired = (tokens: number): Candidate[] => pool({ ...busy, tokens }, busy)
    // 150 for being in use, 10 a token: 25 tokens fewer are 250.
    expect(pick(tired(25.1), hybrid({ current: 'a' }))?.id).toBe('a')
    expect(pick(tired(25), hybrid({ current: 'a' }))?.id).toBe('b')
  })
})

describe('families', () => {
  it.each([
    ['claude-sonnet-4-5-20250929', 'claude-sonnet'],
    ['claude-3-5-sonnet-latest', 'claude-sonnet'],
    ['anthropic/claude-opus-4.5', 'claude-opus'],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'claude-haiku'],
    ['models/gemini-2.5-flash', 'gemini-flash'],
    ['gemini-3-pro-preview', 'gemini-pro'],
    ['gpt-5-mini', 'gpt-mini'],
    ['gpt-5.1-codex', 'gpt-codex'],
    ['o3', 'o'],
    ['4', '4'],
  ])('%s is of %s', (model, family) => expect(familyOf(model)).toBe(family))
  it('has one for a model that is not known', () => expect(familyOf('')).toBe(''))
})

describe('what follows from a failure', () => {
  const fresh = { canRefresh: false, again: false, refusedBefore: false }
  const on = (kind: Parameters<typeof decide>[0]['kind'], some = {}, retryAfterMs?: number) =>
    decide(
      { kind, said: '', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
      { ...fresh, ...some },
      O,
    )

  it('goes to the next account for quota and for a long rate limit', () => {
    expect(on('quota')).toEqual({ do: 'next' })
    expect(on('rate')).toEqual({ do: 'next' })
    expect(on('rate', {}, 5001)).toEqual({ do: 'next' })
  })
  it('waits for a short rate limit with the same account, once', () => {
    expect(on('rate', {}, 5000)).toEqual({ do: 'again', ms: 5000 })
    expect(on('rate', { again: true }, 1000)).toEqual({ do: 'next' })
  })
  it('renews a login once, and retires what is refused twice', () => {
    expect(on('auth', { canRefresh: true })).toEqual({ do: 'refresh' })
    expect(on('auth')).toEqual({ do: 'next' })
    expect(on('auth', { refusedBefore: true })).toEqual({ do: 'retire' })
  })
  it('tries once more where nobody is to blame, and then passes the answer on', () => {
    for (const kind of ['server', 'overloaded', 'network'] as const) {
      expect(on(kind)).toMatchObject({ do: 'again' })
      expect(on(kind, { again: true })).toEqual({ do: 'pass' })
      expect(on(kind, {}, 60_000)).toEqual({ do: 'pass' })
    }
    expect(on('bad_request')).toEqual({ do: 'pass' })
  })
})
