import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { POOL_DEFAULTS } from '../../../src/main/gateway/pool/options.ts'
import { keyOf, OK, QUOTA, type Rig, says, startRig, type Vendor } from './rig.ts'
import { account, readHead, tlsThrough, until } from './world.ts'

/** Accounts that are not asked, errors inside streams, the books, and clients that leave. */

let rig: Rig
const start = async (...args: Parameters<typeof startRig>): Promise<Rig> => {
  rig = await startRig(...args)
  return rig
}
afterEach(() => rig.close())

const standing = (label: string) => rig.world.gateway.pools.standings(`acc-${label}`)[0]

describe('accounts that are not asked', () => {
  it('any other than the pinned one, or the active one where the pool does not rotate', async () => {
    await start(['a', 'b'])
    rig.choice = { ...rig.choice, accounts: rig.choice.accounts.slice(0, 1), reason: 'Pinned.' }
    rig.scripts.set('a', QUOTA)
    expect((await rig.ask()).status).toBe(429)
    expect(rig.arrived).toEqual(['a'])
    expect(rig.world.gateway.routes('one')[0]?.reason).toMatch(/^No account of Openai can be used now/)
  })

  it('one for another host, and one of another kind of login', async () => {
    await start(['a', 'b', 'c'])
    const [a, ...rest] = rig.choice.accounts
    if (a === undefined) throw new Error('no account')
    rig.choice = {
      ...rig.choice,
      accounts: [account('openai', { ...a, fields: { only: 'x.test' } }), ...rest],
    }
    rig.world.credentials.set('acc-b', { type: 'oauth', access: 'x', refresh: 'y', expires: 0 })
    expect(await rig.ask()).toMatchObject({ text: 'ok c' })
    expect(rig.arrived).toEqual(['c'])
    rig.choice = { ...rig.choice, accounts: rig.choice.accounts.slice(0, 2) }
    const answer = await rig.ask()
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('The account a of Openai is not for api.openai.com')
    expect([standing('a'), standing('b')]).toMatchObject([{ tokens: 50 }, { tokens: 50 }])
  })

  it('one whose budget is used up; with a sentence where it is the only one', async () => {
    await start(['a', 'b'])
    Object.assign(rig.world.deps, {
      overBudget: (_: string, id: string) =>
        id === 'acc-a' ? { message: 'a has used up its 5 $ of today.', isPassing: false } : undefined,
    })
    expect(await rig.ask()).toMatchObject({ text: 'ok b' })
    rig.choice = { ...rig.choice, accounts: rig.choice.accounts.slice(0, 1) }
    const answer = await rig.ask()
    expect([answer.status, answer.headers['x-berth-error']]).toEqual([403, 'budget_reached'])
    expect(answer.text).toContain('a has used up its 5 $ of today.')
    expect(rig.arrived).toEqual(['b'])
  })

  it('a part of Berth that breaks ends the request, and not the account', async () => {
    await start(['a'])
    Object.assign(rig.world.deps, {
      overBudget: () => {
        throw new Error('out of order')
      },
    })
    expect(await rig.ask()).toMatchObject({ status: 403 })
    Object.assign(rig.world.deps, { overBudget: () => undefined })
    expect(await rig.ask()).toMatchObject({ text: 'ok a' })
    expect(rig.arrived).toEqual(['a'])
  })
})

describe('an error inside a stream', () => {
  const STREAMS: Record<Vendor, [stream: string, tokens: object]> = {
    openai: [
      'data: {"choices":[{"delta":{"content":"hi"}}]}\n\ndata: {"usage":{"prompt_tokens":7,"completion_tokens":2}}\n\ndata: {"error":{"code":"insufficient_quota","message":"all used"}}\n\n',
      { input: 7, output: 2 },
    ],
    anthropic: [
      'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":9,"output_tokens":1}}}\n\nevent: error\ndata: {"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}\n\n',
      { input: 9, output: 1 },
    ],
    google: [
      'data: {"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":3}}\n\ndata: {"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"quota"}}\n\n',
      { input: 4, output: 3 },
    ],
  }

  it.each(Object.keys(STREAMS) as Vendor[])(
    'of %s: passes byte for byte, and the next request goes elsewhere',
    async (vendor) => {
      await start(['a', 'b'], { vendor })
      const [stream, tokens] = STREAMS[vendor]
      rig.scripts.set('a', (res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' })
        for (const byte of stream) res.write(byte)
        res.end()
      })
      expect(await rig.ask()).toMatchObject({ status: 200, text: stream })
      expect(rig.arrived).toEqual(['a'])
      await until(() => rig.counted.length === 1, 'the request in the books')
      expect(rig.counted[0]).toMatchObject({ status: 200, tokens })
      expect(await rig.ask()).toMatchObject({ text: 'ok b' })
      expect(standing('a')?.cooling).toBeDefined()
    },
  )

  it('counts where the stream breaks off behind it too', async () => {
    await start(['a', 'b'])
    rig.scripts.set('a', (res) => {
      res.write('data: {"error":{"code":"insufficient_quota"}}\n\n', () => res.destroy())
    })
    expect((await rig.ask()).text).toMatch(/\|cut$/)
    await until(() => standing('a')?.cooling !== undefined, 'the account to cool')
  })
})

