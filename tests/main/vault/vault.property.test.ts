import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Vault } from '../../../src/main/vault/types.ts'
import { createVault } from '../../../src/main/vault/vault.ts'
import { createFakeKeychain } from '../../support/fake-keychain.ts'

let folder: string
let files = 0
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-vault-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const keychain = createFakeKeychain()
const vaultAt = (file: string) => createVault({ file, keychainFor: keychain.keychainFor })
const nextFile = () => join(folder, `vault-${files++}.json`)

const id = fc.constantFrom('account/a', 'account/b', 'gateway/ca', '0', '17', 'constructor')
const act = fc.oneof(
  fc.record({ id, secret: fc.string({ unit: 'binary', maxLength: 60 }) }),
  fc.record({ id, secret: fc.constant(undefined) }),
)

it('gives back the same records after any acts, each before and after it is opened again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 12 }), fc.nat(12), async (acts, reopenAt) => {
      const file = nextFile()
      const model = new Map<string, string>()
      let vault = vaultAt(file)
      await vault.open()
      for (const [index, { id: record, secret }] of acts.entries()) {
        if (index === reopenAt) {
          vault = vaultAt(file)
          await vault.open()
        }
        await (secret === undefined ? vault.remove(record) : vault.write(record, secret))
        if (secret === undefined) model.delete(record)
        else model.set(record, secret)
      }
      const again = vaultAt(file)
      expect((await again.open()).state).toBe('ready')
      for (const opened of [vault, again]) {
        expect(new Map(opened.ids().map((record) => [record, opened.read(record)]))).toEqual(
          new Map([...model].sort()),
        )
      }
    }),
    { numRuns: 60, seed: 1 },
  )
})

/** A vault with two records, so that there is something to swap or lose. */
const secrets = { 'account/1': 'first secret', 'account/2': 'second secret' }
async function goodFile(): Promise<{ file: string; bytes: Buffer }> {
  const file = nextFile()
  const vault = vaultAt(file)
  await vault.open()
  for (const [record, secret] of Object.entries(secrets)) await vault.write(record, secret)
  return { file, bytes: readFileSync(file) }
}

/** A record is what it was, or it is an error: never another text and never "not there". */
function readOrDamaged(vault: Vault, record: string, secret: string): boolean {
  try {
    expect(vault.read(record)).toBe(secret)
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: 'vault_damaged' })
    return false
  }
}

/**
 * Opens the bytes: either the vault says that it is damaged, or it opens, and what does not is named. Answers how many
 * records were lost; undefined for all.
 */
async function lossOf(file: string, bytes: Buffer): Promise<number | undefined> {
  writeFileSync(file, bytes)
  const vault = vaultAt(file)
  const status = await vault.open()
  expect(readFileSync(file).equals(bytes)).toBe(true)
  if (status.state !== 'ready') {
    expect(status).toMatchObject({ state: 'unavailable', code: 'vault_damaged' })
    await expect(vault.write('account/3', 'x')).rejects.toMatchObject({ code: 'vault_damaged' })
    expect(readFileSync(file).equals(bytes)).toBe(true)
    return undefined
  }
  const read = Object.entries(secrets).map(([record, secret]) => readOrDamaged(vault, record, secret))
  const lost = read.filter((whole) => !whole).length
  expect(status.damaged === undefined).toBe(lost === 0)
  return lost
}

it('loses the record that is hit and no other when any one byte is changed', async () => {
  const { file, bytes } = await goodFile()
  let whole = 0
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(at) ^ mask, at)
      const lost = await lossOf(file, changed)
      // A changed line end is the end of two lines.
      const most = bytes[at] === 10 ? 2 : 1
      expect(lost).toBeLessThanOrEqual(most)
      if (lost === 0) whole += 1
    }),
    { numRuns: 600, seed: 1 },
  )
  expect(whole).toBeGreaterThan(0)
})

it('never yields less without saying so, and never changes the file, when it is cut anywhere', async () => {
  const { file, bytes } = await goodFile()
  for (let length = 0; length < bytes.length; length += 1) {
    expect([0, undefined]).toContain(await lossOf(file, bytes.subarray(0, length)))
    expect([0, undefined]).toContain(await lossOf(file, bytes.subarray(bytes.length - length)))
  }
})

it('keeps a damaged record as it was found through later writes', async () => {
  const { file, bytes } = await goodFile()
  const at = bytes.indexOf('account/2') + 20
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: 1, max: 255 }),
      async (offset, mask) => {
        const changed = Buffer.from(bytes)
        changed.writeUInt8(changed.readUInt8(at + offset) ^ mask, at + offset)
        if (changed.includes(10, at) && changed[at + offset] === 10) return
        writeFileSync(file, changed)
        const vault = vaultAt(file)
        if ((await vault.open()).state !== 'ready') throw new Error('the whole file was given up')
        await vault.write('account/3', 'third')
        await vault.remove('account/1')
        const line = changed
          .toString('latin1')
          .split('\n')
          .find((one) => one.includes('account/2'))
        expect(readFileSync(file, 'latin1').split('\n')).toContain(line)
        const again = vaultAt(file)
        expect(await again.open()).toMatchObject({ state: 'ready' })
        expect(again.ids()).toEqual(['account/3'])
      },
    ),
    { numRuns: 60, seed: 1 },
  )
})

it('refuses records that were swapped, even with a right checksum', async () => {
  const { seal, unseal } = await import('../../../src/main/vault/cipher.ts')
  const { context, parseLines, makeRecord, serialise } = await import('../../../src/main/vault/document.ts')
  const { file, bytes } = await goodFile()
  const { document } = parseLines(bytes.toString('latin1'))
  const [one, two] = document?.records ?? []
  if (document === undefined || one === undefined || two === undefined) throw new Error('no good file')
  const swapped = serialise(
    document.head,
    [makeRecord(one.id, one.version, two.sealed).line, makeRecord(two.id, two.version + 1, two.sealed).line],
    'r',
  )
  writeFileSync(file, swapped)
  const vault = vaultAt(file)
  expect(await vault.open()).toMatchObject({ state: 'ready', damaged: ['account/1', 'account/2'] })
  expect(vault.ids()).toEqual([])
  expect(() => vault.read('account/1')).toThrow(expect.objectContaining({ code: 'vault_damaged' }))
  expect(readFileSync(file, 'latin1')).toBe(swapped)
  const key = Buffer.alloc(32, 1)
  const sealed = seal(key, 'text', context(document.head.id, 'record', 'a'))
  expect(unseal(key, sealed, context(document.head.id, 'record', 'a'))).toBe('text')
  expect(unseal(key, sealed, context(document.head.id, 'check', 'a'))).toBeUndefined()
  expect(seal(key, 'text', 'c')).not.toBe(seal(key, 'text', 'c'))
})
