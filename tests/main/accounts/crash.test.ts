import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Vault } from '../../../src/main/vault/types.ts'
import { type Harness, newAccount, newKey, openHarness } from './harness.ts'

let h: Harness
beforeEach(async () => {
  h = await openHarness()
})
afterEach(() => h.close())

const CRASH = new Error('the process was killed here')
/** The vault of a process that is killed right before or right after one act of it. */
function crashing(vault: Vault, act: 'write' | 'remove', when: 'before' | 'after'): Vault {
  const die = async (work: () => Promise<void>): Promise<void> => {
    if (when === 'after') await work()
    throw CRASH
  }
  return act === 'write'
    ? { ...vault, write: (id, secret) => die(() => vault.write(id, secret)) }
    : { ...vault, remove: (id) => die(() => vault.remove(id)) }
}

describe('a crash', () => {
  it.each(['before', 'after'] as const)(
    '%s the vault’s write of an add leaves no account and no record',
    async (when) => {
      const kept = await h.accounts.add(newAccount())
      h = await h.reopen(crashing(h.vault, 'write', when))
      await expect(h.accounts.add(newAccount())).rejects.toBe(CRASH)
      h = await h.reopen()
      expect(h.accounts.list()).toEqual([kept])
      await h.accounts.sweep()
      expect(h.vault.ids()).toEqual([`account/${kept.id}`])
      expect(h.told).toEqual([])
    },
  )

  it.each(['before', 'after'] as const)('%s the vault’s removal ends with the account gone', async (when) => {
    const { id } = await h.accounts.add(newAccount())
    h = await h.reopen(crashing(h.vault, 'remove', when))
    await expect(h.accounts.remove(id)).rejects.toBe(CRASH)
    h = await h.reopen()
    expect(h.accounts.list()).toEqual([])
    await h.accounts.sweep()
    await h.accounts.sweep()
    expect(h.vault.ids()).toEqual([])
  })

  it('after the vault’s write of a new key leaves the new key, and its preview is put right', async () => {
    const { id } = await h.accounts.add(newAccount())
    const key = newKey()
    h = await h.reopen(crashing(h.vault, 'write', 'after'))
    await expect(h.accounts.replaceKey(id, key)).rejects.toBe(CRASH)
    h = await h.reopen()
    expect(h.accounts.credential(id)).toEqual({ type: 'api', key })
    await h.accounts.sweep()
    expect(h.accounts.get(id).preview.slice(-4)).toBe(key.slice(-4))
    expect(h.told).toHaveLength(1)
  })
})

describe('clearing up', () => {
  it('deletes nothing because the database was lost', async () => {
    await h.accounts.add(newAccount())
    await h.accounts.add(newAccount())
    await h.vault.write('gateway/ca', 'not an account')
    const before = h.vault.ids()
    h.db.close()
    for (const end of ['', '-wal', '-shm']) rmSync(join(h.folder, `berth.db${end}`), { force: true })
    h = await openHarness(h.folder, h.keychain)
    await h.accounts.sweep()
    expect(h.accounts.list()).toEqual([])
    expect(h.vault.ids()).toEqual(before)
  })

  it('waits for the vault to be open', async () => {
    const { id } = await h.accounts.add(newAccount())
    h = await h.reopen(crashing(h.vault, 'remove', 'before'))
    await expect(h.accounts.remove(id)).rejects.toBe(CRASH)
    h.keychain.fault = 'gone'
    h = await h.reopen()
    await h.accounts.sweep()
    h.keychain.fault = undefined
    await h.vault.open()
    expect(h.vault.ids()).toEqual([`account/${id}`])
    await h.accounts.sweep()
    expect(h.vault.ids()).toEqual([])
  })
})

describe('an add that meets something meanwhile', () => {
  it('whose name is taken during its write leaves nothing behind', async () => {
    const one = await h.accounts.add(newAccount({ label: 'one' }))
    const adding = h.accounts.add(newAccount({ label: 'two' }))
    // The queue starts the add in a later turn; its write to the disk takes longer than that.
    await Promise.resolve()
    h.accounts.rename(one.id, { namespace: '', label: 'two' })
    await expect(adding).rejects.toMatchObject({ code: 'conflict' })
    expect(h.vault.ids()).toEqual([`account/${one.id}`])
    expect(h.accounts.list()).toHaveLength(1)
    expect(h.db.prepare('SELECT * FROM account_leftover').all()).toEqual([])
  })

  it('does not write over a record that is there without its account', async () => {
    const { id } = await h.accounts.add(newAccount())
    const before = h.vault.read(`account/${id}`)
    h.db.close()
    for (const end of ['', '-wal', '-shm']) rmSync(join(h.folder, `berth.db${end}`), { force: true })
    h = await openHarness(h.folder, h.keychain)
    const credential = { type: 'api' as const, key: newKey() }
    const given = { providerId: 'anthropic', namespace: '', label: 'x', fields: {}, credential, id }
    expect((await h.accounts.addCredential(given)).id).not.toBe(id)
    expect(h.vault.read(`account/${id}`)).toBe(before)
  })
})
