import { afterEach, describe, expect, it } from 'vitest'
import { POOL_DEFAULTS } from '../../../src/main/gateway/pool/options.ts'
import { OK, QUOTA, type Rig, says, startRig } from './rig.ts'
import { until } from './world.ts'

/** One account after another inside a request, through the whole gateway. */

let rig: Rig
const start = async (...args: Parameters<typeof startRig>): Promise<Rig> => {
  rig = await startRig(...args)
  return rig
}
afterEach(() => rig.close())

const COOL = POOL_DEFAULTS.cooldown
const authAtOnce = { cooldown: { ...COOL, auth: 0 } }
const rate = (seconds?: number) =>
  says(
    429,
    { error: { message: 'slow down' } },
    seconds === undefined ? {} : { 'retry-after': String(seconds) },
  )
const standing = (label: string) => rig.world.gateway.pools.standings(`acc-${label}`)[0]

describe('an account that is limited', () => {
  it('quota: the next one answers at once, and the client sees one good answer', async () => {
    await start(['a', 'b', 'c'])
    rig.scripts.set('a', QUOTA)
    expect(await rig.ask()).toMatchObject({ status: 200, text: 'ok b' })
    expect(rig.arrived).toEqual(['a', 'b'])
    expect(rig.bodies).toEqual(['{"model":"gpt-5"}', '{"model":"gpt-5"}'])
    // It is not asked again while it cools.
    await rig.ask()
    expect(rig.arrived).toEqual(['a', 'b', 'b'])
    expect(rig.world.gateway.routes('one')[0]).toMatchObject({
      accountLabel: 'b',
      reason: 'b: a cooling 60 s, quota.',
      modelId: 'gpt-5',
    })
    expect(rig.world.gateway.routes('one')[1]?.attempts).toEqual([
      { accountId: 'acc-a', accountLabel: 'a', status: 429, failure: 'quota' },
      { accountId: 'acc-b', accountLabel: 'b', status: 200 },
    ])
  })

  it('a short rate limit: waits for it with the same account', async () => {
    await start(['a', 'b'])
    rig.scripts.set('a', (res, nth, req) => (nth === 1 ? rate(1) : OK('a'))(res, nth, req))
    const at = Date.now()
    expect(await rig.ask()).toMatchObject({ status: 200, text: 'ok a' })
    expect(Date.now() - at).toBeGreaterThanOrEqual(990)
    expect(rig.arrived).toEqual(['a', 'a'])
    expect(standing('a')?.cooling).toBeUndefined()
  })

  describe('to others at the same time', () => {
    /** The first request has met a short limit. */
    const meetLimit = async () => {
      let changes = 0
      Object.assign(rig.world.deps, { standingChanged: () => changes++ })
      rig.scripts.set('a', (res, nth, req) => (nth === 1 ? rate(1) : OK('a'))(res, nth, req))
      const first = rig.ask()
      await until(() => changes === 2, 'the limit')
      // In an array, for it is not to be waited for.
      return [first] as const
    }

    it('a short rate limit: they wait with it and do not run into it too', async () => {
      await start(['a', 'b'])
      const [first] = await meetLimit()
      const seen = rig.arrived.length
      const others = [rig.ask(), rig.ask()]
      await until(
        () => rig.world.routes.filter(({ reason }) => /^Waits for a,/.test(reason)).length === 2,
        'them to wait',
      )
      expect([seen, rig.arrived]).toEqual([1, ['a']])
      const answers = await Promise.all([first, ...others])
      expect(answers.map(({ text }) => text)).toEqual(['ok a', 'ok a', 'ok a'])
    })

    it('a short rate limit: they take another account where the strategy lets them', async () => {
      await start(['a', 'b'])
      rig.choice = { ...rig.choice, strategy: 'round-robin' }
      const [first] = await meetLimit()
      for (let i = 0; i < 3; i++) expect(await rig.ask()).toMatchObject({ text: 'ok b' })
      expect(rig.arrived).toEqual(['a', 'b', 'b', 'b'])
      expect(await first).toMatchObject({ text: 'ok a' })
    })

    it('a short rate limit: one that leaves meanwhile is not sent', async () => {
      await start(['a'])
      const [first] = await meetLimit()
      const leaving = new AbortController()
      const other = rig.ask({ signal: leaving.signal }).catch(() => 'left')
      await until(() => rig.world.routes.some(({ reason }) => /^Waits for a,/.test(reason)), 'it to wait')
      leaving.abort()
      expect([await other, await first]).toMatchObject(['left', { text: 'ok a' }])
      expect(rig.arrived).toEqual(['a', 'a'])
    })
  })

  it('a short one that comes again, or a long one: the next', async () => {
    await start(['a', 'b'], { pool: { pace: 0 } })
    rig.scripts.set('a', rate(0))
    expect(await rig.ask()).toMatchObject({ text: 'ok b' })
    expect(rig.arrived).toEqual(['a', 'a', 'b'])
    rig.scripts.set('b', rate(6))
    rig.scripts.set('a', OK('a'))
    expect(await rig.ask({ headers: { 'x-session-id': 's' } })).toMatchObject({ text: 'ok a' })
  })

  it('is told of once, until another change', async () => {
    await start(['a', 'b', 'c'])
    rig.scripts.set('a', QUOTA)
    for (let i = 0; i < 3; i++) await rig.ask()
    expect(rig.switches).toEqual(['one: a → b. b: a cooling 60 s, quota.'])
    rig.scripts.set('b', QUOTA)
    for (let i = 0; i < 2; i++) await rig.ask()
    expect(rig.switches).toHaveLength(2)
    expect(rig.switches[1]).toContain('a → c')
  })

  it('is paced apart for each family of models', async () => {
    await start(['a', 'b'])
    rig.scripts.set('a', (res, nth, req) => (nth === 1 ? QUOTA : OK('a'))(res, nth, req))
    await rig.ask({ body: '{"model":"gpt-5-mini"}' })
    expect(await rig.ask({ body: '{"model":"gpt-5"}' })).toMatchObject({ text: 'ok a' })
  })
})

