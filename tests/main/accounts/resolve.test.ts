import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Place } from '../../../src/main/accounts/types.ts'
import { type Harness, newAccount, openHarness } from './harness.ts'

let h: Harness
beforeEach(async () => {
  h = await openHarness()
})
afterEach(() => h.close())

const setState = (id: string, state: string) => {
  const { namespace, label } = h.accounts.get(id)
  h.db.prepare('UPDATE account SET state = ? WHERE id = ?').run(state, id)
  // Rows are read anew after a write of the directory's own.
  h.accounts.rename(id, { namespace, label })
}
const reasonFor = (place: Place = {}) => h.accounts.resolve('anthropic', place).reason
const chosen = (place: Place = {}) => h.accounts.resolve('anthropic', place).account.id
const P1 = { projectId: 'p1' }
const MODEL = 'claude-sonnet-4-5'

describe('the account of a request', () => {
  it('is the narrowest pinned one, else the active one, and it says why', async () => {
    const [active, model, project, both] = [
      await h.accounts.add(newAccount({ label: 'first' })),
      await h.accounts.add(newAccount({ label: 'for the model' })),
      await h.accounts.add(newAccount({ label: 'for the project' })),
      await h.accounts.add(newAccount({ label: 'for both' })),
    ]
    const asked = { ...P1, modelId: MODEL }
    expect(chosen(asked)).toBe(active.id)
    h.accounts.setPin(model.id, { modelId: MODEL })
    expect(chosen(asked)).toBe(model.id)
    h.accounts.setPin(project.id, P1)
    expect(chosen(asked)).toBe(project.id)
    h.accounts.setPin(both.id, asked)
    expect(chosen(asked)).toBe(both.id)

    expect(reasonFor(asked)).toBe('for both is pinned for this project and model.')
    expect(reasonFor({ ...P1, modelId: 'claude-opus-4-5' })).toBe(
      'for the project is pinned for this project.',
    )
    expect(reasonFor({ projectId: 'p2', modelId: MODEL })).toBe('for the model is pinned for this model.')
    expect(reasonFor({ projectId: 'p2' })).toBe('first is the active account of Anthropic.')
    expect(reasonFor()).toBe('first is the active account of Anthropic.')
    expect(reasonFor({ projectId: '', modelId: '' })).toBe('first is the active account of Anthropic.')
  })

  it.each(['disabled', 'revoked', 'expired'])(
    'is not a pinned one that is %s, and it says so',
    async (state) => {
      const active = await h.accounts.add(newAccount({ label: 'first' }))
      const both = await h.accounts.add(newAccount({ label: 'narrow' }))
      const project = await h.accounts.add(newAccount({ label: 'wide' }))
      const asked = { ...P1, modelId: MODEL }
      h.accounts.setPin(both.id, asked)
      h.accounts.setPin(project.id, P1)
      setState(both.id, state)
      expect(reasonFor(asked)).toBe(
        `wide is pinned for this project. narrow is pinned for this project and model, but is ${state}.`,
      )
      setState(project.id, state)
      expect(chosen(asked)).toBe(active.id)
      expect(reasonFor(asked)).toBe(
        `first is the active account of Anthropic. narrow is pinned for this project and model, but is ${state}. wide is pinned for this project, but is ${state}.`,
      )
      setState(active.id, 'revoked')
      expect(() => chosen(asked)).toThrow(
        expect.objectContaining({
          code: 'no_credential',
          message: expect.stringContaining(`but is ${state}.`),
        }),
      )
    },
  )

  it('is not a pinned one that is gone: its pins go with it', async () => {
    const active = await h.accounts.add(newAccount())
    const pinned = await h.accounts.add(newAccount())
    h.accounts.setPin(pinned.id, P1)
    await h.accounts.remove(pinned.id)
    expect(chosen(P1)).toBe(active.id)
    expect(h.accounts.pins()).toEqual([])
    expect(h.toldPins.at(-1)).toEqual([])
  })

  it('is still the one whose last request failed', async () => {
    const { id } = await h.accounts.add(newAccount())
    h.accounts.markRejected(id, 'no')
    expect(chosen()).toBe(id)
  })

  it.each([
    ['disabled', 'Enable it'],
    ['revoked', 'Replace its key'],
    ['expired', 'Replace its key'],
  ])('is none when the active one is %s', async (state, mend) => {
    const { id } = await h.accounts.add(newAccount({ label: 'mine' }))
    setState(id, state)
    expect(() => chosen()).toThrow(
      expect.objectContaining({
        code: 'no_credential',
        message: `The account mine of Anthropic is ${state}. ${mend} in Providers, or choose another account there.`,
      }),
    )
  })

  it('is none without accounts, and the error names the provider and what to do', () => {
    expect(() => chosen()).toThrow(
      expect.objectContaining({
        code: 'no_credential',
        message: 'There is no account for Anthropic. Connect it in Providers.',
        data: { providerId: 'anthropic' },
      }),
    )
    expect(() => h.accounts.resolve('nonesuch', {})).toThrow(
      expect.objectContaining({ code: 'unknown_provider' }),
    )
  })
})

describe('the credential of an account', () => {
  it('may be an OAuth login', async () => {
    const { id } = await h.accounts.add(newAccount({ providerId: 'openai' }))
    const login = { type: 'oauth', access: 'at', refresh: 'rt', expires: 5, accountId: 'acc' } as const
    await h.vault.write(`account/${id}`, JSON.stringify(login))
    expect(h.accounts.credential(id)).toEqual(login)
    const { accountId: _, ...without } = login
    await h.vault.write(`account/${id}`, JSON.stringify(without))
    expect(h.accounts.credential(id)).toEqual(without)
  })

  it('is missed by name when the vault has none', async () => {
    const { id } = await h.accounts.add(newAccount({ label: 'mine' }))
    await h.vault.remove(`account/${id}`)
    expect(() => h.accounts.credential(id)).toThrow(
      expect.objectContaining({ code: 'no_credential', message: expect.stringContaining('mine') }),
    )
  })

  it.each(['canary-not-json', '{"type":"other","key":"canary"}', '{"type":"api"}'])(
    'is not guessed at when the record makes no sense: %s',
    async (record) => {
      const { id } = await h.accounts.add(newAccount())
      await h.vault.write(`account/${id}`, record)
      const ask = () => h.accounts.credential(id)
      expect(ask).toThrow(expect.objectContaining({ code: 'vault_damaged' }))
      expect(ask).not.toThrow(/canary/)
    },
  )
})
