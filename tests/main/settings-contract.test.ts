import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createVault } from '../../src/main/vault/vault.ts'
import { createFakeKeychain } from '../support/fake-keychain.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'
import { READY, type VaultBench, vaultBench } from '../support/vault-bench.ts'
import { openHarness } from './accounts/harness.ts'

/** The settings that are a person's, and the locking of the vault that they govern. */

// Passphrases take their time, by design.
vi.setConfig({ testTimeout: 120_000 })

let berth: TestApp
let bench: VaultBench
beforeEach(() => {
  berth = makeTestApp()
  bench = vaultBench(berth)
})
afterEach(async () => {
  vi.useRealTimers()
  await berth.end()
})

describe('the settings of a person', () => {
  it('are given, changed one by one, told of and kept', async () => {
    await berth.open()
    const first = {
      vaultLockMinutes: 0,
      vaultLockOnSleep: false,
      muteSwitches: false,
      newProjectEgress: 'open',
    }
    expect(await berth.call('settings.get', {})).toEqual(first)
    expect(await berth.call('settings.update', { vaultLockOnSleep: true })).toEqual({
      ...first,
      vaultLockOnSleep: true,
    })
    const changed = {
      vaultLockMinutes: 15,
      vaultLockOnSleep: true,
      muteSwitches: true,
      newProjectEgress: 'listed',
    }
    expect(
      await berth.call('settings.update', {
        vaultLockMinutes: 15,
        vaultLockOnSleep: undefined,
        muteSwitches: true,
        newProjectEgress: 'listed',
      }),
    ).toEqual(changed)
    expect(berth.events.findLast(({ name }) => name === 'settings.changed')?.payload).toEqual(changed)
    await berth.close()
    await berth.open()
    expect(await berth.call('settings.get', {})).toEqual(changed)
    const entries = await berth.call('audit.list', { filter: { subject: 'settings' } })
    expect(entries.map(({ detail }) => detail)).toEqual([
      'muteSwitches, newProjectEgress, vaultLockMinutes',
      'vaultLockOnSleep',
    ])
  })

  it.each([
    { vaultLockMinutes: -1 },
    { vaultLockMinutes: 1.5 },
    { vaultLockMinutes: 10_081 },
    { newProjectEgress: 'closed' as never },
    { gatewayPort: 1 },
  ])('are not %j', async (change) => {
    await berth.open()
    const before = readFileSync(join(berth.dataDir, 'settings.json'))
    expect(await berth.fail('settings.update', change)).toMatchObject({ code: 'bad_request' })
    expect(readFileSync(join(berth.dataDir, 'settings.json'))).toEqual(before)
  })

  it('lock the vault from now on after so many minutes, and say so', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
    await bench.filled()
    await vi.advanceTimersByTimeAsync(20 * 60_000)
    expect(await bench.status()).toEqual(READY)
    await berth.call('settings.update', { vaultLockMinutes: 30 })
    await vi.advanceTimersByTimeAsync(9 * 60_000)
    expect(await bench.status()).toEqual(READY)
    // Made shorter than it has been idle already.
    await berth.call('settings.update', { vaultLockMinutes: 25 })
    await vi.waitFor(async () => expect(await bench.status()).toMatchObject({ state: 'locked' }))
    expect(await berth.call('audit.list', { filter: { subject: 'vault' }, limit: 1 })).toMatchObject([
      { action: 'vault.locked', surface: 'berth', detail: 'It was not used for a while.' },
    ])
    const again = { providerId: 'anthropic', label: 'again', key: 'sk-ant-api03-5555555555' }
    expect(await berth.fail('accounts.add', again)).toMatchObject({ code: 'vault_locked' })
  })
})

it('says in the trail that it was locked before the computer slept', async () => {
  await berth.open()
  await berth.call('settings.update', { vaultLockOnSleep: true })
  await berth.app.sleeps()
  await berth.app.sleeps()
  expect(await bench.acts()).toEqual(['vault.created berth', 'vault.locked berth'])
})

it('does not lock while projects make requests: each reads a credential, which is a use', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  const keychain = createFakeKeychain()
  const vault = createVault({
    file: join(berth.dataDir, 'vault.json'),
    keychainFor: keychain.keychainFor,
    idleMs: () => 60_000,
  })
  const harness = await openHarness(berth.dataDir, keychain, vault)
  const key = 'sk-ant-api03-0123456789'
  const { id } = await harness.accounts.add({
    providerId: 'anthropic',
    namespace: '',
    label: 'work',
    key,
    fields: {},
  })
  for (let n = 0; n < 10; n += 1) {
    await vi.advanceTimersByTimeAsync(59_000)
    expect(harness.accounts.credential(id)).toMatchObject({ key })
  }
  await vi.advanceTimersByTimeAsync(60_000)
  expect(() => harness.accounts.credential(id)).toThrow(expect.objectContaining({ code: 'vault_locked' }))
  harness.close()
})
