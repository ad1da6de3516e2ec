import { afterEach, beforeEach, expect, it } from 'vitest'
import { readExport } from '../../../src/main/accounts/export-file.ts'
import { openAgeFile } from '../../../src/main/vault/age-file.ts'
import { type Harness, newAccount, openHarness } from './harness.ts'

const PASSPHRASE = 'correct horse battery staple'
let here: Harness
beforeEach(async () => {
  here = await openHarness()
})
afterEach(() => here.close())

it('exports as the documented JSON', async () => {
  const given = newAccount({ namespace: 'work', label: 'a' })
  const { id } = await here.accounts.add(given)
  here.time = 77
  const { file, accounts, left } = await here.accounts.exportFile(PASSPHRASE)
  expect([accounts, left]).toEqual([1, []])
  expect(JSON.parse(await openAgeFile(PASSPHRASE, file))).toEqual({
    format: 'berth-accounts',
    version: 1,
    exportedAt: 77,
    accounts: [
      {
        id,
        providerId: 'anthropic',
        namespace: 'work',
        label: 'a',
        fields: {},
        createdAt: 1000,
        secret: { type: 'api', key: given.key },
      },
    ],
  })
}, 30_000)

it('says which accounts are not in it, and does nothing while the vault is locked', async () => {
  const { id } = await here.accounts.add(newAccount())
  await here.vault.remove(`account/${id}`)
  expect(await here.accounts.exportFile(PASSPHRASE)).toMatchObject({ accounts: 0, left: [{ id }] })
  await here.vault.lock()
  await expect(here.accounts.exportFile(PASSPHRASE)).rejects.toMatchObject({ code: 'vault_locked' })
  await expect(here.accounts.exportFile('short')).rejects.toMatchObject({ code: 'vault_locked' })
}, 30_000)

it('refuses what is no export, by sentences that quote nothing of it', () => {
  const good = { format: 'berth-accounts', version: 1, exportedAt: 1, accounts: [] }
  const account = { id: 'a', providerId: 'groq', namespace: '', label: 'x', createdAt: 1 }
  const secret = { type: 'api', key: 'sk-secret' }
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const bad = [
    '',
    'not json sk-secret',
    deep,
    '[]',
    JSON.stringify({ ...good, format: 'sk-secret' }),
    JSON.stringify({ ...good, version: 2 }),
    JSON.stringify({ ...good, accounts: [{ id: 'sk-secret', key: 'sk-secret' }] }),
    JSON.stringify({ ...good, accounts: [{ ...account, secret, fields: { 'sk-secret': 1 } }] }),
    JSON.stringify({ ...good, accounts: Array.from({ length: 20_001 }, () => null) }),
  ]
  for (const text of bad) {
    expect(() => readExport(text)).toThrow(expect.objectContaining({ code: 'bad_request' }))
    expect(() => readExport(text)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('sk-secret') }),
    )
  }
})
