import { connect as tlsConnect } from 'node:tls'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createGateway } from '../../../src/main/gateway/gateway.ts'
import { loadIdentity } from '../../../src/main/gateway/identity.ts'
import { createTending } from '../../../src/main/gateway/tend.ts'
import type { Gateway } from '../../../src/main/gateway/types.ts'
import type { Notice } from '../../../src/preload/shapes.ts'
import { connectThrough, makeDeps } from './world.ts'

/** The authority's end, its successor, and who trusts which. */

const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 20)
const LIFE = 3650

afterEach(() => {
  vi.useRealTimers()
})

/** An installation that was made at `NOW`; `at` moves its clock to a day. */
async function installation() {
  const records = new Map<string, string>()
  const clock = { time: NOW }
  let locked = false
  const load = () =>
    loadIdentity(
      {
        readSecret: (id) => records.get(id),
        writeSecret: async (id, secret) => {
          if (locked) throw new Error('The vault is locked.')
          records.set(id, secret)
        },
      },
      () => clock.time,
    )
  const identity = await load()
  return {
    ...{ records, clock, load, identity },
    at: (day: number) => {
      clock.time = NOW + day * DAY
    },
    lock: (to: boolean) => {
      locked = to
    },
  }
}

const count = (pem: string): number => pem.match(/BEGIN CERTIFICATE/g)?.length ?? 0

describe('an authority', () => {
  it('is let be until sixty days before its end', async () => {
    const { identity, at, records } = await installation()
    const before = new Map(records)
    at(LIFE - 61)
    expect(await identity.renew()).toBe(false)
    expect(records).toEqual(before)
    expect(count(identity.trusted())).toBe(1)
  })

  it('is given a successor that is trusted beside it, and signs on', async () => {
    const { identity, at, load } = await installation()
    const old = identity.authority.certificate
    at(LIFE - 59)
    expect(await identity.renew()).toBe(true)
    expect(await identity.renew()).toBe(false)
    expect(count(identity.trusted())).toBe(2)
    expect(identity.authority.certificate).toBe(old)
    expect((await load()).trusted()).toBe(identity.trusted())
  })

  it('hands over thirty days before its end, to what is trusted since', async () => {
    const { identity, at, load } = await installation()
    const old = identity.authority.certificate
    at(LIFE - 59)
    await identity.renew()
    const both = identity.trusted()
    at(LIFE - 29)
    expect(await identity.renew()).toBe(false)
    expect(identity.authority.certificate).not.toBe(old)
    expect(both).toContain(identity.authority.certificate)
    expect(count(identity.trusted())).toBe(1)
    expect((await load()).authority.certificate).toBe(identity.authority.certificate)
  })

  it.each([29, 1])('that was not looked at until %s days before its end hands over at once', async (left) => {
    const { load, at } = await installation()
    at(LIFE - left)
    const identity = await load()
    const old = identity.authority.certificate
    expect(await identity.renew()).toBe(true)
    expect(identity.authority.certificate).not.toBe(old)
  })

  it('that has ended is made anew, unless its successor lives', async () => {
    const { identity, at, load } = await installation()
    at(LIFE - 59)
    await identity.renew()
    const successor = identity.trusted().slice(identity.authority.certificate.length).trim()
    at(LIFE + 1)
    const later = await load()
    await later.renew()
    expect(later.authority.certificate.trim()).toBe(successor)
    at(3 * LIFE)
    const last = await load()
    expect(last.authority.certificate).not.toContain(successor)
    expect(await last.renew()).toBe(false)
  })

  it('stays what it is where the successor cannot be kept', async () => {
    const { identity, at, lock } = await installation()
    at(LIFE - 29)
    const old = identity.authority.certificate
    lock(true)
    await expect(identity.renew()).rejects.toThrow('locked')
    expect(identity.authority.certificate).toBe(old)
    expect(identity.trusted()).toBe(old)
    lock(false)
    expect(await identity.renew()).toBe(true)
  })
})

it('looked at twice at once, is given one successor', async () => {
  const { identity, at } = await installation()
  at(LIFE - 59)
  expect(await Promise.all([identity.renew(), identity.renew()])).toEqual([true, false])
  expect(count(identity.trusted())).toBe(2)
})

it('is looked at when the gateway opens and once a day, and a new one is told of', async () => {
  vi.useFakeTimers()
  const notices: Omit<Notice, 'id'>[] = []
  let looks = 0
  const answers = [false, false, new Error('The vault is locked.'), true, false]
  const tending = createTending((notice) => notices.push(notice))
  const renew = async (): Promise<boolean> => {
    const answer = answers[looks++]
    if (answer instanceof Error) throw answer
    return answer ?? false
  }
  await tending.start({ renew })
  expect(looks).toBe(1)
  await vi.advanceTimersByTimeAsync(2 * DAY)
  expect(looks).toBe(3)
  expect(notices).toEqual([])
  await vi.advanceTimersByTimeAsync(2 * DAY)
  expect(notices).toMatchObject([
    { level: 'info', text: expect.stringMatching(/renewed its certificate\. Restart the projects that run/) },
  ])
  tending.stop()
  await vi.advanceTimersByTimeAsync(2 * DAY)
  expect(looks).toBe(5)
})

describe('at the gateway', () => {
  const opened: Gateway[] = []
  afterEach(async () => {
    for (const gateway of opened.splice(0)) await gateway.close()
  })

  /** The same installation's gateway, opened on another day. */
  async function openOn(state: ReturnType<typeof makeDeps>, day: number) {
    const now = () => Date.now() + day * DAY
    const gateway = createGateway(state.deps, { hostMap: {}, extraCa: undefined, now })
    opened.push(gateway)
    const { port } = await gateway.listen(['127.0.0.1'], 0)
    return { gateway, port }
  }

  /** The TLS handshake of a project that trusts `ca`. */
  async function handshake(at: Awaited<ReturnType<typeof openOn>>, ca: string): Promise<boolean> {
    const { socket } = await connectThrough(at, 'api.openai.com:443')
    const secure = tlsConnect({ socket, servername: 'api.openai.com', ca })
    try {
      return await new Promise((resolve) => {
        secure.once('secureConnect', () => resolve(true))
        secure.once('error', () => resolve(false))
      })
    } finally {
      secure.destroy()
    }
  }

  it('what was started since the successor was made trusts it when it takes over; what was before does not', async () => {
    const state = makeDeps()
    const before = (await openOn(state, -(LIFE - 29))).gateway.caCertificate()
    const between = await openOn(state, -25)
    expect(count(between.gateway.caCertificate())).toBe(2)
    expect(state.notices).toHaveLength(1)
    expect(await handshake(between, before)).toBe(true)
    const after = await openOn(state, 0)
    expect(await handshake(after, between.gateway.caCertificate())).toBe(true)
    expect(await handshake(after, after.gateway.caCertificate())).toBe(true)
    expect(await handshake(after, before)).toBe(false)
    expect(state.notices).toHaveLength(1)
  })
})
