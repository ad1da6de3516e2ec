import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Harness, newAccount, openHarness } from './harness.ts'

let h: Harness
beforeEach(async () => {
  h = await openHarness()
})
afterEach(() => h.close())

const setState = (id: string, state: string) =>
  h.db.prepare('UPDATE account SET state = ? WHERE id = ?').run(state, id)
const chosen = (pinned?: string) => h.accounts.resolve('anthropic', pinned).account.id

describe('the account of a request', () => {
  it('is the pinned one, else the active one, and it says why', async () => {
    const active = await h.accounts.add(newAccount({ label: 'first' }))
    const pinned = await h.accounts.add(newAccount({ label: 'second' }))
    expect(chosen()).toBe(active.id)
    expect(chosen(pinned.id)).toBe(pinned.id)
    expect(h.accounts.resolve('anthropic').reason).toBe('first is the active account of Anthropic.')
    expect(h.accounts.resolve('anthropic', pinned.id).reason).toContain('second is pinned')
    h.accounts.activate(pinned.id)
    expect(chosen()).toBe(pinned.id)
  })

  it('is not a pinned one that is gone, disabled, or of another provider', async () => {
    const active = await h.accounts.add(newAccount())
    const pinned = await h.accounts.add(newAccount())
    const other = await h.accounts.add(newAccount({ providerId: 'openai' }))
    setState(pinned.id, 'disabled')
    expect(chosen(pinned.id)).toBe(active.id)
    expect(h.accounts.resolve('anthropic', pinned.id).reason).toContain('the pinned one is disabled')
    expect(chosen(other.id)).toBe(active.id)
    await h.accounts.remove(pinned.id)
    expect(h.accounts.resolve('anthropic', pinned.id).reason).toContain('the pinned one is gone')
  })

  it('is still the one whose last request failed', async () => {
    const { id } = await h.accounts.add(newAccount())
    h.accounts.markRejected(id, 'no')
    expect(chosen()).toBe(id)
  })

  it.each(['disabled', 'revoked'])('is none when the active one is %s', async (state) => {
    const { id } = await h.accounts.add(newAccount({ label: 'mine' }))
    setState(id, state)
    expect(() => chosen()).toThrow(
      expect.objectContaining({
        code: 'no_credential',
        message: `The account mine of Anthropic is ${state}. Connect it in Providers, or choose another account there.`,
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
    expect(() => h.accounts.resolve('nonesuch')).toThrow(
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
