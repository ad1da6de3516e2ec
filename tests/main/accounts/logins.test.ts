import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Credential, NewCredential } from '../../../src/main/accounts/types.ts'
import { type Harness, newAccount, newKey, openHarness } from './harness.ts'

/** Credentials of every kind, whose they are, and when they end. */

let h: Harness
beforeEach(async () => {
  h = await openHarness()
})
afterEach(() => h.close())

let logins = 0
type Login = Extract<Credential, { type: 'oauth' }>
function newLogin(over: Partial<Login> = {}): Login {
  logins += 1
  return {
    type: 'oauth',
    access: `access-canary-${logins}`,
    refresh: `refresh-${logins}`,
    expires: 9000,
    ...over,
  }
}
function withLogin(credential: Credential, over: Partial<NewCredential> = {}): NewCredential {
  return { providerId: 'openai', namespace: '', label: `login ${logins}`, fields: {}, credential, ...over }
}
const conflict = (message: RegExp) =>
  expect.objectContaining({ code: 'conflict', message: expect.stringMatching(message) })
const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'bad_request', message: expect.stringMatching(message) })
const USER = { kind: 'user' as const, id: 'user_1', name: 'Ada' }

describe('a login', () => {
  it('is added with its end, and its tokens are nowhere but in the vault', async () => {
    const login = newLogin({ accountId: 'acct_1' })
    const added = await h.accounts.addCredential(withLogin(login, { identity: USER }))
    expect(added).toMatchObject({ type: 'oauth', expiresAt: 9000, state: 'connected', identity: USER })
    expect(h.accounts.credential(added.id)).toEqual(login)
    expect(JSON.stringify([added, h.told])).not.toContain('canary')
  })

  it('goes on past its time when it can be renewed, and has expired when not', async () => {
    const renewed = await h.accounts.addCredential(withLogin(newLogin()))
    const ending = await h.accounts.addCredential(withLogin(newLogin({ refresh: '' })))
    h.accounts.setPin(ending.id, { projectId: 'p1' })
    h.time = 8999
    expect(h.accounts.get(ending.id).state).toBe('connected')
    expect(h.accounts.resolve('openai', { projectId: 'p1' }).account.id).toBe(ending.id)
    h.time = 9000
    expect(h.accounts.get(renewed.id).state).toBe('connected')
    expect(h.accounts.get(ending.id)).toMatchObject({
      state: 'expired',
      lastError: 'The login ended on 1970-01-01. Sign in again, or use a key instead.',
    })
    const { account, reason } = h.accounts.resolve('openai', { projectId: 'p1' })
    expect(account.id).toBe(renewed.id)
    expect(reason).toContain('is pinned for this project, but is expired.')
    // An answer to an old request does not bring it back, nor does a refusal hide why.
    h.accounts.markUsed(ending.id)
    h.accounts.markRejected(ending.id, 'no')
    expect(h.accounts.get(ending.id).state).toBe('expired')
    h.accounts.activate(renewed.id)
    expect(() => h.accounts.activate(ending.id)).toThrow(conflict(/is expired/))
    const again = await h.accounts.replaceCredential(ending.id, newLogin({ refresh: '', expires: 20_000 }))
    expect(again).toMatchObject({ state: 'connected', expiresAt: 20_000 })
    expect(again).not.toHaveProperty('lastError')
  })

  it('without an end has none', async () => {
    const added = await h.accounts.addCredential(
      withLogin(newLogin({ expires: 0, refresh: '' }), { providerId: 'github-copilot' }),
    )
    h.time = 10 ** 13
    expect(h.accounts.get(added.id)).not.toHaveProperty('expiresAt')
    expect(h.accounts.get(added.id).state).toBe('connected')
  })

  it('is refused where a provider has no sign-in, and where a subscription is', async () => {
    await expect(
      h.accounts.addCredential(withLogin(newLogin(), { providerId: 'anthropic' })),
    ).rejects.toEqual(refused(/Anthropic has no sign-in/))
    const bad: [Login, RegExp][] = [
      [newLogin({ access: 'sk-ant-oat01-x' }), /Anthropic forbids/],
      [newLogin({ refresh: 'sk-ant-ort01-x' }), /Anthropic forbids/],
      [newLogin({ access: '', refresh: '' }), /empty/],
      [newLogin({ access: 'a b' }), /cannot be sent/],
      [newLogin({ access: 'x'.repeat(9000) }), /cannot be sent/],
      [newLogin({ refresh: 'line\nend' }), /cannot be sent/],
    ]
    for (const [login, message] of bad)
      await expect(h.accounts.addCredential(withLogin(login))).rejects.toEqual(refused(message))
    await expect(h.accounts.addCredential(withLogin(newLogin(), { label: '  ' }))).rejects.toEqual(
      refused(/label/),
    )
    expect(h.vault.ids()).toEqual([])
    expect(h.accounts.list()).toEqual([])
  })

  it('is there once, by its tokens, the vendor’s account id, or whose it is', async () => {
    const first = newLogin({ accountId: 'acct_1' })
    const { id } = await h.accounts.addCredential(withLogin(first, { label: 'mine', identity: USER }))
    const twins: NewCredential[] = [
      withLogin(newLogin({ refresh: first.refresh })),
      withLogin(newLogin({ accountId: 'acct_1' })),
      withLogin(newLogin(), { identity: USER }),
      withLogin(newLogin({ accountId: USER.id }), { identity: { ...USER, name: 'Ada L.' } }),
    ]
    for (const twin of twins)
      await expect(h.accounts.addCredential(twin)).rejects.toEqual(conflict(/mine of OpenAI/))
    expect(h.accounts.list()).toHaveLength(1)
    expect(h.accounts.holderOf('openai', newLogin({ accountId: 'acct_1' }))?.id).toBe(id)
    expect(h.accounts.holderOf('xai', newLogin({ accountId: 'acct_1' }))).toBeUndefined()
    expect(h.accounts.holderOf('openai', newLogin({ accountId: 'acct_2' }))).toBeUndefined()
  })

  it('is another one for two people of one vendor account, and for empty tokens', async () => {
    const shared = { accountId: 'team', refresh: '' }
    await h.accounts.addCredential(withLogin(newLogin(shared), { identity: USER }))
    await h.accounts.addCredential(withLogin(newLogin(shared), { identity: { kind: 'user', id: 'user_2' } }))
    await h.accounts.addCredential(withLogin(newLogin({ refresh: '' })))
    expect(h.accounts.list()).toHaveLength(3)
  })
})

