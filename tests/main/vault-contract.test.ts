import { readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp } from '../../src/main/app.ts'
import type { Input, MethodName } from '../../src/preload/contract.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'
import { PASSPHRASE, READY, type VaultBench, vaultBench } from '../support/vault-bench.ts'

/** The vault as every surface meets it, through the contract: passphrases, keepers, keychains, and who else is there. */

// Passphrases take their time, by design.
vi.setConfig({ testTimeout: 120_000 })

let berth: TestApp
let bench: VaultBench
beforeEach(() => {
  berth = makeTestApp()
  bench = vaultBench(berth)
})
afterEach(() => berth.end())

describe('a wrong passphrase', () => {
  it('is counted and told, and locks nobody out', async () => {
    await bench.filled('passphrase')
    await berth.call('vault.lock', {})
    for (const failedAttempts of [1, 2, 3]) {
      expect(await berth.fail('vault.unlock', { passphrase: 'wrong horse' })).toMatchObject({
        code: 'wrong_passphrase',
        data: { failedAttempts },
      })
      expect(await bench.status()).toEqual({ state: 'locked', keeper: 'passphrase', failedAttempts })
    }
    expect(await berth.call('vault.unlock', { passphrase: PASSPHRASE })).toEqual({
      state: 'ready',
      keeper: 'passphrase',
    })
    expect(await bench.holds(1)).toBe(true)
    expect(await bench.acts()).toEqual([
      'vault.created browser',
      'vault.locked browser',
      ...Array(3).fill('vault.unlock_failed browser'),
      'vault.unlocked browser',
    ])
  })

  it.each<[MethodName, object]>([
    ['vault.rotateKey', { passphrase: 'wrong horse' }],
    ['vault.changePassphrase', { current: 'wrong horse', next: 'another horse' }],
    ['vault.keepByKeychain', { passphrase: 'wrong horse', recovery: true }],
  ])('for %s changes nothing', async (method, input) => {
    await bench.filled('passphrase')
    berth.keychain.fault = undefined
    const before = readFileSync(bench.file())
    expect(await berth.fail(method, input as Input<typeof method>)).toMatchObject({
      code: 'wrong_passphrase',
      data: { failedAttempts: 1 },
    })
    expect(readFileSync(bench.file())).toEqual(before)
    expect(await bench.status()).toEqual({ state: 'ready', keeper: 'passphrase' })
    expect(await bench.holds(0)).toBe(true)
    expect(berth.keychain.entries.size).toBe(0)
    expect((await bench.acts()).at(-1)).toBe('vault.unlock_failed browser')
    await berth.close()
    await berth.open()
    expect((await berth.call('vault.unlock', { passphrase: PASSPHRASE })).state).toBe('ready')
  })

  it.each<[MethodName, object]>([
    ['vault.changePassphrase', { current: PASSPHRASE, next: 'short' }],
    ['vault.keepByPassphrase', { passphrase: 'short' }],
    ['vault.setRecovery', { passphrase: '' }],
    ['vault.rotateKey', { passphrase: '' }],
  ])('that is none is refused by the field: %s', async (method, input) => {
    await berth.open()
    expect(await berth.fail(method, input as Input<typeof method>)).toMatchObject({ code: 'bad_request' })
    expect(await bench.status()).toEqual(READY)
  })
})

it('goes from keeper to keeper and loses nothing', async () => {
  await bench.filled()
  const steps: [MethodName, object, object][] = [
    ['vault.rotateKey', {}, READY],
    ['vault.setRecovery', { passphrase: PASSPHRASE }, { ...READY, recovery: true }],
    ['vault.rotateKey', { passphrase: PASSPHRASE }, { ...READY, recovery: true }],
    ['vault.changePassphrase', { current: PASSPHRASE, next: 'second horse' }, { ...READY, recovery: true }],
    ['vault.setRecovery', { passphrase: null }, READY],
    ['vault.keepByPassphrase', { passphrase: 'third horse' }, { state: 'ready', keeper: 'passphrase' }],
    ['vault.rotateKey', { passphrase: 'third horse' }, { state: 'ready', keeper: 'passphrase' }],
    ['vault.keepByKeychain', { passphrase: 'third horse', recovery: false }, READY],
  ]
  for (const [method, input, status] of steps) {
    expect(await berth.call(method, input as Input<typeof method>), method).toEqual(status)
    expect(await bench.holds(0), method).toBe(true)
  }
  expect(berth.keychain.entries.size).toBe(1)
  await berth.close()
  await berth.open()
  expect(await bench.status()).toEqual(READY)
  expect(await bench.holds(1)).toBe(true)
  expect(await bench.acts()).toEqual([
    'vault.created berth',
    'vault.key_rotated browser',
    'vault.recovery_changed browser',
    'vault.key_rotated browser',
    'vault.passphrase_changed browser',
    'vault.recovery_changed browser',
    'vault.keeper_changed browser',
    'vault.key_rotated browser',
    'vault.keeper_changed browser',
  ])
})

