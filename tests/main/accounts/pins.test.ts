import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pin as pinShape } from '../../../src/preload/accounts.ts'
import { type Harness, newAccount, newKey, openHarness } from './harness.ts'

let h: Harness
beforeEach(async () => {
  h = await openHarness()
})
afterEach(() => h.close())

const MODEL = 'claude-sonnet-4-5'
const P1 = { projectId: 'p1' }
const bad = expect.objectContaining({ code: 'bad_request' })

describe('pins', () => {
  it('are set, moved and taken away, each place on its own, and stay after a restart', async () => {
    const one = await h.accounts.add(newAccount())
    const two = await h.accounts.add(newAccount())
    h.accounts.setPin(one.id, P1)
    h.accounts.setPin(one.id, { modelId: MODEL })
    const all = h.accounts.setPin(two.id, { ...P1, modelId: MODEL })
    const providerId = 'anthropic'
    expect(all.map((pin) => pinShape.parse(pin))).toEqual([
      { providerId, accountId: one.id, modelId: MODEL },
      { providerId, accountId: one.id, ...P1 },
      { providerId, accountId: two.id, ...P1, modelId: MODEL },
    ])
    expect(h.toldPins.at(-1)).toEqual(all)
    h.accounts.setPin(two.id, P1)
    h = await h.reopen()
    expect(h.accounts.pins().find(({ modelId }) => modelId === undefined)?.accountId).toBe(two.id)
    h.accounts.removePin(providerId, P1)
    expect(h.accounts.pins()).toHaveLength(2)
    h.accounts.removePin(providerId, P1)
    h.accounts.removePin(providerId, { modelId: MODEL })
    expect(h.accounts.removePin(providerId, { ...P1, modelId: MODEL })).toEqual([])
  })

  it('of two providers do not meet', async () => {
    const one = await h.accounts.add(newAccount())
    const other = await h.accounts.add(newAccount({ providerId: 'openai' }))
    h.accounts.setPin(one.id, P1)
    h.accounts.setPin(other.id, P1)
    expect(h.accounts.pins()).toHaveLength(2)
    expect(h.accounts.resolve('anthropic', P1).account.id).toBe(one.id)
    expect(h.accounts.resolve('openai', P1).account.id).toBe(other.id)
    h.accounts.removePin('anthropic', P1)
    expect(h.accounts.pins()).toEqual([{ providerId: 'openai', accountId: other.id, ...P1 }])
  })

  it('go with their project and with their account, and with nothing else', async () => {
    const one = await h.accounts.add(newAccount())
    const two = await h.accounts.add(newAccount())
    h.accounts.setPin(one.id, P1)
    h.accounts.setPin(one.id, { ...P1, modelId: MODEL })
    h.accounts.setPin(two.id, { projectId: 'p2' })
    h.accounts.setPin(one.id, { modelId: MODEL })
    const told = h.toldPins.length
    h.accounts.forgetProject('p1')
    h.accounts.forgetProject('never-was')
    expect(h.toldPins.length - told).toBe(1)
    expect(h.accounts.pins()).toHaveLength(2)
    await h.accounts.replaceKey(one.id, newKey())
    expect(h.accounts.pins()).toHaveLength(2)
    await h.accounts.remove(one.id)
    expect(h.accounts.pins()).toEqual([{ providerId: 'anthropic', accountId: two.id, projectId: 'p2' }])
    expect(h.toldPins.at(-1)).toEqual(h.accounts.pins())
  })

  it('are refused to nowhere, to a model that is none, and of an account that is none', async () => {
    const { id } = await h.accounts.add(newAccount())
    for (const nowhere of [{}, { projectId: '' }, { modelId: '' }, { projectId: undefined, modelId: '' }]) {
      expect(() => h.accounts.setPin(id, nowhere)).toThrow(bad)
      expect(() => h.accounts.removePin('anthropic', nowhere)).toThrow(bad)
    }
    expect(() => h.accounts.setPin(id, { modelId: 'gpt-5' })).toThrow(
      expect.objectContaining({ code: 'unknown_model' }),
    )
    expect(() => h.accounts.setPin('nope', P1)).toThrow(expect.objectContaining({ code: 'not_found' }))
    expect(h.accounts.pins()).toEqual([])
    expect(h.toldPins).toEqual([])
  })

  it('for a model that left the catalog are listed, harm nothing, and can be taken away', async () => {
    const { id } = await h.accounts.add(newAccount())
    h.accounts.setPin(id, { ...P1, modelId: MODEL })
    h.db.prepare("UPDATE pin SET model_id = 'claude-1'").run()
    expect(h.accounts.resolve('anthropic', { ...P1, modelId: MODEL }).reason).toContain('the active account')
    expect(h.accounts.resolve('anthropic', { ...P1, modelId: 'claude-1' }).reason).toContain('is pinned')
    expect(h.accounts.removePin('anthropic', { ...P1, modelId: 'claude-1' })).toEqual([])
  })

  it('that name an account of another provider are passed over', async () => {
    const one = await h.accounts.add(newAccount())
    const other = await h.accounts.add(newAccount({ providerId: 'openai' }))
    h.accounts.setPin(one.id, P1)
    h.db.prepare('UPDATE pin SET account_id = ?').run(other.id)
    expect(h.accounts.resolve('anthropic', P1).account.id).toBe(one.id)
  })
})