describe('new tokens of a login', () => {
  it('leave the account as it is', async () => {
    const before = newLogin({ accountId: 'acct_1' })
    const { id } = await h.accounts.addCredential(withLogin(before, { identity: USER }))
    h.accounts.markRejected(id, 'It was refused.')
    h.accounts.setEnabled(id, false)
    const after = { ...before, access: 'access-canary-next', expires: 99_000 }
    const told = h.told.length
    expect(await h.accounts.keepRenewed(id, before, after)).toBe(true)
    expect(h.told).toHaveLength(told + 1)
    expect(h.accounts.get(id)).toMatchObject({
      state: 'disabled',
      lastError: 'It was refused.',
      expiresAt: 99_000,
      identity: USER,
    })
    expect(h.accounts.credential(id)).toEqual(after)
    expect([h.renewed, h.replaced]).toEqual([[], []])
  })

  it('are not kept for a login that is gone, or another by now', async () => {
    const before = newLogin()
    const { id } = await h.accounts.addCredential(withLogin(before))
    const after = newLogin()
    await h.accounts.replaceCredential(id, newLogin())
    expect(await h.accounts.keepRenewed(id, before, after)).toBe(false)
    const removal = h.accounts.remove(id)
    const late = h.accounts.keepRenewed(id, before, after)
    await removal
    expect(await late).toBe(false)
    expect(h.vault.ids()).toEqual([])
  })
})

