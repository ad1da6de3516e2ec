import { describe, expect, it } from 'vitest'
import type { Account, Pin } from '../../src/preload/accounts.ts'
import type { BerthBridge, Envelope, MethodName } from '../../src/preload/contract.ts'
import { createPinsStore } from '../../src/renderer/src/features/providers/pins-store.ts'
import { createProvidersStore } from '../../src/renderer/src/features/providers/providers-store.ts'
import { createTestsStore } from '../../src/renderer/src/features/providers/tests-store.ts'
import { accounts } from './twin/providers.ts'

/** A bridge whose answers are given by hand, each when the test says so. */
function manual() {
  const calls: { method: MethodName; input: unknown; answer(envelope: unknown): void }[] = []
  const bridge: BerthBridge = {
    invoke: (method, input) =>
      new Promise((done) => {
        calls.push({ method, input, answer: (envelope) => done(envelope as Envelope<never>) })
      }),
    on: () => () => {},
    onConnection: () => () => {},
  }
  const answer = async (method: MethodName, envelope: unknown) => {
    const index = calls.findIndex((call) => call.method === method)
    calls.splice(index, 1)[0]?.answer(envelope)
    await new Promise((done) => setImmediate(done))
  }
  return { bridge, calls, answer }
}

const ok = (value: unknown) => ({ ok: true, value })
const refused = { ok: false, error: { code: 'internal', message: 'no' } }
const HOME: Pin = { providerId: 'anthropic', accountId: 'a2', projectId: 'p' }

describe('the store of pins', () => {
  it('lets an event stand against an answer that began before it', async () => {
    const { bridge, answer } = manual()
    const store = createPinsStore(bridge)
    const loading = store.getState().load()
    store.getState().put([HOME])
    await answer('pins.list', ok([]))
    await loading
    expect(store.getState().pins).toEqual([HOME])
  })

  it('keeps what it has when a fetch fails, says so, and takes that back', async () => {
    const { bridge, answer } = manual()
    const store = createPinsStore(bridge)
    store.getState().put([HOME])
    void store.getState().load()
    await answer('pins.list', refused)
    expect(store.getState()).toMatchObject({ pins: [HOME], error: { code: 'internal' } })
    void store.getState().load()
    await answer('pins.list', ok([]))
    expect(store.getState()).toMatchObject({ pins: [], error: undefined })
  })
})

describe('the store of providers', () => {
  const own = accounts(0).filter((account) => account.providerId === 'anthropic')
  const order = (list: readonly Account[] | undefined) =>
    list?.toSorted((a, b) => a.position - b.position).map((account) => account.id)

  it('shows a new order at once, and the old one again when it is refused', async () => {
    const { bridge, answer } = manual()
    const store = createProvidersStore(bridge)
    store.getState().putAccounts(own)
    const done = store.getState().reorder('anthropic', ['a5', 'a1', 'a2'])
    expect(order(store.getState().accounts)).toEqual(['a5', 'a1', 'a2'])
    await answer('accounts.reorder', refused)
    await answer('accounts.list', ok(own))
    expect((await done).ok).toBe(false)
    expect(order(store.getState().accounts)).toEqual(['a1', 'a2', 'a5'])
  })

  it('lets an event stand against a list that was asked for before it', async () => {
    const { bridge, answer } = manual()
    const store = createProvidersStore(bridge)
    void store.getState().load()
    store.getState().putAccounts(own)
    await answer('accounts.list', ok([]))
    expect(store.getState().accounts).toEqual(own)
  })
})

describe('the store of tests', () => {
  const check = { verdict: 'good', message: 'The key works.', durationMs: 12 }

  it('makes one test of an account at a time, and keeps what it showed until it is put away', async () => {
    const { bridge, calls, answer } = manual()
    const store = createTestsStore(bridge)
    const first = store.getState().test('a1')
    const second = store.getState().test('a1')
    expect(calls).toHaveLength(1)
    expect(store.getState().results.a1?.state).toBe('testing')
    await answer('accounts.check', ok(check))
    expect(await first).toBe(await second)
    expect(store.getState().results.a1).toMatchObject({ state: 'done', check })
    store.getState().dismiss('a1')
    expect(store.getState().results.a1).toBeUndefined()
    void store.getState().test('a1')
    expect(calls).toHaveLength(1)
  })

  it('says when a test could not be made', async () => {
    const { bridge, answer } = manual()
    const store = createTestsStore(bridge)
    void store.getState().test('a1')
    await answer('accounts.check', refused)
    expect(store.getState().results.a1).toMatchObject({ state: 'failed', failure: { message: 'no' } })
  })
})
