import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Vault } from '../../../src/main/vault/types.ts'
import { createVault } from '../../../src/main/vault/vault.ts'
import { createFakeKeychain, type FakeKeychain } from '../../support/fake-keychain.ts'

const OLD = 'the old passphrase'
const NEW = 'the new passphrase'
let folder: string
let file: string
let keychain: FakeKeychain

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-rekey-'))
  file = join(folder, 'vault.json')
  keychain = createFakeKeychain()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const vaultHere = (): Vault => createVault({ file, keychainFor: keychain.keychainFor })
async function openVault(): Promise<Vault> {
  const vault = vaultHere()
  expect((await vault.open()).state).toBe('ready')
  return vault
}
/** A vault under `OLD` with one record. */
async function passphraseVault(): Promise<Vault> {
  const vault = vaultHere()
  await vault.createWithPassphrase(OLD)
  await vault.write('account/1', 'one')
  return vault
}
const putPreviousInPlace = (): void => writeFileSync(file, readFileSync(`${file}.previous`))

describe('rotation of the key', () => {
  it('seals everything anew and forgets the old key everywhere', async () => {
    const vault = await openVault()
    await vault.write('account/1', 'one')
    const before = readFileSync(file, 'latin1')
    const [oldName] = [...keychain.entries.keys()]
    const [oldKey] = [...keychain.entries.values()]
    expect(await vault.rotateKey()).toEqual({ state: 'ready', keeper: 'keychain' })
    expect(vault.read('account/1')).toBe('one')
    expect([...keychain.entries.keys()]).toEqual([`${oldName}.2`])
    expect([...keychain.entries.values()][0]).not.toEqual(oldKey)
    const sealed = /"account\/1",\d+,"([^"]+)"/.exec(before)?.[1]
    expect(readFileSync(file, 'latin1')).not.toContain(sealed)
    expect(readFileSync(`${file}.previous`, 'latin1')).not.toContain(sealed)
    expect((await openVault()).read('account/1')).toBe('one')
    putPreviousInPlace()
    expect((await openVault()).read('account/1')).toBe('one')
    await (await openVault()).rotateKey()
    expect([...keychain.entries.keys()]).toEqual([`${oldName}.3`])
  })

  it('changes nothing when the keychain refuses the new key', async () => {
    const vault = await openVault()
    await vault.write('account/1', 'one')
    const before = readFileSync(file)
    keychain.fault = 'The system keychain cannot be reached.'
    await expect(vault.rotateKey()).rejects.toMatchObject({ code: 'keychain_unavailable' })
    keychain.fault = undefined
    keychain.forgetful = true
    await expect(vault.rotateKey()).rejects.toMatchObject({ code: 'keychain_unavailable' })
    keychain.forgetful = false
    expect(readFileSync(file)).toEqual(before)
    await vault.write('account/2', 'two')
    expect((await openVault()).ids()).toEqual(['account/1', 'account/2'])
  })

  it('takes the new key back when the file cannot be written', async () => {
    const vault = await openVault()
    await vault.write('account/1', 'one')
    const { mkdirSync } = await import('node:fs')
    mkdirSync(`${file}.tmp`)
    await expect(vault.rotateKey()).rejects.toMatchObject({ code: 'internal' })
    expect(keychain.entries.size).toBe(1)
    rmSync(`${file}.tmp`, { recursive: true })
    expect((await openVault()).read('account/1')).toBe('one')
  })

  it('is finished at the next opening when the old key could not be removed', async () => {
    let stuck = true
    const keychainFor = (name: string) => {
      const inner = keychain.keychainFor(name)
      const remove = async () => {
        if (stuck)
          await Promise.reject(
            new (await import('../../../src/main/errors.ts')).BerthError('keychain_unavailable', 'no'),
          )
        await inner.remove()
      }
      return { ...inner, remove }
    }
    const vault = createVault({ file, keychainFor })
    await vault.open()
    await vault.write('account/1', 'one')
    expect((await vault.rotateKey()).state).toBe('ready')
    expect(keychain.entries.size).toBe(2)
    stuck = false
    const again = createVault({ file, keychainFor })
    await again.open()
    expect(again.read('account/1')).toBe('one')
    expect(keychain.entries.size).toBe(1)
  })

  it('reaches a vault that another Berth has open', async () => {
    const one = await openVault()
    const two = await openVault()
    await one.rotateKey()
    await one.write('account/1', 'one')
    await two.write('account/2', 'two')
    expect(two.read('account/1')).toBe('one')
    await one.keepByPassphrase(NEW)
    await expect(two.write('account/3', 'x')).rejects.toMatchObject({ code: 'vault_locked' })
    expect(two.status()).toEqual({ state: 'locked', keeper: 'passphrase' })
    await two.unlock(NEW)
    expect(two.ids()).toEqual(['account/1', 'account/2'])
  })

  it('is refused while records are damaged, for the old key might be wanted for them', async () => {
    const vault = await openVault()
    await vault.write('account/1', 'one')
    await vault.write('account/2', 'two')
    const text = readFileSync(file, 'latin1')
    writeFileSync(
      file,
      text.replace(/("account\/2",1,".{20})./, (_, start) => `${start}!`),
      'latin1',
    )
    const damaged = vaultHere()
    expect(await damaged.open()).toMatchObject({ damaged: ['account/2'] })
    await expect(damaged.rotateKey()).rejects.toMatchObject({ code: 'vault_damaged' })
    expect(await damaged.discardDamaged()).toEqual({ state: 'ready', keeper: 'keychain' })
    await damaged.rotateKey()
    expect(damaged.read('account/2')).toBeUndefined()
    expect((await openVault()).ids()).toEqual(['account/1'])
  })
})

