import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
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
async function goodFile(): Promise<{ file: string; bytes: Buffer }> {
  const file = nextFile()
  const vault = vaultAt(file)
  await vault.open()
  await vault.write('account/1', 'first secret')
  await vault.write('account/2', 'second secret')
  return { file, bytes: readFileSync(file) }
}

/** Opens the bytes: either the vault is as it was (the change meant nothing), or it says that it is damaged. */
async function expectWholeOrRefused(file: string, bytes: Buffer): Promise<void> {
  writeFileSync(file, bytes)
  const vault = vaultAt(file)
  const status = await vault.open()
  if (status.state === 'ready') {
    expect(vault.ids()).toEqual(['account/1', 'account/2'])
    expect([vault.read('account/1'), vault.read('account/2')]).toEqual(['first secret', 'second secret'])
  } else {
    expect(status).toMatchObject({ state: 'unavailable', code: 'vault_damaged' })
    await expect(vault.write('account/3', 'x')).rejects.toMatchObject({ code: 'vault_damaged' })
  }
  expect(readFileSync(file).equals(bytes)).toBe(true)
}

it('never yields wrong text and never changes the file when any one byte is changed', async () => {
  const { file, bytes } = await goodFile()
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(at) ^ mask, at)
      await expectWholeOrRefused(file, changed)
    }),
    { numRuns: 400, seed: 1 },
  )
})

it('never yields less and never changes the file when it is cut anywhere', async () => {
  const { file, bytes } = await goodFile()
  for (let length = 0; length < bytes.length; length += 1) {
    await expectWholeOrRefused(file, bytes.subarray(0, length))
  }
})

it('refuses records that were swapped, even with a right checksum', async () => {
  const { seal, unseal } = await import('../../../src/main/vault/cipher.ts')
  const { context, parseDocument, serialise } = await import('../../../src/main/vault/document.ts')
  const { file, bytes } = await goodFile()
  const { document } = parseDocument(bytes.toString('utf8'))
  if (document === undefined) throw new Error('the good file did not parse')
  const records = {
    'account/1': String(document.records['account/2']),
    'account/2': String(document.records['account/1']),
  }
  const swapped = serialise({ ...document, records })
  writeFileSync(file, swapped)
  expect(await vaultAt(file).open()).toMatchObject({ state: 'unavailable', code: 'vault_damaged' })
  expect(readFileSync(file, 'utf8')).toBe(swapped)
  const key = Buffer.alloc(32, 1)
  const sealed = seal(key, 'text', context(document.id, 'record', 'a'))
  expect(unseal(key, sealed, context(document.id, 'record', 'a'))).toBe('text')
  expect(unseal(key, sealed, context(document.id, 'check', 'a'))).toBeUndefined()
  expect(seal(key, 'text', 'c')).not.toBe(seal(key, 'text', 'c'))
})
