import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Account } from '../../../src/preload/accounts.ts'
import { type Harness, newAccount, newKey, openHarness } from './harness.ts'

let h: Harness
let one: Account
let two: Account
let three: Account
beforeEach(async () => {
  h = await openHarness()
  one = await h.accounts.add(newAccount({ label: 'one' }))
  two = await h.accounts.add(newAccount({ label: 'two' }))
  three = await h.accounts.add(newAccount({ label: 'three' }))
})
afterEach(() => h.close())

const chosen = (place = {}) => {
  const { accounts, ...choice } = h.accounts.choose('anthropic', place)
  return { ...choice, accounts: accounts.map(({ label }) => label) }
}

describe('the accounts for a request', () => {
  it('are the active one alone, until the user lets the others take over', () => {
    expect(h.accounts.pool('anthropic')).toEqual({ strategy: 'sticky', rotate: false })
    expect(chosen()).toMatchObject({ accounts: ['one'], active: one.id, strategy: 'sticky' })
    h.accounts.setPool('anthropic', { rotate: true })
    expect(chosen()).toMatchObject({ accounts: ['one', 'two', 'three'], active: one.id, strategy: 'sticky' })
    h.accounts.setPool('anthropic', { strategy: 'hybrid' })
    expect(h.accounts.pool('anthropic')).toEqual({ strategy: 'hybrid', rotate: true })
  })

  it('are in the pool’s order, without those that cannot be used', () => {
    h.accounts.setPool('anthropic', { rotate: true })
    h.accounts.reorder('anthropic', [three.id, one.id, two.id])
    expect(chosen().accounts).toEqual(['three', 'one', 'two'])
    h.accounts.setEnabled(three.id, false)
    h.accounts.retire(two.id, 'It was refused twice.')
    expect(chosen().accounts).toEqual(['one'])
    expect(h.accounts.get(two.id)).toMatchObject({ state: 'revoked', lastError: 'It was refused twice.' })
  })

  it('are the others when the active one cannot be used, where they may take over', () => {
    h.accounts.activate(two.id)
    h.accounts.retire(two.id, 'It is dead.')
    expect(() => chosen()).toThrow(expect.objectContaining({ code: 'no_credential' }))
    h.accounts.setPool('anthropic', { rotate: true })
    expect(chosen()).toEqual({
      accounts: ['one', 'three'],
      active: three.id,
      strategy: 'sticky',
      reason: 'three serves because two, the active account of Anthropic, is revoked.',
    })
    h.accounts.retire(three.id, 'It is dead.')
    expect(chosen()).toMatchObject({ accounts: ['one'], active: one.id })
    h.accounts.retire(one.id, 'It is dead.')
    expect(() => chosen()).toThrow(/two of Anthropic is revoked/)
    // Nobody switched: what is chosen is still the user's.
    expect(h.accounts.get(two.id).active).toBe(true)
    h.accounts.setPin(three.id, { projectId: 'p1' })
    expect(() => chosen({ projectId: 'p1' })).toThrow(/three is pinned for this project, but is revoked/)
  })

  it('are the pinned one alone, whatever the pool does', () => {
    h.accounts.setPool('anthropic', { rotate: true })
    h.accounts.setPin(two.id, { projectId: 'p1' })
    expect(chosen({ projectId: 'p1' })).toMatchObject({ accounts: ['two'], active: two.id })
    expect(chosen({ projectId: 'p2' }).accounts).toHaveLength(3)
  })

  it('stay as the user wants them over a restart', async () => {
    h.accounts.setPool('anthropic', { rotate: true, strategy: 'round-robin' })
    h = await h.reopen()
    expect(h.accounts.pool('anthropic')).toEqual({ strategy: 'round-robin', rotate: true })
  })

  it('of a provider that is not there have no settings', () => {
    expect(() => h.accounts.setPool('nope', { rotate: true })).toThrow(
      expect.objectContaining({ code: 'unknown_provider' }),
    )
  })
})

it('tells which account got a new chance', async () => {
  h.accounts.activate(two.id)
  h.accounts.setEnabled(three.id, false)
  h.accounts.markUsed(one.id)
  h.accounts.markRejected(one.id, 'no')
  expect(h.renewed).toEqual([two.id])
  h.accounts.setEnabled(three.id, true)
  expect(h.replaced).toEqual([])
  await h.accounts.replaceKey(one.id, newKey())
  expect(h.replaced).toEqual([one.id])
  h.accounts.markChecked(two.id, { verdict: 'rate_limited', message: 'Later.', durationMs: 1 })
  expect(h.renewed).toEqual([two.id, three.id, one.id])
  h.accounts.markChecked(two.id, { verdict: 'good', message: 'Good.', durationMs: 1 })
  expect(h.renewed.at(-1)).toBe(two.id)
})