describe('a credential that is refused', () => {
  const refused = says(401, { error: { message: 'nope' } })

  it('401: the next; a second one at its probe retires it, with a sentence', async () => {
    await start(['a', 'b'], { pool: authAtOnce })
    rig.scripts.set('a', refused)
    expect(await rig.ask()).toMatchObject({ text: 'ok b' })
    expect(rig.retired).toEqual([])
    expect(await rig.ask()).toMatchObject({ text: 'ok b' })
    expect(rig.arrived).toEqual(['a', 'b', 'a', 'b'])
    expect(rig.retired).toEqual([{ id: 'acc-a', message: 'Openai refused a twice. It said: nope' }])
    expect(rig.world.rejected).toHaveLength(2)
  })

  it('401 of a request, where the credential was found to be good: counts for its project only', async () => {
    await start(['a', 'b'])
    Object.assign(rig.world.deps, { vouched: () => true })
    rig.scripts.set('a', refused)
    expect(await rig.ask()).toMatchObject({ text: 'ok b' })
    expect(standing('a')?.cooling).toMatchObject({ kind: 'forbidden', said: 'nope' })
    expect([rig.retired, rig.world.rejected]).toEqual([[], []])
  })

  it('403: the account is left alone for this family of models', async () => {
    await start(['a', 'b'])
    rig.scripts.set('a', says(403, { error: { message: 'Your country is not supported' } }))
    expect(await rig.ask()).toMatchObject({ text: 'ok b' })
    expect(standing('a')?.cooling).toMatchObject({ kind: 'forbidden', said: 'Your country is not supported' })
    expect([rig.retired, rig.world.rejected]).toEqual([[], []])
  })

  it('of all: the last answer goes to the client as it is', async () => {
    await start(['a', 'b'])
    for (const label of ['a', 'b']) rig.scripts.set(label, says(401, `no ${label}`))
    expect(await rig.ask()).toMatchObject({ status: 401, text: 'no b' })
    expect(rig.arrived).toEqual(['a', 'b'])
  })

  it('renews a login once, and sends the request again with it', async () => {
    await start(['a', 'b'])
    let renewed = 0
    Object.assign(rig.world.deps, {
      canRefresh: () => true,
      refresh: async () => {
        renewed += 1
        return undefined
      },
    })
    rig.scripts.set('a', (res, nth, req) => (nth === 1 ? refused : OK('a'))(res, nth, req))
    expect(await rig.ask()).toMatchObject({ text: 'ok a' })
    expect([renewed, rig.arrived, rig.world.rejected]).toEqual([1, ['a', 'a'], []])
    rig.scripts.set('a', refused)
    expect(await rig.ask()).toMatchObject({ text: 'ok b' })
    expect([renewed, rig.arrived.slice(2)]).toEqual([2, ['a', 'a', 'b']])
  })

  it.each(['a reason', 'an error'])('a login that cannot be renewed (%s): the next', async (how) => {
    await start(['a', 'b'])
    const problem = { message: 'It could not be renewed.', isPassing: true }
    const refresh = async () => {
      if (how === 'an error') throw new Error('offline')
      return problem
    }
    Object.assign(rig.world.deps, { canRefresh: () => true, refresh })
    rig.scripts.set('a', refused)
    expect(await rig.ask()).toMatchObject({ text: 'ok b' })
    expect(rig.arrived).toEqual(['a', 'b'])
  })
})

