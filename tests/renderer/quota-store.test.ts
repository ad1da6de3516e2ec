import { expect, it } from 'vitest'
import type { BerthBridge, Envelope, Output } from '../../src/preload/contract.ts'
import { createQuotaStore } from '../../src/renderer/src/features/providers/quota-store.ts'

type Answer = Envelope<Output<'accounts.quota'>>

function lab() {
  const asked: { readonly id: string; readonly answer: (answer: Answer) => void }[] = []
  const bridge = {
    invoke: (_: string, { accountId }: { accountId: string }) =>
      new Promise<Answer>((answer) => asked.push({ id: accountId, answer })),
  } as unknown as BerthBridge
  const state = { now: 1000 }
  const store = createQuotaStore(bridge, () => state.now)
  return { asked, state, store, of: () => store.getState().askings.a1 }
}
const told = (value: Partial<Output<'accounts.quota'>>): Answer => ({
  ok: true,
  value: { windows: [], ...value },
})

it('asks once at a time, and keeps why it could not be asked until it could', async () => {
  const { asked, store, of } = lab()
  const first = store.getState().ask('a1', false)
  await store.getState().ask('a1', true)
  expect(asked).toHaveLength(1)
  expect(of()).toEqual({ under: true })
  asked[0]?.answer(told({ askedAt: 1000, problem: 'It was down.' }))
  await first
  expect(of()).toEqual({ under: false, problem: 'It was down.' })
  const second = store.getState().ask('a1', false)
  expect(of()).toEqual({ under: true, problem: 'It was down.' })
  asked[1]?.answer(told({ askedAt: 1000 }))
  await second
  expect(of()).toEqual({ under: false })
  const third = store.getState().ask('a1', false)
  asked[2]?.answer({ ok: false, error: { code: 'vault_locked', message: 'The vault is locked.' } })
  await third
  expect(of()).toEqual({ under: false, problem: 'The vault is locked.' })
})

it.each([
  ['by hand', true, true],
  ['by itself', false, undefined],
])('what was asked just before is said when it is wanted again %s', async (_, byHand, early) => {
  const { asked, state, store, of } = lab()
  state.now = 5000
  const asking = store.getState().ask('a1', byHand)
  asked[0]?.answer(told({ askedAt: 4000 }))
  await asking
  expect(of()?.early).toBe(early)
})