describe('keys', () => {
  it('of one organisation, or of one person, may be several', async () => {
    const identity = { kind: 'organization' as const, id: 'org_1' }
    for (const whose of [identity, identity, USER, USER]) {
      const given = withLogin({ type: 'api', key: newKey() }, { label: newKey().slice(-5), identity: whose })
      await h.accounts.addCredential(given)
    }
    expect(h.accounts.list()).toHaveLength(4)
  })

  it('are found by their holder, and not while the vault is closed', async () => {
    const given = newAccount()
    const { id } = await h.accounts.add(given)
    expect(h.accounts.holderOf('anthropic', { type: 'api', key: given.key })?.id).toBe(id)
    expect(h.accounts.holderOf('anthropic', { type: 'api', key: newKey() })).toBeUndefined()
    expect(h.accounts.hasSecret(id)).toBe(true)
    await h.vault.lock()
    const locked = expect.objectContaining({ code: 'vault_locked' })
    expect(() => h.accounts.holderOf('anthropic', { type: 'api', key: given.key })).toThrow(locked)
    // Locked is not lost.
    expect(() => h.accounts.hasSecret(id)).toThrow(locked)
    await h.vault.unlock()
    await h.vault.write(`account/${id}`, 'not a credential')
    expect(h.accounts.hasSecret(id)).toBe(false)
    await h.vault.remove(`account/${id}`)
    expect(h.accounts.hasSecret(id)).toBe(false)
    expect(() => h.accounts.hasSecret('nope')).toThrow(/nope/)
  })

  it('of 10 kB are no keys', async () => {
    const junk = [
      'x'.repeat(10_000),
      `${'junk '.repeat(2000)}`,
      `sk-${'\u0000'.repeat(5000)}`,
      '"'.repeat(10_000),
    ]
    for (const key of junk) await expect(h.accounts.add(newAccount({ key }))).rejects.toEqual(refused(/key/))
    const long = `x${'y'.repeat(4000)}`
    await expect(h.accounts.add(newAccount({ key: long }))).resolves.toMatchObject({ state: 'connected' })
  })

  it('keep the id and the date an export gives them, unless the id is taken', async () => {
    const id = 'kept-id'
    const given = () =>
      withLogin({ type: 'api', key: newKey() }, { label: newKey().slice(-5), id, createdAt: 5 })
    expect(await h.accounts.addCredential(given())).toMatchObject({ id, createdAt: 5 })
    expect((await h.accounts.addCredential(given())).id).not.toBe(id)
  })
})

describe('replacing', () => {
  it('makes a login a key when a key is given, and forgets whose it was', async () => {
    const { id } = await h.accounts.addCredential(withLogin(newLogin(), { identity: USER }))
    h.accounts.markChecked(id, { verdict: 'good', message: '', durationMs: 1 })
    const key = newKey().slice(13)
    const replaced = await h.accounts.replaceKey(id, key)
    expect(replaced).toMatchObject({ type: 'api', state: 'connected', preview: `…${key.slice(-4)}` })
    expect(Object.keys(replaced)).not.toEqual(expect.arrayContaining(['expiresAt']))
    expect(replaced).not.toHaveProperty('identity')
    expect(replaced).not.toHaveProperty('checkedAt')
    expect(h.accounts.credential(id)).toEqual({ type: 'api', key })
  })

  it('keeps whose it is for the same login, renewed', async () => {
    const { id } = await h.accounts.addCredential(
      withLogin(newLogin({ accountId: 'acct_1' }), { identity: USER }),
    )
    expect((await h.accounts.replaceCredential(id, newLogin({ accountId: 'acct_1' }))).identity).toEqual(USER)
    expect(await h.accounts.replaceCredential(id, newLogin({ accountId: 'acct_2' }))).not.toHaveProperty(
      'identity',
    )
    const other = { kind: 'user' as const, id: 'user_2' }
    expect((await h.accounts.replaceCredential(id, newLogin(), other)).identity).toEqual(other)
  })

  it('refuses a login that another account is', async () => {
    await h.accounts.addCredential(withLogin(newLogin({ accountId: 'acct_1' }), { label: 'mine' }))
    const two = await h.accounts.addCredential(withLogin(newLogin(), { label: 'theirs' }))
    await expect(h.accounts.replaceCredential(two.id, newLogin({ accountId: 'acct_1' }))).rejects.toEqual(
      conflict(/mine/),
    )
    await expect(h.accounts.replaceCredential('nope', newLogin())).rejects.toThrow(/nope/)
  })

  it('cut off by a crash is put right by the sweep: kind, end and preview', async () => {
    const { id } = await h.accounts.add(newAccount({ providerId: 'openai' }))
    h.accounts.markChecked(id, { verdict: 'revoked', message: 'Gone.', durationMs: 1 })
    await h.vault.write(`account/${id}`, JSON.stringify(newLogin({ refresh: '', expires: 500 })))
    await h.accounts.sweep()
    h.time = 100
    expect(h.accounts.get(id)).toMatchObject({ type: 'oauth', expiresAt: 500, state: 'connected' })
    expect(h.accounts.get(id)).not.toHaveProperty('lastError')
    const told = h.told.length
    await h.accounts.sweep()
    expect(h.told).toHaveLength(told)
  })
})
