import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Vault } from '../../../src/main/vault/types.ts'
import { createVault } from '../../../src/main/vault/vault.ts'
import { createFakeKeychain, type FakeKeychain } from '../../support/fake-keychain.ts'

let folder: string
let file: string
let keychain: FakeKeychain
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-recovery-'))
  file = join(folder, 'vault.json')
  keychain = createFakeKeychain()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const vaultHere = (): Vault => createVault({ file, keychainFor: keychain.keychainFor, now: () => 0 })
async function filled(): Promise<void> {
  const vault = vaultHere()
  await vault.open()
  await vault.write('account/1', 'one')
  await vault.write('account/2', 'two')
}
const aside = (word: string): string[] => readdirSync(folder).filter((name) => name.includes(`.${word}-`))
/** Breaks the record's seal on the disk and nothing else. */
function breakRecord(id: string): void {
  const text = readFileSync(file, 'latin1')
  const broken = text.replace(
    new RegExp(`("${id}",\\d+,".{10})(.)`),
    (_, start, one) => `${start}${one === 'A' ? 'B' : 'A'}`,
  )
  expect(broken).not.toBe(text)
  writeFileSync(file, broken, 'latin1')
}

describe('the previous generation', () => {
  it('is offered for a file that does not open, and put back only when asked', async () => {
    await filled()
    writeFileSync(file, 'rubbish')
    const vault = vaultHere()
    expect(await vault.open()).toMatchObject({ code: 'vault_damaged', previous: { records: 1 } })
    expect(readFileSync(file, 'utf8')).toBe('rubbish')
    expect(await vault.restorePrevious()).toEqual({ state: 'ready', keeper: 'keychain' })
    expect(vault.ids()).toEqual(['account/1'])
    const [kept] = aside('damaged')
    expect(readFileSync(join(folder, String(kept)), 'utf8')).toBe('rubbish')
    await vault.write('account/3', 'three')
    const again = vaultHere()
    await again.open()
    expect(again.ids()).toEqual(['account/1', 'account/3'])
  })

  it('keeps a vault that is gone from being begun anew', async () => {
    await filled()
    rmSync(file)
    const vault = vaultHere()
    expect(await vault.open()).toMatchObject({ code: 'vault_damaged', previous: { records: 1 } })
    expect(existsSync(file)).toBe(false)
    await expect(vault.createWithPassphrase('long enough')).rejects.toMatchObject({ code: 'conflict' })
    expect((await vault.restorePrevious()).state).toBe('ready')
    expect(vault.read('account/1')).toBe('one')
  })

  it.each(['"version":3', '"version":99'])(
    'is not offered for a vault of a newer Berth (%s)',
    async (newer) => {
      await filled()
      const text = readFileSync(file, 'utf8').replaceAll('"version":2', newer)
      writeFileSync(file, text)
      const vault = vaultHere()
      const status = await vault.open()
      expect(status).toMatchObject({
        newer: true,
        reason: expect.stringMatching(/newer Berth.*update Berth/),
      })
      expect(status).not.toHaveProperty('previous')
      await expect(vault.restorePrevious()).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('update Berth'),
      })
      expect(readFileSync(file, 'utf8')).toBe(text)
    },
  )

  it('is offered without a time in the sentence, which whoever shows it knows better', async () => {
    await filled()
    writeFileSync(file, 'rubbish')
    const status = await vaultHere().open()
    expect(status).toMatchObject({
      previous: { savedAt: expect.any(Number) },
      reason: expect.not.stringMatching(/\d{4}-\d\d-\d\d/),
    })
  })

  it('is not offered when it cannot be read either', async () => {
    await filled()
    writeFileSync(file, '')
    writeFileSync(`${file}.previous`, 'x')
    const vault = vaultHere()
    const status = await vault.open()
    expect(status).toMatchObject({ code: 'vault_damaged' })
    expect(status).not.toHaveProperty('previous')
    await expect(vault.restorePrevious()).rejects.toMatchObject({ code: 'not_found' })
    expect(readFileSync(file, 'utf8')).toBe('')
  })

  it('is not put in the place of a vault that is open, or whose keychain does not answer', async () => {
    await filled()
    const vault = vaultHere()
    await vault.open()
    await expect(vault.restorePrevious()).rejects.toMatchObject({ code: 'conflict' })
    keychain.fault = 'The system keychain cannot be reached.'
    const shut = vaultHere()
    await shut.open()
    const before = readFileSync(file)
    await expect(shut.restorePrevious()).rejects.toMatchObject({ code: 'conflict' })
    expect(readFileSync(file)).toEqual(before)
  })
})