describe('a keychain', () => {
  it('that is not there asks for a passphrase at the first start, and makes nothing by itself', async () => {
    berth.keychain.fault = 'There is no keychain.'
    await berth.open()
    expect(await bench.status()).toMatchObject({ state: 'needs-passphrase' })
    expect(await bench.acts()).toEqual([])
    berth.keychain.fault = undefined
    expect((await berth.call('app.recheck', {})).vault).toEqual(READY)
    expect(await bench.acts()).toEqual(['vault.created berth'])
  })

  it.each(['is locked', 'is gone', 'refuses'])(
    'that %s keeps the vault closed and whole until it answers',
    async (how) => {
      await bench.filled()
      await berth.close()
      const before = readFileSync(bench.file())
      berth.keychain.fault = `The keychain ${how}.`
      await berth.open()
      expect(await bench.status()).toMatchObject({ state: 'unavailable', code: 'keychain_unavailable' })
      expect(await berth.fail('vault.restorePrevious', {})).toMatchObject({ code: 'conflict' })
      expect(readFileSync(bench.file())).toEqual(before)
      berth.keychain.fault = undefined
      expect(await berth.call('vault.unlock', {})).toEqual(READY)
      expect(await bench.holds(1)).toBe(true)
    },
  )

  it.each<[MethodName, object]>([
    ['vault.rotateKey', {}],
    ['vault.setRecovery', { passphrase: PASSPHRASE }],
  ])('that refuses a new key: %s changes nothing', async (method, input) => {
    await bench.filled()
    const before = readFileSync(bench.file())
    berth.keychain.fault = 'The keychain refuses.'
    expect(await berth.fail(method, input as Input<typeof method>)).toMatchObject({
      code: 'keychain_unavailable',
    })
    expect(readFileSync(bench.file())).toEqual(before)
    expect(await bench.holds(0)).toBe(true)
  })

  it('that lost its entry: the recovery passphrase opens the vault and puts it back', async () => {
    await bench.filled()
    await berth.call('vault.setRecovery', { passphrase: PASSPHRASE })
    await berth.close()
    berth.keychain.entries.clear()
    await berth.open()
    expect(await bench.status()).toMatchObject({ code: 'keychain_unavailable', recovery: true })
    expect(await berth.fail('vault.unlock', { passphrase: 'wrong horse' })).toMatchObject({
      code: 'wrong_passphrase',
    })
    expect((await berth.call('vault.unlock', { passphrase: PASSPHRASE })).state).toBe('ready')
    expect(await bench.holds(0)).toBe(true)
    await berth.close()
    await berth.open()
    expect(await bench.status()).toEqual({ ...READY, recovery: true })
  })
})

describe('a vault that nothing opens any more', () => {
  it('is kept, and an export brings every secret back into a new one', async () => {
    await bench.filled()
    const { file, accounts } = await berth.call('accounts.export', { passphrase: PASSPHRASE })
    expect(accounts).toBe(2)
    await berth.close()
    const before = readFileSync(bench.file())
    berth.keychain.entries.clear()
    await berth.open()
    expect(await bench.status()).toMatchObject({ state: 'unavailable', code: 'keychain_unavailable' })
    expect(readFileSync(bench.file())).toEqual(before)
    expect(await berth.call('vault.setAside', {})).toEqual(READY)
    const kept = readdirSync(berth.dataDir).find((name) => /^vault\.json\.kept-[^.]+$/.test(name)) ?? ''
    expect(readFileSync(join(berth.dataDir, kept))).toEqual(before)
    const source = { kind: 'berth', file, passphrase: PASSPHRASE } as const
    const { items } = await berth.call('imports.preview', { source })
    expect(items.map(({ state }) => state)).toEqual(['new', 'new'])
    await berth.call('imports.apply', { source, choices: {} })
    for (const n of [0, 1]) expect(await bench.holds(n)).toBe(true)
    expect(await berth.call('accounts.list', {})).toHaveLength(2)
    // A second time changes nothing.
    expect(await berth.call('imports.apply', { source, choices: {} })).toMatchObject({
      added: 0,
      replaced: 0,
    })
  })
})

it('is worked on by one Berth at a time', async () => {
  await bench.filled()
  const second = createApp({
    dataDir: berth.dataDir,
    cacheDir: join(homedir(), '.cache', 'berth-tests'),
    resourcesDir: resolve(import.meta.dirname, '../../resources'),
    surface: 'browser',
    env: { BERTH_ENGINE: join(berth.dataDir, 'no-engine.sock') },
    keychainFor: berth.keychain.keychainFor,
  })
  await expect(second).rejects.toMatchObject({ code: 'conflict' })
  expect(await bench.holds(1)).toBe(true)
})
