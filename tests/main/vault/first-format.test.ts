import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { deriveKey, seal } from '../../../src/main/vault/cipher.ts'
import { createVault } from '../../../src/main/vault/vault.ts'
import { createFakeKeychain } from '../../support/fake-keychain.ts'

const ID = '7b1c4f8e-3a52-4a51-9e0e-2f8f5c1d6a90'
const KEY = Buffer.alloc(32, 5)
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-first-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A file as the first format was written: checked against its rules and not against the code that reads it. */
function firstFormat(keeper: object): string {
  const place = (what: string, id = '') => JSON.stringify(['berth-vault', 1, ID, what, id])
  const check = seal(KEY, 'berth', place('check'))
  const records = { 'account/1': seal(KEY, 'one', place('record', 'account/1')) }
  const content = JSON.stringify(['berth-vault', 1, ID, 5, keeper, check, Object.entries(records)])
  const checksum = createHash('sha256').update(content).digest('hex')
  const document = {
    format: 'berth-vault',
    version: 1,
    id: ID,
    createdAt: 5,
    keeper,
    check,
    records,
    checksum,
  }
  return `${JSON.stringify(document, null, 1)}\n`
}

it('opens a file of the first format, and the next write brings it to this one', async () => {
  const file = join(folder, 'vault.json')
  writeFileSync(file, firstFormat({ type: 'keychain' }))
  const keychain = createFakeKeychain()
  keychain.entries.set(ID, KEY)
  const vault = createVault({ file, keychainFor: keychain.keychainFor })
  expect(await vault.open()).toEqual({ state: 'ready', keeper: 'keychain' })
  expect(vault.read('account/1')).toBe('one')
  await vault.write('account/2', 'two')
  expect(readFileSync(file, 'utf8')).toContain('"version":2')
  await vault.rotateKey()
  const again = createVault({ file, keychainFor: keychain.keychainFor })
  await again.open()
  expect(['account/1', 'account/2'].map(again.read)).toEqual(['one', 'two'])
})

it('opens one under a passphrase', async () => {
  const file = join(folder, 'vault.json')
  const scrypt = { N: 1024, r: 8, p: 1, salt: Buffer.alloc(16, 1).toString('base64') }
  const wrapping = await deriveKey('the passphrase', scrypt)
  const wrappedKey = seal(wrapping, KEY.toString('base64'), JSON.stringify(['berth-vault', 1, ID, 'key', '']))
  writeFileSync(file, firstFormat({ type: 'passphrase', scrypt, wrappedKey }))
  const vault = createVault({ file, keychainFor: createFakeKeychain().keychainFor })
  expect(await vault.open()).toEqual({ state: 'locked', keeper: 'passphrase' })
  await vault.unlock('the passphrase')
  expect(vault.read('account/1')).toBe('one')
})

it('gives a damaged one up as a whole, and keeps it', async () => {
  const file = join(folder, 'vault.json')
  const text = firstFormat({ type: 'keychain' }).replace('"createdAt": 5', '"createdAt": 6')
  writeFileSync(file, text)
  const vault = createVault({ file, keychainFor: createFakeKeychain().keychainFor })
  expect(await vault.open()).toMatchObject({ state: 'unavailable', code: 'vault_damaged' })
  expect(readFileSync(file, 'utf8')).toBe(text)
})
