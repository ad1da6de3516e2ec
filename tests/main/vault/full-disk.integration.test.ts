import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Vault } from '../../../src/main/vault/types.ts'
import { createVault } from '../../../src/main/vault/vault.ts'
import { createFakeKeychain, type FakeKeychain } from '../../support/fake-keychain.ts'

/** A disk of its own, small enough to be filled. Mounting wants root, which the tests' Docker engine does too. */
let disk: string
let keychain: FakeKeychain
beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), 'berth-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk])
  keychain = createFakeKeychain()
})
afterEach(() => {
  execFileSync('umount', [disk])
  rmSync(disk, { recursive: true, force: true })
})

const vaultHere = (): Vault =>
  createVault({ file: join(disk, 'vault.json'), keychainFor: keychain.keychainFor })
const secret = (n: number): string => `${n}:${'s'.repeat(6000)}`

/** Takes all that is free but for `spare` bytes. */
function fill(spare = 0): void {
  const { bsize, bavail } = statfsSync(disk)
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(Math.max(0, bsize * bavail - spare)))
}

async function expectWhole(count: number): Promise<void> {
  const again = vaultHere()
  expect(await again.open()).toEqual({ state: 'ready', keeper: 'keychain' })
  expect(again.ids()).toHaveLength(count)
  for (const id of again.ids()) expect(again.read(id)).toBe(secret(Number(id.split('/')[1])))
}

it('writes until the disk is full, says so, and has every acknowledged record', async () => {
  const vault = vaultHere()
  await vault.open()
  let written = 0
  let problem: unknown
  while (problem === undefined && written < 1000) {
    try {
      await vault.write(`account/${written}`, secret(written))
      written += 1
    } catch (error) {
      problem = error
    }
  }
  expect(problem).toMatchObject({ code: 'internal', message: expect.stringContaining('The disk is full') })
  expect(written).toBeGreaterThan(5)
  expect(vault.ids()).toHaveLength(written)
  await expectWhole(written)
  expect(readdirSync(disk).filter((name) => name.endsWith('.tmp'))).toEqual([])
  await expect(vault.rotateKey()).rejects.toMatchObject({ code: 'internal' })
  expect(keychain.entries.size).toBe(1)
  await expectWhole(written)
})

it('opens and reads on a full disk, and writes again once there is room', async () => {
  const vault = vaultHere()
  await vault.open()
  for (let n = 0; n < 3; n += 1) await vault.write(`account/${n}`, secret(n))
  const before = readFileSync(join(disk, 'vault.json'))
  fill()
  await expectWhole(3)
  for (const change of [
    () => vault.write('account/3', secret(3)),
    () => vault.remove('account/0'),
    () => vault.rotateKey(),
  ]) {
    await expect(change()).rejects.toMatchObject({ code: 'internal' })
  }
  expect(readFileSync(join(disk, 'vault.json'))).toEqual(before)
  rmSync(join(disk, 'ballast'))
  await vault.write('account/3', secret(3))
  await vault.rotateKey()
  await expectWhole(4)
})

it('makes no half vault on a full disk', async () => {
  fill()
  const vault = vaultHere()
  expect(await vault.open()).toMatchObject({ state: 'unavailable' })
  expect(keychain.entries.size).toBe(0)
  rmSync(join(disk, 'ballast'))
  expect(await vault.open()).toEqual({ state: 'ready', keeper: 'keychain' })
})
