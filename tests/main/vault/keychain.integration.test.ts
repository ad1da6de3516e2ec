import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createOsKeychain } from '../../../src/main/vault/keychain.ts'
import type { Keychain } from '../../../src/main/vault/types.ts'
import { createVault } from '../../../src/main/vault/vault.ts'
import { keyringCommand } from '../../support/keyring.mjs'

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
const idOf = (name: string): string => {
  const [head = ''] = readFileSync(join(folder, name), 'utf8').split('\n')
  return JSON.parse(head).head.id
}

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

it('opens with a recovery passphrase when its entry has vanished, and puts the entry back', async () => {
  const vault = vaultAt('vault.json')
  await vault.open()
  await vault.write('account/1', 'a secret')
  await vault.setRecovery('a recovery passphrase')
  await keychainFor(`${idOf('vault.json')}.2`).remove()
  const again = vaultAt('vault.json')
  expect(await again.open()).toMatchObject({ code: 'keychain_unavailable', recovery: true })
  expect((await again.unlock('a recovery passphrase')).state).toBe('ready')
  const last = vaultAt('vault.json')
  expect((await last.open()).state).toBe('ready')
  expect(last.read('account/1')).toBe('a secret')
})

it('rotates its key through the keychain, leaving one entry, and moves to a passphrase and back', async () => {
  const vault = vaultAt('vault.json')
  await vault.open()
  await vault.write('account/1', 'a secret')
  const id = idOf('vault.json')
  const first = await keychainFor(id).get()
  await vault.rotateKey()
  expect(await keychainFor(id).get()).toBeUndefined()
  expect(await keychainFor(`${id}.2`).get()).not.toEqual(first)
  expect((await vaultAt('vault.json').open()).state).toBe('ready')
  await vault.keepByPassphrase('a passphrase of mine')
  expect(await keychainFor(`${id}.2`).get()).toBeUndefined()
  expect(await vaultAt('vault.json').open()).toEqual({ state: 'locked', keeper: 'passphrase' })
  await vault.keepByKeychain('a passphrase of mine', { recovery: false })
  const again = vaultAt('vault.json')
  expect((await again.open()).state).toBe('ready')
  expect(again.read('account/1')).toBe('a secret')
})

it('opens by whichever key the file has, at each point where a rotation can be cut short', async () => {
  const file = join(folder, 'vault.json')
  // Cut short before each call that a rotation makes to the keychain.
  for (let survived = 0; survived < 3; survived += 1) {
    const vault = vaultAt('vault.json')
    expect((await vault.open()).state).toBe('ready')
    await vault.write('account/1', `secret ${survived}`)
    let calls = 0
    const cut = <T>(work: () => Promise<T>): Promise<T> => {
      calls += 1
      return calls > survived ? new Promise(() => undefined) : work()
    }
    const dying = createVault({
      file,
      keychainFor: (name) => {
        const real = keychainFor(name)
        return { get: real.get, set: (key) => cut(() => real.set(key)), remove: () => cut(real.remove) }
      },
    })
    await dying.open()
    const reached = Promise.withResolvers<void>()
    const lifetime = setInterval(() => {
      if (calls > survived || dying.status().state !== 'ready') reached.resolve()
    }, 5)
    void Promise.race([dying.rotateKey(), reached.promise]).then(() => reached.resolve())
    await reached.promise
    clearInterval(lifetime)
    // The file as the one that died left it; a copy, for its lock dies with a process only.
    const copy = `cut-${survived}.json`
    copyFileSync(file, join(folder, copy))
    const next = vaultAt(copy)
    expect(await next.open()).toEqual({ state: 'ready', keeper: 'keychain' })
    expect(next.read('account/1')).toBe(`secret ${survived}`)
    for (const name of readdirSync(folder)) if (name.startsWith('vault.json')) rmSync(join(folder, name))
  }
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

it('is unavailable, and kept, while the keyring is locked and nobody unlocks it', async () => {
  const script = resolve(import.meta.dirname, '../../support/vault/locked-keyring.ts')
  // In a session of its own: a locked keyring would be in the way of every other test.
  const [command = '', ...args] = keyringCommand([process.execPath, script, join(folder, 'vault.json')])
  const said: unknown = JSON.parse(execFileSync(command, args, { encoding: 'utf8' }))
  expect(said).toMatchObject({
    before: { state: 'ready', keeper: 'keychain' },
    locked: { state: 'unavailable', code: 'keychain_unavailable' },
    refused: 'keychain_unavailable',
    rotated: 'keychain_unavailable',
    readable: 'a secret',
    sameFile: true,
    fresh: { state: 'needs-passphrase' },
  })
})

it('is unavailable, and kept, while there is no Secret Service at all, and opens when it is back', async () => {
  const vault = vaultAt('vault.json')
  await vault.open()
  await vault.write('account/1', 'a secret')
  const before = readFileSync(join(folder, 'vault.json'))
  const script = resolve(import.meta.dirname, '../../support/vault/say-status.ts')
  const statusOf = (name: string): unknown => {
    const env = { ...process.env, DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder, 'no-bus')}` }
    const said = execFileSync(process.execPath, [script, join(folder, name)], { encoding: 'utf8', env })
    return JSON.parse(said)
  }
  expect(statusOf('vault.json')).toMatchObject({ state: 'unavailable', code: 'keychain_unavailable' })
  expect(statusOf('other.json')).toMatchObject({ state: 'needs-passphrase' })
  expect(readdirSync(folder).filter((name) => name === 'other.json')).toEqual([])
  expect(readFileSync(join(folder, 'vault.json'))).toEqual(before)
  const again = vaultAt('vault.json')
  expect((await again.open()).state).toBe('ready')
  expect(again.read('account/1')).toBe('a secret')
})
