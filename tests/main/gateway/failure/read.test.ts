import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFailureInside } from '../../../../src/main/gateway/failure/inside.ts'
import { networkFailure, readFailure } from '../../../../src/main/gateway/failure/read.ts'
import { documented, NOW } from './documented.ts'

const textOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body))

describe('a failed answer', () => {
  it.each(documented.map((one) => [`${one.status} ${one.kind} (${one.from})`, one] as const))(
    '%s',
    (_, one) => {
      const failure = readFailure(
        { status: one.status, headers: one.headers ?? {}, body: textOf(one.body) },
        NOW,
      )
      expect(failure.kind).toBe(one.kind)
      expect(failure.retryAfterMs).toBe(one.waitMs)
      expect(failure.status).toBe(one.status)
    },
  )

  it('covers every kind', () => {
    const kinds = new Set<string>([...documented.map((one) => one.kind), networkFailure('x').kind])
    expect([...kinds].sort()).toEqual(
      ['auth', 'bad_request', 'forbidden', 'network', 'overloaded', 'quota', 'rate', 'server'].sort(),
    )
  })

  it.each([
    ['rate', { error: { type: 'rate_limit_error', message: 'slow' } }],
    ['rate', { error: { type: 'invalid_request_error', code: 'rate_limit_exceeded', message: 'slow' } }],
    ['rate', { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'quota' } }],
    ['quota', { error: { code: 'insufficient_quota', message: 'all used' } }],
    ['overloaded', { error: { type: 'overloaded_error', message: 'busy' } }],
    ['auth', { error: { type: 'authentication_error', message: 'no' } }],
    ['server', { error: { code: 'server_error', message: 'oops' } }],
    ['server', { error: {} }],
  ])('told inside a stream is known without a status: %s', (kind, body) => {
    expect(readFailureInside(JSON.stringify(body), NOW).kind).toBe(kind)
  })

  it('says what the vendor said in one line, without a secret', () => {
    const key = `sk-ant-api03-${'x'.repeat(40)}`
    const message = `Incorrect\n API   key <b>provided</b>: ${key}. ${'long '.repeat(100)}`
    const body = { error: { message } }
    const { said } = readFailure({ status: 401, headers: {}, body: JSON.stringify(body) }, NOW)
    expect(said).toMatch(/^Incorrect API key provided/)
    expect(said).not.toContain(key)
    expect(said.length).toBeLessThanOrEqual(200)
  })

  it('never throws, whatever an answer holds, and never asks for a time that is no time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 400, max: 599 }),
        fc.dictionary(
          fc.constantFrom(
            'retry-after',
            'retry-after-ms',
            'x-ratelimit-remaining',
            'x-ratelimit-reset',
            'anthropic-ratelimit-a-remaining',
            'anthropic-ratelimit-a-reset',
          ),
          fc.oneof(fc.string(), fc.constant('0'), fc.double().map(String)),
        ),
        fc.oneof(fc.string(), fc.json()),
        (status, headers, body) => {
          const { retryAfterMs } = readFailure({ status, headers, body }, NOW)
          expect(retryAfterMs === undefined || (Number.isFinite(retryAfterMs) && retryAfterMs >= 0)).toBe(
            true,
          )
        },
      ),
    )
  })
})

describe('a body made to be slow to read', () => {
  it.each(['<', '<a', ' ', 'retry in 1', 'retry in 1s ', '1s ', 'sk-', 'eyJ.', '://a:'])('of %j', (part) => {
    const message = part.repeat(Math.floor(65_000 / part.length))
    const start = performance.now()
    for (const body of [message, JSON.stringify({ error: { message } })])
      expect(readFailure({ status: 429, headers: {}, body }, NOW).kind).toBe('rate')
    // Some milliseconds; 3 s where every `<` looks for its end.
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
