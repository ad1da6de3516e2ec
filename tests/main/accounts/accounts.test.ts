import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { account as accountShape } from '../../../src/preload/accounts.ts'
import { type Harness, newAccount, newKey, openHarness } from './harness.ts'

let h: Harness
beforeEach(async () => {
  h = await openHarness()
})
afterEach(() => h.close())

const codeOf = (code: string, message: RegExp = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) })

describe('adding', () => {
  it('keeps the key in the vault and a row without it', async () => {
    const given = newAccount({ namespace: 'work', label: 'main', key: `  ${newKey()}\n` })
    const added = await h.accounts.add(given)
    expect(accountShape.parse(added)).toEqual(added)
    expect(added).toMatchObject({
      providerId: 'anthropic',
      namespace: 'work',
      label: 'main',
      type: 'api',
      state: 'connected',
      active: true,
      createdAt: 1000,
    })
    expect(added.preview).toBe(`sk-ant-api03-…${given.key.trim().slice(-4)}`)
    expect(h.accounts.credential(added.id)).toEqual({ type: 'api', key: given.key.trim() })
    expect(h.told.at(-1)).toEqual([added])
  })

  it('writes the key nowhere in the clear', async () => {
    const given = newAccount()
    const added = await h.accounts.add(given)
    h.accounts.markRejected(added.id, `bad key ${given.key}`)
    await h.accounts.replaceKey(added.id, newKey())
    for (const name of readdirSync(h.folder)) {
      expect(readFileSync(join(h.folder, name)).includes('canarycanary'), name).toBe(false)
    }
    expect(JSON.stringify([h.accounts.list(), h.told])).not.toContain('canarycanary')
  })

  it('is still there after a restart', async () => {
    const given = newAccount()
    const added = await h.accounts.add(given)
    h = await h.reopen()
    expect(h.accounts.list()).toEqual([added])
    expect(h.accounts.credential(added.id)).toEqual({ type: 'api', key: given.key })
  })

  it('makes the first account of each provider the active one', async () => {
    const first = await h.accounts.add(newAccount())
    const second = await h.accounts.add(newAccount())
    const other = await h.accounts.add(newAccount({ providerId: 'openai' }))
    expect([first.active, second.active, other.active]).toEqual([true, false, true])
  })

  it('keeps the fields and leaves out empty ones', async () => {
    const fields = { AZURE_RESOURCE_NAME: 'mine' }
    expect((await h.accounts.add(newAccount({ providerId: 'azure', fields }))).fields).toEqual(fields)
    const empty = { GITLAB_INSTANCE_URL: '' }
    expect((await h.accounts.add(newAccount({ providerId: 'gitlab', fields: empty }))).fields).toEqual({})
  })

  it.each([
    ['an unknown provider', { providerId: 'nonesuch' }, 'unknown_provider', /nonesuch/],
    ['a provider that cannot be used', { providerId: 'lmstudio' }, 'bad_request', /custom provider/],
    ['a provider without a key', { providerId: 'google-vertex-anthropic' }, 'bad_request', /instead/],
    ['a missing field', { providerId: 'azure' }, 'bad_request', /AZURE_RESOURCE_NAME/],
    ['an unknown field', { fields: { NODE_OPTIONS: 'x' } }, 'bad_request', /NODE_OPTIONS/],
    ['an empty key', { key: ' ' }, 'bad_request', /empty/],
    ['a subscription token', { key: 'sk-ant-oat01-abc' }, 'bad_request', /Anthropic forbids/],
  ])('refuses %s and leaves nothing behind', async (_, over, code, message) => {
    await expect(h.accounts.add(newAccount(over))).rejects.toEqual(codeOf(code, message))
    expect(h.accounts.list()).toEqual([])
    expect(h.vault.ids()).toEqual([])
    expect(h.told).toEqual([])
  })

  it('refuses a vendor’s key that is too short to be one, which could not be kept from containers', async () => {
    const { accounts, catalog } = h
    await expect(accounts.add(newAccount({ key: 'sk-1234' }))).rejects.toThrow(
      'The key is 7 characters long, and no key of Anthropic is so short.',
    )
    expect(accounts.list()).toEqual([])
    catalog.saveCustom({
      id: 'box',
      name: 'Box',
      baseUrl: 'http://box.test/v1',
      models: [{ id: 'm', name: 'm' }],
    })
    await expect(accounts.add(newAccount({ key: 'sk-1234', providerId: 'box' }))).resolves.toMatchObject({
      providerId: 'box',
    })
  })

  it('refuses the same key twice for a provider and names the account that has it', async () => {
    const given = newAccount({ namespace: 'work', label: 'main' })
    await h.accounts.add(given)
    const again = { ...given, label: 'other', key: ` ${given.key} ` }
    await expect(h.accounts.add(again)).rejects.toEqual(codeOf('conflict', /work \/ main/))
    await expect(h.accounts.add({ ...again, providerId: 'openai' })).resolves.toBeDefined()
  })

  it('refuses the same key twice at once', async () => {
    const given = newAccount({ label: 'one' })
    const results = await Promise.allSettled([
      h.accounts.add(given),
      h.accounts.add({ ...given, label: 'two' }),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })

  it('refuses the same name twice for a provider', async () => {
    await h.accounts.add(newAccount({ namespace: 'work', label: 'main' }))
    await expect(h.accounts.add(newAccount({ namespace: 'work', label: 'main' }))).rejects.toEqual(
      codeOf('conflict', /work \/ main/),
    )
    await h.accounts.add(newAccount({ namespace: 'home', label: 'main' }))
    expect(h.vault.ids()).toHaveLength(2)
  })

  it('is refused while the vault is not open, and everything is there afterwards', async () => {
    const added = await h.accounts.add(newAccount())
    h.keychain.fault = 'The system keychain cannot be reached.'
    h = await h.reopen()
    expect(h.accounts.list()).toEqual([added])
    const refused = codeOf('keychain_unavailable')
    await expect(h.accounts.add(newAccount())).rejects.toEqual(refused)
    await expect(h.accounts.replaceKey(added.id, newKey())).rejects.toEqual(refused)
    await expect(h.accounts.remove(added.id)).rejects.toEqual(refused)
    expect(() => h.accounts.credential(added.id)).toThrow(refused)
    await h.accounts.sweep()
    expect(h.accounts.list()).toEqual([added])
  })
})

describe('changing', () => {
  it('renames, but not to a name that is taken', async () => {
    const one = await h.accounts.add(newAccount({ label: 'one' }))
    await h.accounts.add(newAccount({ label: 'two' }))
    expect(h.accounts.rename(one.id, { namespace: 'work', label: 'two' })).toMatchObject({
      namespace: 'work',
      label: 'two',
    })
    expect(h.accounts.rename(one.id, { namespace: 'work', label: 'two' }).label).toBe('two')
    expect(() => h.accounts.rename(one.id, { namespace: '', label: 'two' })).toThrow(
      codeOf('conflict', /two/),
    )
  })

  it('replaces a key in place and is connected again', async () => {
    const one = await h.accounts.add(newAccount())
    const two = newAccount()
    await h.accounts.add(two)
    h.accounts.markRejected(one.id, 'no such key')
    const key = newKey()
    const replaced = await h.accounts.replaceKey(one.id, key)
    expect(replaced).toMatchObject({ id: one.id, state: 'connected', active: true })
    expect(replaced).not.toHaveProperty('lastError')
    expect(replaced.preview.slice(-4)).toBe(key.slice(-4))
    expect(h.accounts.credential(one.id)).toEqual({ type: 'api', key })
    await expect(h.accounts.replaceKey(one.id, two.key)).rejects.toEqual(codeOf('conflict'))
    await expect(h.accounts.replaceKey(one.id, 'a b')).rejects.toEqual(codeOf('bad_request', /space/))
    await expect(h.accounts.replaceKey(one.id, key)).resolves.toBeDefined()
  })

  it('has one active account at a time', async () => {
    const one = await h.accounts.add(newAccount())
    const two = await h.accounts.add(newAccount())
    expect(h.accounts.activate(two.id).active).toBe(true)
    expect(h.accounts.get(one.id).active).toBe(false)
    h.accounts.activate(two.id)
    expect(h.accounts.list().filter(({ active }) => active)).toHaveLength(1)
  })

  it('activates the oldest of the rest when the active one is removed', async () => {
    const added = []
    for (h.time of [1000, 2000, 3000]) added.push(await h.accounts.add(newAccount()))
    const [one, two, three] = added.map(({ id }) => id)
    h.accounts.activate(String(three))
    await h.accounts.remove(String(three))
    expect(h.accounts.get(String(one)).active).toBe(true)
    await h.accounts.remove(String(two))
    expect(h.accounts.get(String(one)).active).toBe(true)
    await h.accounts.remove(String(one))
    expect(h.accounts.list()).toEqual([])
    expect(h.vault.ids()).toEqual([])
    expect(h.told.at(-1)).toEqual([])
  })

  it('names an account that is not there', async () => {
    const gone = codeOf('not_found', /nope/)
    expect(() => h.accounts.get('nope')).toThrow(gone)
    expect(() => h.accounts.activate('nope')).toThrow(gone)
    expect(() => h.accounts.rename('nope', { namespace: '', label: 'x' })).toThrow(gone)
    expect(() => h.accounts.credential('nope')).toThrow(gone)
    await expect(h.accounts.remove('nope')).rejects.toEqual(gone)
    await expect(h.accounts.replaceKey('nope', newKey())).rejects.toEqual(gone)
    h.accounts.markUsed('nope')
    h.accounts.markRejected('nope', 'x')
    expect(h.told).toEqual([])
  })
})

describe('what the vendor says', () => {
  it('is kept without the key in it, and goes when a request is answered', async () => {
    const given = newAccount({ key: `plain${newKey().slice(13)}` })
    const { id } = await h.accounts.add(given)
    h.accounts.markRejected(id, `Incorrect API key: ${given.key}. Also ${newKey()}`)
    expect(h.accounts.get(id)).toMatchObject({ state: 'error' })
    expect(h.accounts.get(id).lastError).toBe('Incorrect API key: [secret]. Also [secret]')
    h.time = 5000
    h.accounts.markUsed(id)
    expect(h.accounts.get(id)).toMatchObject({ state: 'connected', lastUsedAt: 5000 })
    expect(h.accounts.get(id)).not.toHaveProperty('lastError')
  })

  it('is told once, and the time of use not for every request', async () => {
    const { id } = await h.accounts.add(newAccount())
    const before = h.told.length
    h.accounts.markRejected(id, 'no')
    h.accounts.markRejected(id, 'no')
    expect(h.told.length - before).toBe(1)
    h.time = 10_000
    h.accounts.markUsed(id)
    h.time = 12_000
    h.accounts.markUsed(id)
    expect(h.told.length - before).toBe(2)
    h.time = 15_000
    h.accounts.markUsed(id)
    expect(h.accounts.get(id).lastUsedAt).toBe(15_000)
  })

  it('does not bring a disabled account back', async () => {
    const { id } = await h.accounts.add(newAccount())
    h.accounts.setEnabled(id, false)
    h.accounts.markUsed(id)
    h.accounts.markRejected(id, 'no')
    expect(h.accounts.get(id).state).toBe('disabled')
  })
})
