import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Failure, FailureKind } from '../../../../src/main/gateway/failure/types.ts'
import type { PoolOptions } from '../../../../src/main/gateway/pool/options.ts'
import { POOL_DEFAULTS as O } from '../../../../src/main/gateway/pool/options.ts'
import type { Standing } from '../../../../src/main/gateway/pool/standing.ts'
import * as stand from '../../../../src/main/gateway/pool/standing.ts'

const { availability, cooldownFor, grown, newStanding, reset, taken } = stand
/** Requests that knew of the cooldown there is; `pools.test.ts` has those that did not. */
const failed = (one: Standing, what: Failure, options: PoolOptions, now: number) =>
  stand.failed(one, what, options, now, one.cooling)
const succeeded = (one: Standing, options: PoolOptions, now: number) =>
  stand.succeeded(one, options, now, one.cooling)
const givenBack = (one: Standing, options: PoolOptions, now: number) =>
  stand.givenBack(one, options, now, one.cooling)

const T = 1_800_000_000_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const failure = (kind: FailureKind, retryAfterMs?: number): Failure => ({
  kind,
  said: 'no',
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
})

describe("an account's standing", () => {
  it('starts at 70 with 50 tokens', () => {
    expect(newStanding(O, T)).toMatchObject({ health: 70, tokens: 50, strikes: 0 })
  })

  it('gains 1 for a success, loses 10 for a limit and 20 for a refused credential', () => {
    const start = newStanding(O, T)
    expect(succeeded(start, O, T).health).toBe(71)
    expect(failed(start, failure('rate'), O, T).health).toBe(60)
    expect(failed(start, failure('quota'), O, T).health).toBe(60)
    expect(failed(start, failure('auth'), O, T).health).toBe(50)
  })

  it('blames no account for what is the vendor or the network', () => {
    const start = newStanding(O, T)
    for (const kind of ['overloaded', 'server', 'network', 'bad_request'] as const)
      expect(failed(start, failure(kind), O, T)).toEqual(start)
  })

  it('gets back 2 health an hour and 6 tokens a minute, up to its most', () => {
    const low = { ...newStanding(O, T), health: 10, tokens: 0 }
    expect(grown(low, O, T + HOUR)).toMatchObject({ health: 12, tokens: 50 })
    expect(grown(low, O, T + MINUTE).tokens).toBe(6)
    expect(grown(low, O, T + 100 * HOUR).health).toBe(100)
    expect(grown(low, O, T - HOUR)).toMatchObject({ health: 10, tokens: 0 })
  })

  it('takes one token a request and gives it back when nothing was sent', () => {
    const out = taken(newStanding(O, T), O, T)
    expect(out).toMatchObject({ tokens: 49, usedAt: T })
    expect(givenBack(out, O, T).tokens).toBe(50)
  })

  it('is unwell below 50', () => {
    const low = { ...newStanding(O, T), health: 49.9 }
    expect(availability(low, O, T)).toBe('unwell')
    expect(availability({ ...low, health: 50 }, O, T)).toBe('ready')
  })

  it('cools by the kind of failure, longer each time the quota stays exhausted', () => {
    const ms = (kind: FailureKind, strikes: number, hint?: number) =>
      cooldownFor(failure(kind, hint), strikes, O)
    expect(ms('auth', 0)).toBe(5000)
    expect(ms('rate', 7)).toBe(30_000)
    expect([0, 1, 2, 3, 9].map((strikes) => ms('quota', strikes))).toEqual([
      MINUTE,
      5 * MINUTE,
      30 * MINUTE,
      2 * HOUR,
      2 * HOUR,
    ])
    expect(ms('quota', 0, 10 * HOUR)).toBe(10 * HOUR)
    expect(ms('quota', 0, 800 * HOUR)).toBe(24 * HOUR)
  })

  it('is tried by one request when its cooldown ends, and by the others once that went well', () => {
    const cooling = failed(newStanding(O, T), failure('rate', 2000), O, T)
    expect(availability(cooling, O, T + 1999)).toBe('cooling')
    expect(availability(cooling, O, T + 2000)).toBe('probe')
    const probing = taken(cooling, O, T + 2000)
    expect(availability(probing, O, T + 2500)).toBe('cooling')
    expect(availability(succeeded(probing, O, T + 3000), O, T + 3000)).toBe('ready')
    expect(availability(failed(probing, failure('server'), O, T + 3000), O, T + 3000)).toBe('probe')
    expect(availability(givenBack(probing, O, T + 3000), O, T + 3000)).toBe('probe')
  })

  it('keeps the longer of two words about the same wait', () => {
    const long = failed(newStanding(O, T), failure('quota', HOUR), O, T)
    expect(failed(long, failure('rate', 1000), O, T + 5).cooling?.until).toBe(T + HOUR)
  })

  it('is ready again when the user says so', () => {
    const cooling = failed({ ...newStanding(O, T), health: 20 }, failure('quota'), O, T)
    expect(availability(reset(cooling, O, T), O, T)).toBe('ready')
    expect(reset(cooling, O, T)).toMatchObject({ strikes: 0, health: 70 })
  })

  it('never leaves its bounds nor cools longer than a day, whatever happens', () => {
    const kinds: FailureKind[] = ['quota', 'rate', 'overloaded', 'server', 'auth', 'forbidden', 'network']
    type Step = (standing: Standing, now: number) => Standing
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.constantFrom(taken, givenBack, succeeded, reset).map(
        (act): Step =>
          (one, now) =>
            act(one, O, now),
      ),
      fc
        .tuple(fc.constantFrom(...kinds), fc.option(fc.integer({ min: 0, max: 1e12 }), { nil: undefined }))
        .map(
          ([kind, hint]): Step =>
            (one, now) =>
              failed(one, failure(kind, hint), O, now),
        ),
    )
    const timed = fc.tuple(step, fc.integer({ min: -1000, max: 1e8 }))
    fc.assert(
      fc.property(fc.array(timed, { maxLength: 60 }), (steps) => {
        let now = T
        let latest = T
        let standing = newStanding(O, now)
        for (const [act, passed] of steps) {
          now += passed
          latest = Math.max(latest, now)
          standing = act(standing, now)
          expect(standing.health).toBeGreaterThanOrEqual(0)
          expect(standing.health).toBeLessThanOrEqual(100)
          expect(standing.tokens).toBeGreaterThanOrEqual(0)
          expect(standing.tokens).toBeLessThanOrEqual(50)
          expect((standing.cooling?.until ?? 0) - latest).toBeLessThanOrEqual(24 * HOUR)
        }
      }),
    )
  })
})