describe('the books', () => {
  it('have each request once, with its tries, tokens and first byte', async () => {
    await start(['a', 'b'])
    rig.scripts.set('a', QUOTA)
    rig.scripts.set('b', says(200, { usage: { prompt_tokens: 5, completion_tokens: 3 } }))
    await rig.ask()
    await until(() => rig.counted.length === 1, 'the request in the books')
    expect(rig.counted).toMatchObject([
      { projectId: 'one', account: { label: 'b' }, modelId: 'gpt-5', status: 200, attempts: 2 },
    ])
    expect(rig.counted[0]?.tokens).toMatchObject({ input: 5, output: 3 })
    expect(rig.counted[0]?.firstByteMs).toBeGreaterThanOrEqual(0)
    expect(rig.world.gateway.routes('one')[0]).toMatchObject({ tokens: { input: 5 }, outcome: 'sent' })
  })

  it('have the failed ones too, and none that was not sent', async () => {
    await start(['a'])
    rig.scripts.set('a', QUOTA)
    await rig.ask()
    await rig.ask()
    expect(rig.counted).toMatchObject([{ account: { label: 'a' }, status: 429, attempts: 1 }])
  })

  it('have what a client took that left', async () => {
    await start(['a'])
    rig.scripts.set('a', (res) => {
      res.write('data: {"usage":{"prompt_tokens":5,"completion_tokens":3}}\n\n')
    })
    await leaveAfterHead()
    await until(() => rig.counted.length === 1, 'the request in the books')
    expect(rig.counted[0]).toMatchObject({ status: 200, attempts: 1 })
    expect(rig.counted[0]?.tokens).toMatchObject({ input: 5 })
  })
})

const send = async () => {
  const secure = await tlsThrough(rig.world, 'api.openai.com')
  const auth = rig.world.gateway.placeholder('one', 'openai', 'api')
  secure.write(
    `POST /v1/x HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: Bearer ${auth.type === 'api' ? auth.key : ''}\r\nContent-Length: 2\r\n\r\n{}`,
  )
  return secure
}

async function leaveAfterHead(): Promise<void> {
  const secure = await send()
  await readHead(secure)
  secure.destroy()
}

describe('a client that leaves', () => {
  it('while it waits for the same account: nothing more is sent', async () => {
    await start(['a', 'b'])
    rig.scripts.set('a', says(429, '{}', { 'retry-after': '2' }))
    const secure = await send()
    await until(() => rig.arrived.length === 1, 'the first try')
    secure.destroy()
    await until(() => rig.world.routes.at(-1)?.outcome === 'aborted', 'the route to be aborted')
    expect(rig.arrived).toEqual(['a'])
    expect(rig.counted).toHaveLength(1)
  })

  it('while it waits for any account: nothing more is sent', async () => {
    await start(['a'], { pool: { wait: 20_000 } })
    rig.scripts.set('a', says(429, '{}', { 'retry-after': '10' }))
    const secure = await send()
    await until(() => /^Waits for an account/.test(rig.world.routes.at(-1)?.reason ?? ''), 'the wait')
    secure.destroy()
    await until(() => rig.world.routes.at(-1)?.outcome === 'aborted', 'the route to be aborted')
    expect(rig.arrived).toEqual(['a'])
  })

  it('while a failed answer is read: the vendor’s connection is ended too', async () => {
    await start(['a', 'b'])
    const closed = Promise.withResolvers<void>()
    rig.scripts.set('a', (res) => {
      res.once('close', () => closed.resolve())
      res.writeHead(400).write('{"error":')
    })
    const secure = await send()
    await until(() => rig.arrived.length === 1, 'the try')
    secure.destroy()
    await closed.promise
  })

  it('while a long failed answer is passed on: the same', async () => {
    await start(['a'])
    const closed = Promise.withResolvers<void>()
    rig.scripts.set('a', (res) => {
      res.once('close', () => closed.resolve())
      res.writeHead(400)
      const pump = (): void => {
        while (!res.destroyed && res.write('x'.repeat(65_536)));
        res.once('drain', pump)
      }
      pump()
    })
    await leaveAfterHead()
    await closed.promise
    await until(() => rig.world.routes.at(-1)?.outcome === 'aborted', 'the route to be aborted')
  })
})

