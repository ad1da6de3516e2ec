import { describe, expect, it } from 'vitest'
import type { AnyEvent, BerthBridge } from '../../src/preload/contract.ts'
import type { Cooling, Pool, QuotaWindow, Standing } from '../../src/preload/pools.ts'
import {
  attemptWords,
  chainOf,
  routeFacts,
  routeLine,
} from '../../src/renderer/src/features/projects/route-words.ts'
import {
  coolingNow,
  countdown,
  toldWords,
  untilClock,
  usedShare,
  windowWords,
} from '../../src/renderer/src/features/providers/pool-words.ts'
import { createPoolsStore } from '../../src/renderer/src/features/providers/pools-store.ts'

const NOW = new Date(2026, 10, 20, 12, 0).getTime()
const MINUTE = 60_000

const cooling = (until: number, kind: Cooling['kind'] = 'quota'): Cooling => ({
  kind,
  since: NOW - MINUTE,
  until,
  said: '',
})
const standing = (family: string, until?: number, kind?: Cooling['kind']): Standing => ({
  family,
  health: 70,
  tokens: 50,
  ...(until === undefined ? {} : { cooling: cooling(until, kind) }),
})

describe('what an account rests from', () => {
  it('tells each family apart, the first to be free first', () => {
    const lines = coolingNow(
      [standing('claude-opus', NOW + 9000), standing('claude-haiku', NOW + 4000), standing('claude-sonnet')],
      NOW,
    )
    expect(lines.map(({ family }) => family)).toEqual(['claude-haiku', 'claude-opus'])
  })

  it('says it once where every family rests for the same reason until the same time', () => {
    const until = NOW + MINUTE
    expect(coolingNow([standing('a', until), standing('b', until)], NOW)).toEqual([
      { cooling: cooling(until) },
    ])
    expect(coolingNow([standing('a', until), standing('b', until, 'rate')], NOW)).toHaveLength(2)
  })

  it('names the one family that was asked for, for others may have room', () => {
    expect(coolingNow([standing('claude-opus', NOW + 1)], NOW)[0]?.family).toBe('claude-opus')
    expect(coolingNow([standing('', NOW + 1)], NOW)).toEqual([{ cooling: cooling(NOW + 1) }])
  })

  it('leaves out what is over, to the millisecond', () => {
    expect(coolingNow([standing('a', NOW)], NOW)).toEqual([])
    expect(coolingNow([standing('a', NOW + 1)], NOW)).toHaveLength(1)
    expect(coolingNow([], NOW)).toEqual([])
  })
})

describe('countdowns', () => {
  it('are rounded up, and coarser the longer they are', () => {
    expect(
      [0, 1, 40_001, 60_000, 250_000, 10 * MINUTE, 119 * MINUTE, 120 * MINUTE, 130 * MINUTE].map(countdown),
    ).toEqual(['1 s', '1 s', '41 s', '1 min 00 s', '4 min 10 s', '10 min', '119 min', '2 h', '2 h 10 min'])
  })

  it('name the day where it is another one', () => {
    const today = untilClock(NOW + 5 * MINUTE, NOW)
    const tomorrow = untilClock(NOW + 24 * 60 * MINUTE, NOW)
    expect(today).not.toMatch(/21/)
    expect(tomorrow).toMatch(/21/)
  })
})

