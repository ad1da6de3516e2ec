import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createOsKeychain } from '../../../src/main/vault/keychain.ts'
import type { Keychain } from '../../../src/main/vault/types.ts'
import { createVault } from '../../../src/main/vault/vault.ts'

let folder: string
let made: Keychain[]

beforeAll(async () => {
  const problem = await createOsKeychain(randomUUID())
    .get()
    .then(() => undefined, String)
  if (problem !== undefined) {
    throw new Error(
      `These tests need a keychain: run them with npm test, which makes a private one. ${problem}`,
    )
  }
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-keychain-'))
  made = []
})
afterEach(async () => {
  for (const keychain of made) await keychain.remove()
  rmSync(folder, { recursive: true, force: true })
})

function keychainFor(id: string): Keychain {
  const keychain = createOsKeychain(id)
  made.push(keychain)
  return keychain
}
const vaultAt = (name: string) => createVault({ file: join(folder, name), keychainFor })
const idOf = (name: string): string => JSON.parse(readFileSync(join(folder, name), 'utf8')).id

it('keeps a key, gives it back, and forgets it', async () => {
  const keychain = keychainFor(randomUUID())
  const key = Buffer.from(Array.from({ length: 32 }, (_, n) => n * 8))
  expect(await keychain.get()).toBeUndefined()
  await keychain.set(key)
  expect(await keychain.get()).toEqual(key)
  await keychain.remove()
  expect(await keychain.get()).toBeUndefined()
  await keychain.remove()
})

it('makes a vault with the real keychain and opens it again', async () => {
  const vault = vaultAt('vault.json')
  expect(await vault.open()).toEqual({ state: 'ready', keeper: 'keychain' })
  await vault.write('account/1', 'a secret')
  const again = vaultAt('vault.json')
  expect(await again.open()).toEqual({ state: 'ready', keeper: 'keychain' })
  expect(again.read('account/1')).toBe('a secret')
})

it('keeps the file when its entry has vanished', async () => {
  const vault = vaultAt('vault.json')
  await vault.open()
  await vault.write('account/1', 'a secret')
  const before = readFileSync(join(folder, 'vault.json'))
  await keychainFor(idOf('vault.json')).remove()
  expect(await vaultAt('vault.json').open()).toMatchObject({
    state: 'unavailable',
    code: 'keychain_unavailable',
  })
  expect(readFileSync(join(folder, 'vault.json'))).toEqual(before)
})

it('keeps the keys of two vaults apart', async () => {
  const [one, two] = [vaultAt('one.json'), vaultAt('two.json')]
  await one.open()
  await two.open()
  await one.write('account/1', 'of one')
  await two.write('account/1', 'of two')
  await keychainFor(idOf('one.json')).remove()
  expect((await vaultAt('one.json').open()).state).toBe('unavailable')
  const again = vaultAt('two.json')
  expect((await again.open()).state).toBe('ready')
  expect(again.read('account/1')).toBe('of two')
})