describe('a failed answer', () => {
  it.each([0, 10, 65_536, 200_000])('of %i bytes is passed on whole', async (length) => {
    await start(['a'])
    rig.scripts.set('a', says(400, 'x'.repeat(length)))
    const answer = await rig.ask()
    expect([answer.status, answer.text.length]).toEqual([400, length])
  })

  it('that ends too early is not made to look whole', async () => {
    await start(['a'])
    rig.scripts.set('a', (res) => {
      res.writeHead(400, { 'content-length': '200000' })
      res.write('x'.repeat(100_000), () => setTimeout(() => res.destroy(), 50))
    })
    const answer = await rig.ask().catch((error: Error) => error)
    if (!(answer instanceof Error)) expect(answer.status === 502 || /\|cut$/.test(answer.text)).toBe(true)
    await until(() => rig.world.routes.at(-1)?.outcome === 'failed', 'the route to be failed')
  })

  it('that is packed is read all the same, and unpacked for the client', async () => {
    await start(['a', 'b'])
    const body = JSON.stringify({ error: { code: 'insufficient_quota', message: 'all used' } })
    rig.scripts.set('a', (res) => void res.writeHead(429, { 'content-encoding': 'gzip' }).end(gzipSync(body)))
    expect(await rig.ask()).toMatchObject({ text: 'ok b' })
    expect(standing('a')?.cooling).toMatchObject({ kind: 'quota', said: 'all used' })
    rig.scripts.set(
      'b',
      (res) => void res.writeHead(400, { 'content-encoding': 'gzip' }).end(gzipSync('{"x":1}')),
    )
    const answer = await rig.ask()
    expect([answer.status, answer.text, answer.headers['content-encoding']]).toEqual([
      400,
      '{"x":1}',
      undefined,
    ])
  })

  it('hides the credential of its own try', async () => {
    await start(['a', 'b'])
    rig.scripts.set('a', QUOTA)
    rig.scripts.set('b', says(400, `you sent ${keyOf('b')}`))
    const answer = await rig.ask()
    expect(answer.text).toBe(`you sent ${'*'.repeat(keyOf('b').length)}`)
  })

  it('that drags on is decided about all the same', async () => {
    await start(['a', 'b'])
    rig.scripts.set('a', (res) => void res.writeHead(402).write('{"error":{"message":"out of'))
    expect(await rig.ask()).toMatchObject({ text: 'ok b' })
  })
})

describe('strategies through the gateway', () => {
  it('round-robin gives each request the next, past the limited', async () => {
    await start(['a', 'b', 'c'])
    rig.choice = { ...rig.choice, strategy: 'round-robin' }
    rig.scripts.set('b', QUOTA)
    for (let i = 0; i < 5; i++) expect((await rig.ask()).status).toBe(200)
    expect(rig.arrived).toEqual(['a', 'b', 'c', 'a', 'c', 'a'])
    expect(rig.switches).toEqual([])
  })

  it('sticky lets a session keep the account that took over', async () => {
    await start(['a', 'b'], { pool: { cooldown: { ...POOL_DEFAULTS.cooldown, quota: [300] } } })
    rig.scripts.set('a', (res, nth, req) => (nth === 1 ? QUOTA : OK('a'))(res, nth, req))
    const session = { headers: { 'x-session-id': 's1' } }
    await rig.ask(session)
    await new Promise((done) => setTimeout(done, 350))
    expect(await rig.ask(session)).toMatchObject({ text: 'ok b' })
    expect(await rig.ask()).toMatchObject({ text: 'ok a' })
  })
})
