import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readExport } from '../../../src/main/accounts/export-file.ts'
import { openAgeFile, sealAgeFile } from '../../../src/main/vault/age-file.ts'
import { type Harness, newAccount, openHarness } from './harness.ts'

const PASSPHRASE = 'correct horse battery staple'
let here: Harness
let there: Harness
beforeEach(async () => {
  here = await openHarness()
  there = await openHarness()
})
afterEach(() => {
  here.close()
  there.close()
})

const keyOf = (harness: Harness, id: string): unknown => harness.accounts.credential(id)
const stateOf = async (file: Uint8Array) =>
  (await there.accounts.previewImport(PASSPHRASE, file)).map(({ state, label }) => [label, state])

it('carries accounts to another Berth, and a second import changes nothing', async () => {
  const work = await here.accounts.add(newAccount({ namespace: 'work', label: 'a' }))
  const home = await here.accounts.add(newAccount({ label: 'b' }))
  const { file, accounts, left } = await here.accounts.exportFile(PASSPHRASE)
  expect([accounts, left]).toEqual([2, []])
  const before = there.told.length
  expect(await stateOf(file)).toEqual([
    ['a', 'new'],
    ['b', 'new'],
  ])
  expect([there.accounts.list(), there.vault.ids(), there.told.length]).toEqual([[], [], before])
  expect(await there.accounts.applyImport(PASSPHRASE, file, {})).toEqual({
    added: 2,
    replaced: 0,
    skipped: 0,
  })
  expect(there.accounts.list()).toEqual(here.accounts.list())
  for (const { id } of [work, home]) expect(keyOf(there, id)).toEqual(keyOf(here, id))
  const after = there.accounts.list()
  expect(await there.accounts.applyImport(PASSPHRASE, file, {})).toEqual({
    added: 0,
    replaced: 0,
    skipped: 2,
  })
  expect(there.accounts.list()).toEqual(after)
}, 60_000)

it('tells what is the same, in conflict and refused, and follows the choice', async () => {
  const same = newAccount({ label: 'same' })
  await here.accounts.add(same)
  await there.accounts.add({ ...same, label: 'another name' })
  const rival = await here.accounts.add(newAccount({ label: 'rival' }))
  const other = await there.accounts.add(newAccount({ label: 'rival' }))
  const { file } = await here.accounts.exportFile(PASSPHRASE)
  const items = await there.accounts.previewImport(PASSPHRASE, file)
  expect(items).toMatchObject([
    { label: 'same', state: 'same' },
    { label: 'rival', state: 'conflict', existingId: other.id },
  ])
  expect(JSON.stringify(items)).not.toContain(same.key)
  const import_ = (choice: 'add' | 'replace' | 'skip') =>
    there.accounts.applyImport(PASSPHRASE, file, { [rival.id]: choice })
  expect(await import_('skip')).toEqual({ added: 0, replaced: 0, skipped: 2 })
  expect(keyOf(there, other.id)).not.toEqual(keyOf(here, rival.id))
  expect(await import_('replace')).toEqual({ added: 0, replaced: 1, skipped: 1 })
  expect(keyOf(there, other.id)).toEqual(keyOf(here, rival.id))

  const third = await here.accounts.replaceKey(rival.id, newAccount().key)
  const again = (await here.accounts.exportFile(PASSPHRASE)).file
  await there.accounts.applyImport(PASSPHRASE, again, { [third.id]: 'add' })
  expect(there.accounts.list().map((one) => one.label)).toEqual(['another name', 'rival', 'rival (2)'])
}, 60_000)

it('gives accounts whose vault is lost their secrets back', async () => {
  const { id } = await here.accounts.add(newAccount())
  const credential = keyOf(here, id)
  const { file } = await here.accounts.exportFile(PASSPHRASE)
  await here.vault.remove(`account/${id}`)
  expect(await here.accounts.previewImport(PASSPHRASE, file)).toMatchObject([
    { state: 'new', existingId: id },
  ])
  expect(await here.accounts.exportFile(PASSPHRASE)).toMatchObject({ accounts: 0, left: [{ id }] })
  expect(await here.accounts.applyImport(PASSPHRASE, file, {})).toEqual({ added: 0, replaced: 1, skipped: 0 })
  expect(keyOf(here, id)).toEqual(credential)
  expect(here.accounts.list()).toHaveLength(1)
}, 60_000)

it('exports as the documented JSON', async () => {
  const given = newAccount({ namespace: 'work', label: 'a' })
  const { id } = await here.accounts.add(given)
  here.time = 77
  const text = await openAgeFile(PASSPHRASE, (await here.accounts.exportFile(PASSPHRASE)).file)
  expect(JSON.parse(text)).toEqual({
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

it('refuses accounts that cannot be here and takes the others', async () => {
  const account = { id: 'a1', namespace: '', label: 'x', fields: {}, createdAt: 1 }
  const accounts = [
    {
      ...account,
      providerId: 'no-such-provider',
      secret: { type: 'api', key: `sk-${randomBytes(9).toString('hex')}` },
    },
    {
      ...account,
      id: 'a2',
      providerId: 'anthropic',
      secret: { type: 'api', key: 'sk-ant-oat01-subscription' },
    },
    { ...account, id: 'a3', providerId: 'anthropic', secret: { type: 'api', key: 'has a blank' } },
    { ...account, id: 'a4', providerId: 'anthropic', secret: { type: 'api', key: newAccount().key } },
  ]
  const text = JSON.stringify({ format: 'berth-accounts', version: 1, exportedAt: 1, accounts })
  const file = await sealAgeFile(PASSPHRASE, text)
  const items = await there.accounts.previewImport(PASSPHRASE, file)
  expect(items.map((item) => item.state)).toEqual(['refused', 'refused', 'refused', 'new'])
  expect(items[1]?.reason).toContain('Claude subscription')
  expect(await there.accounts.applyImport(PASSPHRASE, file, {})).toEqual({
    added: 1,
    replaced: 0,
    skipped: 3,
  })
}, 30_000)

it('refuses what is no export, by sentences that quote nothing of it', () => {
  const good = { format: 'berth-accounts', version: 1, exportedAt: 1, accounts: [] }
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const bad = [
    '',
    'not json sk-secret',
    deep,
    '[]',
    JSON.stringify({ ...good, format: 'sk-secret' }),
    JSON.stringify({ ...good, version: 2 }),
    JSON.stringify({ ...good, accounts: [{ id: 'sk-secret', key: 'sk-secret' }] }),
    JSON.stringify({ ...good, accounts: Array.from({ length: 20_001 }, () => null) }),
  ]
  for (const text of bad) {
    expect(() => readExport(text)).toThrow(expect.objectContaining({ code: 'bad_request' }))
    expect(() => readExport(text)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('sk-secret') }),
    )
  }
})

it('does nothing while the vault is locked', async () => {
  const { file } = await here.accounts.exportFile(PASSPHRASE)
  await there.vault.lock()
  const locked = { code: 'vault_locked' }
  await expect(there.accounts.exportFile(PASSPHRASE)).rejects.toMatchObject(locked)
  await expect(there.accounts.previewImport(PASSPHRASE, file)).rejects.toMatchObject(locked)
  await expect(there.accounts.applyImport(PASSPHRASE, file, {})).rejects.toMatchObject(locked)
}, 30_000)
