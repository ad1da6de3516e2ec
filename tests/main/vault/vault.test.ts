import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Vault } from '../../../src/main/vault/types.ts'
import { createVault } from '../../../src/main/vault/vault.ts'
import { createFakeKeychain, type FakeKeychain } from '../../support/fake-keychain.ts'

const CANARY = 'sk-canary-5f2f0b7a9c1d4e6f'
let folder: string
let file: string
let keychain: FakeKeychain

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-vault-'))
  file = join(folder, 'data', 'vault.json')
  keychain = createFakeKeychain()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const vaultHere = (): Vault => createVault({ file, keychainFor: keychain.keychainFor, now: () => 1 })
async function openVault(): Promise<Vault> {
  const vault = vaultHere()
  expect(await vault.open()).toEqual({ state: 'ready', keeper: 'keychain' })
  return vault
}

describe('a vault kept by the keychain', () => {
  it('is made on first use and holds what was written after it is opened again', async () => {
    const first = await openVault()
    await first.write('account/1', CANARY)
    await first.write('account/2', 'two')
    await first.write('account/1', `${CANARY}-new`)
    await first.remove('account/2')
    const again = await openVault()
    expect(again.ids()).toEqual(['account/1'])
    expect(again.read('account/1')).toBe(`${CANARY}-new`)
    expect(again.read('account/2')).toBeUndefined()
    expect(again.read('toString')).toBeUndefined()
  })

  it('keeps secrets and its key out of the file, and the file to its owner', async () => {
    const vault = await openVault()
    await vault.write('account/1', CANARY)
    const text = readFileSync(file, 'utf8')
    expect(text).not.toContain(CANARY)
    expect(text).not.toContain(Buffer.from(CANARY).toString('base64').slice(0, 20))
    for (const key of keychain.entries.values()) expect(text).not.toContain(key.toString('base64'))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    for (const name of readdirSync(join(folder, 'data')))
      expect(name).toMatch(/^vault\.json(\.lock|\.previous)?$/)
    expect(statSync(`${file}.previous`).mode & 0o777).toBe(0o600)
  })

  it('puts the key into the keychain and reads it back before there is a file', async () => {
    const vault = createVault({
      file,
      keychainFor: (id) => {
        const inner = keychain.keychainFor(id)
        return {
          ...inner,
          set: (key) => {
            expect(existsSync(file)).toBe(false)
            return inner.set(key)
          },
        }
      },
    })
    await vault.open()
    expect(keychain.calls).toEqual(['set', 'get'])
  })

  it('loses no write when many are made at once', async () => {
    const vault = await openVault()
    await Promise.all(Array.from({ length: 40 }, (_, n) => vault.write(`r/${n}`, `secret ${n}`)))
    expect((await openVault()).ids()).toHaveLength(40)
  })

  it('asks for a passphrase when there is no keychain, and makes nothing by itself', async () => {
    keychain.fault = 'The system keychain cannot be reached.'
    const vault = vaultHere()
    expect(await vault.open()).toEqual({ state: 'needs-passphrase', reason: keychain.fault })
    expect(existsSync(file)).toBe(false)
    expect(() => vault.read('a')).toThrow(expect.objectContaining({ code: 'vault_locked' }))
    keychain.fault = undefined
    expect(await vault.open()).toEqual({ state: 'ready', keeper: 'keychain' })
  })

  it('asks for a passphrase when the keychain forgets what it is given', async () => {
    keychain.forgetful = true
    expect((await vaultHere().open()).state).toBe('needs-passphrase')
    expect(existsSync(file)).toBe(false)
  })

  it('is unavailable, not empty, while the keychain cannot be reached', async () => {
    await (await openVault()).write('account/1', CANARY)
    const before = readFileSync(file)
    keychain.fault = 'The system keychain cannot be reached.'
    const vault = vaultHere()
    expect(await vault.open()).toMatchObject({ state: 'unavailable', code: 'keychain_unavailable' })
    expect(() => vault.ids()).toThrow(expect.objectContaining({ code: 'keychain_unavailable' }))
    await expect(vault.write('account/2', 'x')).rejects.toMatchObject({ code: 'keychain_unavailable' })
    await expect(vault.createWithPassphrase('long enough')).rejects.toMatchObject({ code: 'conflict' })
    expect(readFileSync(file)).toEqual(before)
    keychain.fault = undefined
    await vault.open()
    expect(vault.read('account/1')).toBe(CANARY)
  })

  it('is unavailable when its keychain entry is gone, and says which', async () => {
    await (await openVault()).write('account/1', CANARY)
    const [id] = keychain.entries.keys()
    const before = readFileSync(file)
    keychain.entries.clear()
    const status = await vaultHere().open()
    expect(status).toMatchObject({ state: 'unavailable', code: 'keychain_unavailable' })
    expect(JSON.stringify(status)).toContain(id)
    expect(readFileSync(file)).toEqual(before)
    expect(keychain.entries.size).toBe(0)
  })

  it('does not open with another key', async () => {
    await (await openVault()).write('account/1', CANARY)
    const before = readFileSync(file)
    for (const id of keychain.entries.keys()) keychain.entries.set(id, Buffer.alloc(32, 7))
    const vault = vaultHere()
    expect(await vault.open()).toMatchObject({ state: 'unavailable', code: 'vault_damaged' })
    await expect(vault.write('a', 'b')).rejects.toMatchObject({ code: 'vault_damaged' })
    for (const id of keychain.entries.keys()) keychain.entries.set(id, Buffer.from('short'))
    expect(await vaultHere().open()).toMatchObject({ code: 'vault_damaged' })
    expect(readFileSync(file)).toEqual(before)
  })

  it('tells listeners of each change of its status, until they leave', async () => {
    const seen: string[] = []
    keychain.fault = 'gone'
    const vault = vaultHere()
    const leave = vault.onChange((status) => seen.push(status.state))
    await vault.open()
    await vault.open()
    keychain.fault = undefined
    await vault.open()
    await vault.open()
    expect(seen).toEqual(['needs-passphrase', 'ready'])
    leave()
  })
})