describe('a passphrase', () => {
  it('is changed, and the old one opens nothing any more', async () => {
    const vault = await passphraseVault()
    await expect(vault.changePassphrase('not the old one', NEW)).rejects.toMatchObject({
      code: 'wrong_passphrase',
    })
    await expect(vault.changePassphrase(OLD, 'short')).rejects.toMatchObject({ code: 'bad_request' })
    expect(await vault.changePassphrase(OLD, NEW)).toEqual({ state: 'ready', keeper: 'passphrase' })
    for (const prepare of [() => undefined, putPreviousInPlace]) {
      prepare()
      const again = vaultHere()
      await again.open()
      await expect(again.unlock(OLD)).rejects.toMatchObject({ code: 'wrong_passphrase' })
      await again.unlock(NEW)
      expect(again.read('account/1')).toBe('one')
    }
  }, 30_000)

  it('is wanted for a rotation of the key that it opens', async () => {
    const vault = await passphraseVault()
    await expect(vault.rotateKey()).rejects.toMatchObject({ code: 'bad_request' })
    await vault.rotateKey(OLD)
    const again = vaultHere()
    await again.unlock(OLD)
    expect(again.read('account/1')).toBe('one')
  }, 30_000)

  it('gives way to the keychain and back', async () => {
    const vault = await passphraseVault()
    await expect(vault.keepByPassphrase(NEW)).rejects.toMatchObject({ code: 'bad_request' })
    await expect(vault.setRecovery(NEW)).rejects.toMatchObject({ code: 'bad_request' })
    await expect(vault.keepByKeychain(NEW, { recovery: false })).rejects.toMatchObject({
      code: 'wrong_passphrase',
    })
    expect(await vault.keepByKeychain(OLD, { recovery: false })).toEqual({
      state: 'ready',
      keeper: 'keychain',
    })
    await expect(vault.keepByKeychain(OLD, { recovery: false })).rejects.toMatchObject({
      code: 'bad_request',
    })
    expect((await openVault()).read('account/1')).toBe('one')
    expect(await vault.keepByPassphrase(NEW)).toEqual({ state: 'ready', keeper: 'passphrase' })
    expect(keychain.entries.size).toBe(0)
    const again = vaultHere()
    expect(await again.open()).toEqual({ state: 'locked', keeper: 'passphrase' })
    await again.unlock(NEW)
    expect(again.read('account/1')).toBe('one')
  }, 30_000)

  it('costs more time with each wrong try, is counted, and never locks the right one out', async () => {
    await passphraseVault()
    const vault = vaultHere()
    await vault.open()
    const took: number[] = []
    for (let n = 1; n <= 4; n += 1) {
      const start = performance.now()
      await expect(vault.unlock('wrong')).rejects.toMatchObject({
        code: 'wrong_passphrase',
        data: { failedAttempts: n },
      })
      took.push(performance.now() - start)
      expect(await vault.open()).toEqual({ state: 'locked', keeper: 'passphrase', failedAttempts: n })
    }
    expect(took[2]).toBeGreaterThan(490)
    expect(took[3]).toBeGreaterThan(990)
    expect(await vault.unlock(OLD)).toEqual({ state: 'ready', keeper: 'passphrase' })
    expect(vault.read('account/1')).toBe('one')
    await vault.lock()
    expect(vault.status()).toEqual({ state: 'locked', keeper: 'passphrase' })
  }, 30_000)
})

describe('a recovery passphrase', () => {
  it('opens the vault when the keychain lost its entry, and puts that back', async () => {
    const vault = await openVault()
    await vault.write('account/1', 'one')
    expect(await vault.setRecovery(NEW)).toEqual({ state: 'ready', keeper: 'keychain', recovery: true })
    keychain.entries.clear()
    const again = vaultHere()
    expect(await again.open()).toMatchObject({
      state: 'unavailable',
      code: 'keychain_unavailable',
      recovery: true,
    })
    await expect(again.restorePrevious()).rejects.toMatchObject({ code: 'conflict' })
    await expect(again.unlock('wrong one')).rejects.toMatchObject({ code: 'wrong_passphrase' })
    expect(await again.unlock(NEW)).toEqual({ state: 'ready', keeper: 'keychain', recovery: true })
    expect(again.read('account/1')).toBe('one')
    expect((await openVault()).read('account/1')).toBe('one')
  }, 30_000)

  it('opens it while the keychain is gone altogether, follows a rotation, and can be taken away', async () => {
    const vault = await openVault()
    await vault.write('account/1', 'one')
    await vault.setRecovery(NEW)
    await expect(vault.rotateKey()).rejects.toMatchObject({ code: 'bad_request' })
    await vault.rotateKey(NEW)
    keychain.fault = 'The system keychain cannot be reached.'
    const again = vaultHere()
    await again.open()
    await again.unlock(NEW)
    await again.write('account/2', 'two')
    keychain.fault = undefined
    expect((await openVault()).ids()).toEqual(['account/1', 'account/2'])
    const last = await openVault()
    expect(await last.setRecovery(undefined)).toEqual({ state: 'ready', keeper: 'keychain' })
    keychain.entries.clear()
    await expect(vaultHere().unlock(NEW)).rejects.toMatchObject({ code: 'bad_request' })
  }, 30_000)
})