describe('what is nobody’s fault', () => {
  it.each([
    [500, 'oops\u0000 ünd more'],
    [529, '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'],
  ])('%i: one retry with the same account, then passed on byte for byte', async (status, body) => {
    await start(['a', 'b'])
    rig.scripts.set('a', says(status, body, { 'x-own': 'kept' }))
    const answer = await rig.ask()
    expect(answer).toMatchObject({ status, text: body })
    expect(answer.headers['x-own']).toBe('kept')
    expect(rig.arrived).toEqual(['a', 'a'])
    expect(standing('a')?.health).toBeCloseTo(70, 1)
    expect(standing('a')?.cooling).toBeUndefined()
  })

  it('a connection that is lost before the answer: one retry, then said', async () => {
    await start(['a', 'b'])
    rig.scripts.set('a', (res, nth) => void (nth === 1 ? res.destroy() : res.end('here')))
    expect(await rig.ask()).toMatchObject({ status: 200, text: 'here' })
    rig.scripts.set('a', (res) => void res.destroy())
    expect((await rig.ask()).status).toBe(502)
    expect(rig.arrived).toEqual(['a', 'a', 'a', 'a'])
    expect(standing('a')?.health).toBeCloseTo(71, 1)
  })

  it('is not sent again once a byte of the answer went to the client', async () => {
    await start(['a', 'b'])
    rig.scripts.set('a', (res) => void res.writeHead(200).write('begin', () => res.destroy()))
    expect(await rig.ask()).toMatchObject({ status: 200, text: 'begin|cut' })
    expect(rig.arrived).toEqual(['a'])
    await until(() => rig.counted.length === 1, 'the request in the books')
  })

  it('is not sent again when its body is too large to be kept', async () => {
    await start(['a', 'b'], { pool: { keepBytes: 1000 } })
    rig.scripts.set('a', QUOTA)
    const answer = await rig.ask({ body: `{"model":"gpt-5","x":"${'x'.repeat(2000)}"}` })
    expect(answer).toMatchObject({ status: 429 })
    expect(answer.text).toContain('insufficient_quota')
    expect(rig.arrived).toEqual(['a'])
    expect(await rig.ask()).toMatchObject({ text: 'ok b' })
  })
})

describe('all accounts limited', () => {
  it('asks each once, and answers 429 with the time until the first is free', async () => {
    await start(['a', 'b', 'c'])
    for (const [label, seconds] of Object.entries({ a: 90, b: 40, c: 60 }))
      rig.scripts.set(label, rate(seconds))
    const answer = await rig.ask()
    expect(rig.arrived).toEqual(['a', 'b', 'c'])
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '40'])
    expect(JSON.parse(answer.text)).toMatchObject({
      error: {
        code: 'accounts_limited',
        message: expect.stringMatching(
          /a cooling 90 s, rate limit; b cooling 40 s.*Openai said: slow down\./,
        ),
      },
    })
    expect((await rig.ask()).status).toBe(429)
    expect(rig.arrived).toHaveLength(3)
  })

  it.each([
    ['anthropic', { type: 'error', error: { type: 'rate_limit_error' } }],
    ['google', { error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }],
  ] as const)('in the shape of %s', async (vendor, shape) => {
    await start(['a'], { vendor })
    rig.scripts.set('a', rate(60))
    const answer = await rig.ask()
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '60'])
    expect(JSON.parse(answer.text)).toMatchObject(shape)
  })

  it('waits for the first that is free in time', async () => {
    await start(['a', 'b'], { pool: { pace: 0, wait: 5000, cooldown: { ...COOL, rate: 300 } } })
    rig.scripts.set('a', says(429, { error: { message: 'slow' } }, { 'retry-after': '9' }))
    rig.scripts.set('b', (res, nth, req) => (nth === 1 ? rate() : OK('b'))(res, nth, req))
    expect(await rig.ask()).toMatchObject({ status: 200, text: 'ok b' })
    expect(rig.arrived).toEqual(['a', 'b', 'b'])
  })

  it('many that wait let one try, and follow when that went well', async () => {
    await start(['a'], { pool: { pace: 0, wait: 5000, cooldown: { ...COOL, rate: 200 } } })
    let under = 0
    rig.scripts.set('a', (res, nth, req) => {
      if (nth === 1) return rate()(res, nth, req)
      under += 1
      if (nth === 2) expect(under).toBe(1)
      setTimeout(() => OK('a')(res, nth, req), 50)
    })
    const answers = await Promise.all(Array.from({ length: 8 }, () => rig.ask()))
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
  })

  it('gives an account a second chance and no third', async () => {
    await start(['a'], { pool: { pace: 0, wait: 5000, cooldown: { ...COOL, rate: 50 } } })
    rig.scripts.set('a', rate())
    expect((await rig.ask()).status).toBe(429)
    expect(rig.arrived).toEqual(['a', 'a'])
  })
})