describe('a file that is not a good vault', () => {
  const bad: Record<string, string | ((good: string) => string)> = {
    empty: '',
    'white space': ' \n',
    'cut off in a record': (good) => good.slice(0, good.indexOf('account/1') + 40),
    'cut off after its head': (good) => good.slice(0, good.indexOf('\n') + 1),
    'without its beginning': (good) => good.slice(good.indexOf('account/1') + 40),
    'of two files': (good) => {
      const [first] = readFileSync(`${file}.previous`, 'utf8').split('\n')
      return [first, ...good.split('\n').slice(1)].join('\n')
    },
    'not JSON': 'hello',
    'of another program': '{"format":"other","version":1}',
    'a list': '[]',
    null: 'null',
    'from a newer Berth': (good) => good.replaceAll('"version":2', '"version":3'),
    'of a first format without its checksum': '{\n "format": "berth-vault",\n "version": 1\n}\n',
    'with heads that were changed': (good) => good.replaceAll('"keyNumber":1', '"keyNumber":2'),
  }
  it.each(Object.entries(bad))('%s: is named, kept byte for byte, and not written to', async (_, make) => {
    await (await openVault()).write('account/1', CANARY)
    const text = typeof make === 'string' ? make : make(readFileSync(file, 'utf8'))
    writeFileSync(file, text)
    const vault = vaultHere()
    const status = await vault.open()
    expect(status).toMatchObject({ state: 'unavailable', code: 'vault_damaged' })
    expect(JSON.stringify(status)).toContain(file)
    await expect(vault.write('a', 'b')).rejects.toMatchObject({ code: 'vault_damaged' })
    await expect(vault.remove('account/1')).rejects.toMatchObject({ code: 'vault_damaged' })
    await expect(vault.createWithPassphrase('long enough')).rejects.toMatchObject({ code: 'conflict' })
    expect(() => vault.read('account/1')).toThrow(expect.objectContaining({ code: 'vault_damaged' }))
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  it('a folder in its place is unreadable, not absent', async () => {
    mkdirSync(file, { recursive: true })
    const vault = vaultHere()
    expect(await vault.open()).toMatchObject({ state: 'unavailable', code: 'vault_damaged' })
    expect(keychain.calls).toEqual([])
  })

  it('opens once a good copy is put back', async () => {
    await (await openVault()).write('account/1', CANARY)
    const good = readFileSync(file)
    writeFileSync(file, '')
    const vault = vaultHere()
    await vault.open()
    writeFileSync(file, good)
    expect((await vault.open()).state).toBe('ready')
    expect(vault.read('account/1')).toBe(CANARY)
  })
})

describe('writing', () => {
  it('takes in what another Berth wrote in between', async () => {
    const one = await openVault()
    const two = await openVault()
    await one.write('account/1', 'of one')
    await two.write('account/2', 'of two')
    await one.remove('account/1')
    expect(one.ids()).toEqual(['account/2'])
    expect(one.read('account/2')).toBe('of two')
    expect((await openVault()).ids()).toEqual(['account/2'])
  })

  it('refuses to write over another vault, and over one that was damaged meanwhile', async () => {
    const vault = await openVault()
    await vault.write('account/1', CANARY)
    const good = readFileSync(file)
    rmSync(file)
    rmSync(`${file}.previous`)
    const other = await openVault()
    await other.write('account/2', 'of the other')
    const others = readFileSync(file)
    await expect(vault.write('account/3', 'x')).rejects.toMatchObject({ code: 'conflict' })
    expect(readFileSync(file)).toEqual(others)
    writeFileSync(file, good.subarray(0, good.length / 2))
    await expect(vault.write('account/3', 'x')).rejects.toMatchObject({ code: 'vault_damaged' })
    expect(readFileSync(file)).toEqual(good.subarray(0, good.length / 2))
  })

  it('writes everything again when the file was taken away', async () => {
    const vault = await openVault()
    await vault.write('account/1', CANARY)
    rmSync(file)
    await vault.write('account/2', 'two')
    expect((await openVault()).ids()).toEqual(['account/1', 'account/2'])
  })

  it('refuses names that cannot be record ids', async () => {
    const vault = await openVault()
    for (const id of ['', '__proto__', 'a b', '../x', 'x'.repeat(300)]) {
      await expect(vault.write(id, 'x')).rejects.toMatchObject({ code: 'bad_request' })
    }
  })

  it('fails when the disk does not take it, and keeps what was there', async () => {
    const vault = await openVault()
    await vault.write('account/1', CANARY)
    const before = readFileSync(file)
    // A folder where the temporary file goes makes the write fail for root too.
    mkdirSync(`${file}.tmp`)
    await expect(vault.write('account/1', 'changed')).rejects.toMatchObject({ code: 'internal' })
    expect(vault.read('account/1')).toBe(CANARY)
    expect(readFileSync(file)).toEqual(before)
    rmSync(`${file}.tmp`, { recursive: true })
    await vault.write('account/1', 'changed')
    expect((await openVault()).read('account/1')).toBe('changed')
  })

  it('takes the keychain entry back when the first file cannot be made', async () => {
    writeFileSync(join(folder, 'data'), 'a file where the folder should be')
    chmodSync(folder, 0o700)
    expect(await vaultHere().open()).toMatchObject({ state: 'unavailable' })
    expect(keychain.entries.size).toBe(0)
  })
})

describe('a vault kept by a passphrase', () => {
  const passphrase = 'caf\u00e9 au lait'

  it('locks itself at the next start and opens with the passphrase alone', async () => {
    keychain.fault = 'none here'
    const vault = vaultHere()
    await vault.open()
    expect(await vault.createWithPassphrase(passphrase)).toEqual({ state: 'ready', keeper: 'passphrase' })
    await vault.write('account/1', CANARY)
    expect(readFileSync(file, 'utf8')).not.toContain(passphrase)

    const again = vaultHere()
    expect(await again.open()).toEqual({ state: 'locked', keeper: 'passphrase' })
    expect(() => again.ids()).toThrow(expect.objectContaining({ code: 'vault_locked' }))
    await expect(again.write('a', 'b')).rejects.toMatchObject({ code: 'vault_locked' })
    await expect(again.unlock('wrong one')).rejects.toMatchObject({ code: 'wrong_passphrase' })
    expect(again.status()).toEqual({ state: 'locked', keeper: 'passphrase', failedAttempts: 1 })
    // The same letters as another keyboard writes them.
    expect(await again.unlock('cafe\u0301 au lait')).toEqual({ state: 'ready', keeper: 'passphrase' })
    expect(again.read('account/1')).toBe(CANARY)
  })

  it('is refused beside another vault, when too short, and where no passphrase is wanted', async () => {
    const none = vaultHere()
    await expect(none.unlock('whatever')).rejects.toMatchObject({ code: 'bad_request' })
    await expect(none.createWithPassphrase('short')).rejects.toMatchObject({ code: 'bad_request' })
    const open = await openVault()
    await expect(open.createWithPassphrase(passphrase)).rejects.toMatchObject({ code: 'conflict' })
    await expect(vaultHere().unlock(passphrase)).rejects.toMatchObject({ code: 'bad_request' })
  })

  it('is damaged, not wrongly unlocked, when its salt was changed', async () => {
    keychain.fault = 'none here'
    await vaultHere().createWithPassphrase(passphrase)
    const text = readFileSync(file, 'utf8').replaceAll(/"salt":"../g, (start) => `${start.slice(0, -2)}//`)
    writeFileSync(file, text)
    expect(await vaultHere().unlock(passphrase)).toMatchObject({ code: 'vault_damaged' })
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
})