describe('quota windows', () => {
  it('are what the vendor told: a share, or what remains of a limit', () => {
    expect(usedShare({ name: '5h', usedPercent: 63, at: NOW })).toBe(0.63)
    expect(usedShare({ name: 'requests', limit: 50, remaining: 0, at: NOW })).toBe(1)
    expect(usedShare({ name: 'requests', limit: 0, remaining: 0, at: NOW })).toBeUndefined()
    expect(usedShare({ name: 'requests', remaining: 4, at: NOW })).toBeUndefined()
    expect(usedShare({ name: 'odd', usedPercent: 140, at: NOW })).toBe(1)
  })

  it('say nothing of a window whose time is over', () => {
    const window = { name: 'requests', limit: 50, remaining: 5, at: NOW - MINUTE, resetsAt: NOW + 41_000 }
    expect(windowWords(window, NOW)).toBe('90 % used · new in 41 s')
    expect(windowWords(window, NOW + 41_000)).toBe('new since then')
    expect(windowWords({ name: 'tokens', remaining: 4200, at: NOW }, NOW)).toBe(
      `${(4200).toLocaleString()} left`,
    )
    expect(windowWords({ name: 'tokens', at: NOW }, NOW)).toBe('not told')
  })

  it.each<[Partial<QuotaWindow>, string]>([
    [{ unit: 'USD', limit: 100, remaining: 74.5 }, '$74.50 of $100.00 left'],
    [{ unit: 'CNY', remaining: 110 }, 'CN¥110.00 left'],
    [{ unit: 'USD', remaining: 0.0034 }, '$0.0034 left'],
    [{ unit: 'USD', remaining: 0 }, '$0.00 left'],
    [{ unit: 'CNY', remaining: -0.2 }, 'CN¥0.20 owed'],
    [{ unit: 'USD', used: 25.5 }, '$25.50 used, no limit'],
    [{ unit: 'points', remaining: 295_932 }, '295,932 points left'],
    [{ unit: 'DIEM', remaining: 90.5 }, '90.5 DIEM left'],
    [{ limit: 5000, remaining: 4000 }, '20 % used'],
    // Three letters that are no currency of this world.
    [{ unit: 'XQZ', remaining: 5 }, 'XQZ\u00a05.00 left'],
  ])('say amounts in their unit: %j', (part, words) => {
    expect(windowWords({ name: 'balance', asked: true, at: NOW, ...part }, NOW)).toBe(words)
  })

  it('say days where hours would be many', () => {
    const window = { name: 'key limit', unit: 'USD', limit: 10, remaining: 5, at: NOW }
    const at = (days: number) => windowWords({ ...window, resetsAt: NOW + days * 24 * 60 * MINUTE }, NOW)
    expect(at(1.5)).toBe('$5.00 of $10.00 left · new in 36 h')
    expect(at(10)).toBe('$5.00 of $10.00 left · new in 10 days')
  })

  it('say when they were told', () => {
    expect(toldWords({ at: NOW - 1000 }, NOW)).toBe('told just now')
    expect(toldWords({ at: NOW - 3 * MINUTE }, NOW)).toBe('told 3 min ago')
    expect(toldWords({ at: NOW - 1000, asked: true }, NOW)).toBe('as of just now')
    expect(toldWords({ at: NOW - 2 * MINUTE, asked: true }, NOW)).toBe('as of 2 min ago')
  })
})

describe('the tries of a request', () => {
  const tries = [
    { accountId: 'a', accountLabel: 'work', status: 429, failure: 'quota' as const },
    { accountId: 'b', accountLabel: 'spare', failure: 'network' as const },
    { accountId: 'c', accountLabel: 'home', status: 200 },
  ]

  it('are a chain where there was more than one', () => {
    expect(chainOf({ attempts: tries })).toBe('429 work → no answer spare → 200 home')
    expect(chainOf({ attempts: tries.slice(2) })).toBeUndefined()
    expect(chainOf({})).toBeUndefined()
    expect(tries.map(attemptWords)).toEqual(['work: 429, quota used up', 'spare: no answer', 'home: 200'])
    expect(attemptWords({ accountId: 'd', accountLabel: 'new' })).toBe('new: under way')
  })

  const route = {
    id: 'r',
    projectId: 'p',
    at: NOW,
    host: 'api.example.com',
    method: 'POST',
    path: '/v1/messages',
    outcome: 'sent' as const,
    reason: '',
  }

  it('tell model, tokens and times as far as they are known', () => {
    expect(routeLine(route)).toBe('')
    const tokens = { input: 2000, output: 812, cacheRead: 18_400, cacheWrite: 0, reasoning: 120 }
    const whole = { ...route, modelId: 'm-1', tokens, firstByteMs: 840, durationMs: 3120 }
    expect(routeLine(whole)).toBe('m-1 · 20.4k in, 812 out · first byte 840 ms')
    expect(Object.fromEntries(routeFacts(whole))).toEqual({
      Model: 'm-1',
      Input: '2k anew, 18.4k cached',
      Output: '812, 120 of it reasoning',
      'First byte': '840 ms',
      Took: '3.1 s',
    })
  })
})

describe('the store of pools', () => {
  const pool = (rotate: boolean): Pool => ({
    providerId: 'anthropic',
    strategy: 'sticky',
    rotate,
    accounts: [],
  })

  function bridgeWith(answer: () => Promise<Pool[]>) {
    const bridge = {
      invoke: async () => ({ ok: true, value: await answer() }),
      on: (_listener: (event: AnyEvent) => void) => () => {},
      onConnection: () => () => {},
    }
    return bridge as unknown as BerthBridge
  }

  it('keeps what an event told over an older answer', async () => {
    let release = (_pools: Pool[]) => {}
    const store = createPoolsStore(
      bridgeWith(
        () =>
          new Promise((done) => {
            release = done
          }),
      ),
    )
    const loading = store.getState().load()
    store.getState().put(pool(true))
    release([pool(false)])
    await loading
    expect(store.getState().pools?.anthropic?.rotate).toBe(true)
  })
})
