import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { tryLock } from '../../../src/main/db/file-lock.ts'
import { createIdleWatch } from '../../../src/main/vault/idle.ts'
import { createVault } from '../../../src/main/vault/vault.ts'
import { withWriteLock } from '../../../src/main/vault/write-lock.ts'
import { createFakeKeychain, type FakeKeychain } from '../../support/fake-keychain.ts'

let folder: string
let file: string
let keychain: FakeKeychain
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-lock-'))
  file = join(folder, 'vault.json')
  keychain = createFakeKeychain()
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true, force: true })
})

it('locks once the write under way is on the disk, and stays so until it is unlocked', async () => {
  const vault = createVault({ file, keychainFor: keychain.keychainFor })
  await vault.open()
  const seen: string[] = []
  vault.onChange((status) => seen.push(status.state))
  const writing = vault.write('account/1', 'one')
  expect(await vault.lock()).toEqual({ state: 'locked', keeper: 'keychain' })
  await writing
  expect(() => vault.read('account/1')).toThrow(expect.objectContaining({ code: 'vault_locked' }))
  expect(() => vault.ids()).toThrow(expect.objectContaining({ code: 'vault_locked' }))
  await expect(vault.write('account/2', 'x')).rejects.toMatchObject({ code: 'vault_locked' })
  await expect(vault.rotateKey()).rejects.toMatchObject({ code: 'vault_locked' })
  expect(await vault.open()).toEqual({ state: 'locked', keeper: 'keychain' })
  await expect(vault.unlock('a passphrase')).rejects.toMatchObject({ code: 'bad_request' })
  expect(await vault.unlock()).toEqual({ state: 'ready', keeper: 'keychain' })
  expect(vault.read('account/1')).toBe('one')
  expect(seen).toEqual(['locked', 'ready'])
})

it('overwrites the key in memory', async () => {
  const keys: Buffer[] = []
  const vault = createVault({
    file,
    keychainFor: (name) => {
      const inner = keychain.keychainFor(name)
      return {
        ...inner,
        async get() {
          const key = await inner.get()
          const copy = key === undefined ? undefined : Buffer.from(key)
          if (copy !== undefined) keys.push(copy)
          return copy
        },
      }
    },
  })
  await createVault({ file, keychainFor: keychain.keychainFor }).open()
  await vault.open()
  expect(keys.at(-1)?.some((byte) => byte !== 0)).toBe(true)
  await vault.lock()
  expect(keys.at(-1)?.every((byte) => byte === 0)).toBe(true)
})

it('locks after the time without use that is set, and not while it is used', async () => {
  let idleMs = 0
  const vault = createVault({
    file,
    keychainFor: keychain.keychainFor,
    idleMs: () => idleMs,
    now: () => Date.now(),
  })
  await vault.open()
  await vault.write('account/1', 'one')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  await vi.advanceTimersByTimeAsync(24 * 3600_000)
  expect(vault.status().state).toBe('ready')
  idleMs = 60_000
  for (let n = 0; n < 5; n += 1) {
    vault.read('account/1')
    await vi.advanceTimersByTimeAsync(50_000)
    expect(vault.status().state).toBe('ready')
  }
  await vi.advanceTimersByTimeAsync(10_000)
  expect(vault.status()).toEqual({ state: 'locked', keeper: 'keychain' })
  vi.useRealTimers()
  expect((await vault.unlock()).state).toBe('ready')
})

it.each([
  ['shorter', 30, 10, 0],
  ['longer', 30, 60, 40],
  ['set', 0, 25, 5],
])(
  'takes a time made %s while it idles at once, and says that it locked itself',
  async (_, from, to, left) => {
    let idleMs = from * 60_000
    const acts: string[] = []
    const vault = createVault({
      file,
      keychainFor: keychain.keychainFor,
      idleMs: () => idleMs,
      now: () => Date.now(),
      onOwnAct: (act) => acts.push(act),
    })
    await vault.open()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    vault.read('account/1')
    await vi.advanceTimersByTimeAsync(20 * 60_000)
    idleMs = to * 60_000
    vault.idleTimeChanged()
    if (left > 0) {
      await vi.advanceTimersByTimeAsync(left * 60_000 - 1)
      expect(vault.status().state).toBe('ready')
    }
    await vi.advanceTimersByTimeAsync(1)
    expect(vault.status().state).toBe('locked')
    expect(acts).toEqual(['created', 'locked'])
    // It is locked already: no more acts.
    await vi.advanceTimersByTimeAsync(24 * 3600_000)
    expect(acts).toHaveLength(2)
  },
)

it('does not lock any more once that was turned off', async () => {
  let idleMs = 60_000
  const vault = createVault({ file, keychainFor: keychain.keychainFor, idleMs: () => idleMs })
  await vault.open()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  vault.read('account/1')
  idleMs = 0
  vault.idleTimeChanged()
  await vi.advanceTimersByTimeAsync(24 * 3600_000)
  expect(vault.status().state).toBe('ready')
})

it('counts time that the computer slept, and forgets its timer when stopped', () => {
  vi.useFakeTimers()
  let now = 0
  const idle: number[] = []
  const watch = createIdleWatch({ idleMs: () => 1000, now: () => now, onIdle: () => idle.push(now) })
  watch.used()
  now = 900
  vi.advanceTimersByTime(1000)
  expect(idle).toEqual([])
  now = 1000
  vi.advanceTimersByTime(100)
  expect(idle).toEqual([1000])
  watch.used()
  watch.stop()
  vi.advanceTimersByTime(5000)
  expect(idle).toHaveLength(1)
})

it('lets one writer in at a time, and says so when another stays', async () => {
  const release = tryLock(`${file}.lock`)
  expect(release).toBeDefined()
  expect(tryLock(`${file}.lock`)).toBeUndefined()
  await expect(withWriteLock(file, async () => 1, 30)).rejects.toMatchObject({ code: 'conflict' })
  const waiting = withWriteLock(file, async () => 2)
  release?.()
  expect(await waiting).toBe(2)
  await expect(withWriteLock(file, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  expect(await withWriteLock(file, async () => 3)).toBe(3)
})

it('names a lock that cannot be taken', async () => {
  const { mkdirSync } = await import('node:fs')
  mkdirSync(`${file}.lock`)
  await expect(withWriteLock(file, async () => 1)).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining(`${file}.lock`),
  })
})