describe('a provider that left the catalog', () => {
  const HOMELAB = { id: 'homelab', name: 'Home lab', baseUrl: 'http://127.0.0.1:9/v1', discover: false }
  it('keeps its accounts, which can be tidied up, and hinders nobody', async () => {
    h.catalog.saveCustom({ ...HOMELAB, models: [{ id: 'm', name: 'M' }] })
    const stays = await h.accounts.add(newAccount({ label: 'stays' }))
    const lone = await h.accounts.add(newAccount({ providerId: 'homelab', label: 'lone' }))
    const pair = await h.accounts.add(newAccount({ providerId: 'homelab', label: 'pair' }))
    h.accounts.setPin(lone.id, { modelId: 'm' })
    h.catalog.removeCustom('homelab')
    h = await h.reopen()

    expect(h.accounts.list()).toHaveLength(3)
    expect(h.accounts.pins()).toHaveLength(1)
    expect(h.accounts.resolve('anthropic', { projectId: 'p1', modelId: 'm' }).account.id).toBe(stays.id)
    expect(() => h.accounts.resolve('homelab', {})).toThrow(
      expect.objectContaining({ code: 'unknown_provider' }),
    )
    await h.accounts.sweep()
    await h.accounts.exportFile('long enough passphrase')

    expect(h.accounts.rename(lone.id, { namespace: '', label: 'old' }).label).toBe('old')
    expect(() => h.accounts.rename(lone.id, { namespace: '', label: 'pair' })).toThrow(
      /homelab has an account/,
    )
    expect(h.accounts.reorder('homelab', [pair.id, lone.id])[0]?.id).toBe(pair.id)
    expect(h.accounts.setEnabled(lone.id, false).state).toBe('disabled')
    expect(h.accounts.activate(pair.id).active).toBe(true)
    h.accounts.markUsed(pair.id)
    h.accounts.markRejected(pair.id, 'no')
    await h.accounts.replaceKey(pair.id, newKey())
    expect(() => h.accounts.setFields(pair.id, {})).toThrow(
      expect.objectContaining({ code: 'unknown_provider' }),
    )
    expect(h.accounts.removePin('homelab', { modelId: 'm' })).toEqual([])
    await h.accounts.remove(lone.id)
    await h.accounts.remove(pair.id)
    expect(h.accounts.list().map(({ id }) => id)).toEqual([stays.id])
    expect(h.vault.ids()).toEqual([`account/${stays.id}`])
  })
})