describe('a damaged record', () => {
  it('costs itself alone, is named, and is no record that is not there', async () => {
    await filled()
    breakRecord('account/1')
    const vault = vaultHere()
    expect(await vault.open()).toEqual({ state: 'ready', keeper: 'keychain', damaged: ['account/1'] })
    expect(vault.ids()).toEqual(['account/2'])
    expect(vault.read('account/2')).toBe('two')
    for (const id of ['account/1', 'account/9']) {
      expect(() => vault.read(id)).toThrow(expect.objectContaining({ code: 'vault_damaged' }))
    }
  })

  it('without a legible name is told as such', async () => {
    await filled()
    writeFileSync(file, readFileSync(file, 'latin1').replace('["account/1"', '{"account/1"'), 'latin1')
    const vault = vaultHere()
    expect(await vault.open()).toMatchObject({ damaged: ['a record without a legible name'] })
    expect(() => vault.read('account/1')).toThrow(expect.objectContaining({ code: 'vault_damaged' }))
    expect(vault.read('account/2')).toBe('two')
  })

  it('is replaced by writing or removing it', async () => {
    await filled()
    breakRecord('account/1')
    breakRecord('account/2')
    const vault = vaultHere()
    await vault.open()
    await vault.write('account/1', 'anew')
    expect(vault.status()).toMatchObject({ damaged: ['account/2'] })
    await vault.remove('account/2')
    expect(vault.status()).toEqual({ state: 'ready', keeper: 'keychain' })
    const again = vaultHere()
    await again.open()
    expect(again.ids()).toEqual(['account/1'])
    expect(again.read('account/1')).toBe('anew')
  })

  it('is taken from the previous generation when asked, where that has it', async () => {
    await filled()
    breakRecord('account/1')
    breakRecord('account/2')
    const vault = vaultHere()
    await vault.open()
    expect(await vault.mendDamaged()).toEqual({ state: 'ready', keeper: 'keychain', damaged: ['account/2'] })
    expect(vault.read('account/1')).toBe('one')
    const again = vaultHere()
    expect(await again.open()).toEqual({ state: 'ready', keeper: 'keychain', damaged: ['account/2'] })
    expect(await again.discardDamaged()).toEqual({ state: 'ready', keeper: 'keychain' })
    expect(again.read('account/2')).toBeUndefined()
  })

  it('can still be taken from there after other records were written', async () => {
    await filled()
    breakRecord('account/1')
    const vault = vaultHere()
    await vault.open()
    for (const id of ['account/3', 'account/4', 'account/5']) await vault.write(id, 'more')
    await vault.remove('account/5')
    expect(await vault.mendDamaged()).toEqual({ state: 'ready', keeper: 'keychain' })
    const again = vaultHere()
    expect(await again.open()).toEqual({ state: 'ready', keeper: 'keychain' })
    expect(again.ids()).toEqual(['account/1', 'account/2', 'account/3', 'account/4'])
    expect(again.read('account/1')).toBe('one')
  })
})

describe('setting a vault aside', () => {
  it('keeps it whole under another name and begins a new one', async () => {
    await filled()
    const before = readFileSync(file)
    const names = [...keychain.entries.keys()]
    const keys = new Map(keychain.entries)
    keychain.entries.clear()
    const vault = vaultHere()
    expect(await vault.open()).toMatchObject({ code: 'keychain_unavailable' })
    expect((await vault.setAside()).state).toBe('ready')
    expect(vault.ids()).toEqual([])
    const [kept] = aside('kept').filter((name) => !name.endsWith('.previous'))
    expect(readFileSync(join(folder, String(kept)))).toEqual(before)
    await expect(vault.setAside()).rejects.toMatchObject({ code: 'conflict' })
    // The keychain is back: the old vault opens as it was.
    for (const name of names) keychain.entries.set(name, keys.get(name) ?? Buffer.alloc(0))
    const old = createVault({ file: join(folder, String(kept)), keychainFor: keychain.keychainFor })
    await old.open()
    expect(old.ids()).toEqual(['account/1', 'account/2'])
  })

  it('lets a forgotten passphrase go', async () => {
    const vault = vaultHere()
    await vault.createWithPassphrase('forgotten soon')
    const again = vaultHere()
    expect((await again.open()).state).toBe('locked')
    expect(await again.setAside()).toEqual({ state: 'ready', keeper: 'keychain' })
    expect(aside('kept')).toHaveLength(1)
  })
})
