import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Input, MethodName } from '../../src/preload/contract.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'
import { PASSPHRASE, READY, type VaultBench, vaultBench } from '../support/vault-bench.ts'

/** A vault file that is damaged, through the contract: each way it can be, what is said, and what mends it. */

// Passphrases take their time, by design.
vi.setConfig({ testTimeout: 120_000 })

let berth: TestApp
let bench: VaultBench
beforeEach(() => {
  berth = makeTestApp()
  bench = vaultBench(berth)
})
afterEach(() => berth.end())

describe('a file that does not open', () => {
  const bad: [string, (file: string, good: string) => void][] = [
    ['truncated', (file, good) => writeFileSync(file, good.slice(0, good.length / 2), 'latin1')],
    [
      'bit-flipped in both heads',
      (file, good) => writeFileSync(file, good.replaceAll('"createdAt"', '"createdAu"'), 'latin1'),
    ],
    ['empty', (file) => writeFileSync(file, '')],
    [
      'of a future version',
      (file, good) => writeFileSync(file, good.replaceAll('"version":', '"version":9'), 'latin1'),
    ],
    ['not a vault', (file) => writeFileSync(file, '{}')],
    [
      'a folder',
      (file) => {
        rmSync(file)
        mkdirSync(file)
      },
    ],
    [
      'unreadable',
      (file) => {
        rmSync(file)
        symlinkSync(file, file)
      },
    ],
    ['gone', (file) => rmSync(file)],
  ]
  /** What lies in the folder, with each file's bytes. */
  const inFolder = () =>
    readdirSync(berth.dataDir, { withFileTypes: true })
      .filter(({ name }) => name.startsWith('vault.json') && !name.endsWith('.lock'))
      .map((entry) => [
        entry.name,
        entry.isFile() ? readFileSync(join(berth.dataDir, entry.name), 'latin1') : '',
      ])

  async function broken(make: (file: string, good: string) => void): Promise<void> {
    await bench.filled()
    await berth.close()
    const good = readFileSync(bench.file(), 'latin1')
    make(bench.file(), good)
    await berth.open()
  }

  it.each(bad)('%s: is said, kept, and nothing is lost that is not in it', async (_, make) => {
    await broken(make)
    const before = inFolder()
    expect(await bench.status()).toMatchObject({
      state: 'unavailable',
      code: 'vault_damaged',
      reason: expect.stringContaining(bench.file()),
    })
    const tries: [MethodName, object][] = [
      ['accounts.add', { providerId: 'openai', label: 'new', key: 'sk-proj-0123456789' }],
      ['vault.rotateKey', {}],
      ['vault.mendDamaged', {}],
      ['vault.discardDamaged', {}],
      ['vault.setRecovery', { passphrase: PASSPHRASE }],
    ]
    for (const [method, input] of tries) {
      expect(await berth.fail(method, input as Input<typeof method>), method).toMatchObject({
        code: 'vault_damaged',
      })
    }
    await berth.app.dispatch('vault.unlock', { passphrase: PASSPHRASE }, 'browser')
    await berth.fail('vault.createWithPassphrase', { passphrase: PASSPHRASE })
    expect(await berth.call('accounts.list', {})).toHaveLength(2)
    expect(inFolder()).toEqual(before)
  })

  it('bit-flipped in one of its heads: opens all the same, and the next write makes it whole', async () => {
    await broken((file, good) => writeFileSync(file, good.replace('"createdAt"', '"createdAu"'), 'latin1'))
    expect(await bench.status()).toEqual(READY)
    expect(await bench.holds(1)).toBe(true)
    await berth.call('vault.rotateKey', {})
    expect(readFileSync(bench.file(), 'latin1')).not.toContain('createdAu')
  })

  it('of a future version: no older state takes its place, for Berth is to be updated', async () => {
    await broken((file, good) => writeFileSync(file, good.replaceAll('"version":', '"version":9'), 'latin1'))
    const before = inFolder()
    expect(await bench.status()).toMatchObject({
      newer: true,
      reason: expect.stringContaining('update Berth'),
    })
    expect(await bench.status()).not.toHaveProperty('previous')
    expect(await berth.fail('vault.restorePrevious', {})).toMatchObject({ code: 'conflict' })
    expect(inFolder()).toEqual(before)
  })

  const older = bad.filter(([name]) => name !== 'of a future version')
  it.each(older)('%s: the earlier state takes its place when asked', async (name, make) => {
    await broken(make)
    expect(await bench.status()).toHaveProperty('previous')
    expect(await berth.call('vault.restorePrevious', {})).toEqual(READY)
    // The last write before is not in it, and all earlier ones are.
    expect(await bench.holds(0)).toBe(true)
    if (name !== 'gone') {
      expect(inFolder().filter(([file]) => file?.includes('.damaged-'))).toHaveLength(1)
    }
    expect((await bench.acts()).at(-1)).toBe('vault.restored browser')
    expect((await berth.call('app.status', {})).gateway.state).toBe('ready')
  })

  it.each(bad)('%s: a new vault is begun when asked, and the old one kept', async (name, make) => {
    await broken(make)
    expect(await berth.call('vault.setAside', {})).toEqual(READY)
    expect(inFolder().filter(([file]) => file?.includes('.kept-'))).toHaveLength(name === 'gone' ? 1 : 2)
    expect(await berth.call('accounts.list', {})).toHaveLength(2)
    expect(await bench.holds(1)).toBe(false)
    // The accounts are there without their secrets: a new key mends them.
    await bench.enterAgain()
    expect(await bench.holds(0)).toBe(true)
    expect((await bench.acts()).slice(-2)).toEqual(['vault.created berth', 'vault.set_aside browser'])
  })
})

describe('damaged records', () => {
  it('are named, keep the key from being changed, and are taken from the earlier state', async () => {
    await bench.filled()
    await berth.close()
    await berth.open()
    const name = await bench.breakRecord('account 0')
    await berth.close()
    await berth.open()
    expect(await bench.status()).toEqual({ ...READY, damaged: [name] })
    const states = async () => (await berth.call('accounts.list', {})).map(({ state }) => state)
    expect((await states()).toSorted()).toEqual(['connected', 'error'])
    const hurt = (await berth.call('accounts.list', {})).find(({ state }) => state === 'error')
    expect(hurt).toMatchObject({ label: 'account 0', lastError: expect.stringContaining('mend the vault') })
    expect(await berth.fail('accounts.check', { accountId: String(hurt?.id) })).toMatchObject({
      code: 'vault_damaged',
      message: expect.stringContaining('account 0'),
    })
    expect((await states()).toSorted()).toEqual(['connected', 'error'])
    expect(await berth.fail('vault.rotateKey', {})).toMatchObject({ code: 'vault_damaged' })
    expect(await bench.holds(1)).toBe(true)
    expect(await berth.call('vault.mendDamaged', {})).toEqual(READY)
    expect(await states()).toEqual(['connected', 'connected'])
    expect(await bench.holds(0)).toBe(true)
    expect((await bench.acts()).at(-1)).toBe('vault.mended browser')
  })

  it('are forgotten when asked, and no others', async () => {
    await bench.filled()
    await bench.breakRecord('account 1')
    await berth.close()
    await berth.open()
    expect(await berth.call('vault.discardDamaged', {})).toEqual(READY)
    expect(await bench.holds(0)).toBe(true)
    expect(await berth.call('accounts.list', {})).toHaveLength(2)
    expect((await bench.acts()).at(-1)).toBe('vault.discarded browser')
    expect(await berth.call('vault.rotateKey', {})).toEqual(READY)
  })
})
