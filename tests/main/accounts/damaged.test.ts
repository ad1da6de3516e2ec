import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Account } from '../../../src/preload/accounts.ts'
import { type Harness, newAccount, newKey, openHarness } from './harness.ts'

let h: Harness
let hurt: Account
let whole: Account
beforeEach(async () => {
  h = await openHarness()
  hurt = await h.accounts.add(newAccount({ namespace: 'work', label: 'main' }))
  whole = await h.accounts.add(newAccount())
})
afterEach(() => h.close())

/** Breaks the seal of the account's record on the disk and nothing else, and starts again. */
async function damage(id: string): Promise<void> {
  const file = join(h.folder, 'vault.json')
  const text = readFileSync(file, 'latin1')
  const broken = text.replace(
    new RegExp(`("account/${id}",\\d+,".{10})(.)`),
    (_, start, one) => `${start}${one === 'A' ? 'B' : 'A'}`,
  )
  expect(broken).not.toBe(text)
  writeFileSync(file, broken, 'latin1')
  h = await h.reopen()
}

const UNREADABLE = { state: 'error', lastError: expect.stringMatching(/cannot be read from the vault/) }

describe('an account whose record in the vault is damaged', () => {
  it('is shown so from the opening on, told once, and no other is', async () => {
    await damage(hurt.id)
    expect(h.accounts.get(hurt.id)).toMatchObject(UNREADABLE)
    expect(h.accounts.list()).toEqual([expect.objectContaining(UNREADABLE), whole])
    await h.accounts.sweep()
    await h.accounts.sweep()
    expect(h.told).toEqual([[expect.objectContaining(UNREADABLE), whole]])
  })

  it('is named by its name, and not by its record', async () => {
    await damage(hurt.id)
    const read = () => h.accounts.credential(hurt.id)
    expect(read).toThrow(expect.objectContaining({ code: 'vault_damaged' }))
    expect(read).toThrow(/account work \/ main of Anthropic cannot be read/)
    expect(read).not.toThrow(hurt.id)
  })

  it('is well again once its key is replaced, and whoever looks is told', async () => {
    await damage(hurt.id)
    const key = newKey()
    const mended = await h.accounts.replaceKey(hurt.id, key)
    expect(mended.state).toBe('connected')
    expect(mended).not.toHaveProperty('lastError')
    expect(h.told.at(-1)).toEqual(h.accounts.list())
    expect(h.accounts.credential(hurt.id)).toEqual({ type: 'api', key })
  })

  it('is well again once the vault is mended', async () => {
    await damage(hurt.id)
    await h.accounts.sweep()
    await h.vault.mendDamaged()
    await h.accounts.sweep()
    expect(h.accounts.list()).toEqual([hurt, whole])
    expect(h.told.at(-1)).toEqual([hurt, whole])
  })

  it('has no key any more once the damaged record is discarded', async () => {
    await damage(hurt.id)
    await h.accounts.sweep()
    await h.vault.discardDamaged()
    await h.accounts.sweep()
    const lost = { state: 'error', lastError: expect.stringMatching(/The vault has no key for it/) }
    expect(h.accounts.get(hurt.id)).toMatchObject(lost)
    expect(h.told.at(-1)).toEqual(h.accounts.list())
  })

  it('stays disabled or revoked, which says more', async () => {
    h.accounts.retire(hurt.id, 'The vendor took the key back.')
    h.accounts.setEnabled(whole.id, false)
    await damage(hurt.id)
    await damage(whole.id)
    expect(h.accounts.list()).toMatchObject([
      { state: 'revoked', lastError: 'The vendor took the key back.' },
      { state: 'disabled' },
    ])
  })

  it('is not called so while the vault is locked, for nobody can tell then', async () => {
    await damage(hurt.id)
    await h.vault.lock()
    expect(h.accounts.list()).toEqual([hurt, whole])
    expect(() => h.accounts.credential(hurt.id)).toThrow(expect.objectContaining({ code: 'vault_locked' }))
  })
})
