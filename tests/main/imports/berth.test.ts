import { Encrypter } from 'age-encryption'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readExport } from '../../../src/main/accounts/export-file.ts'
import { openAgeFile } from '../../../src/main/vault/age-file.ts'
import type { ImportSource } from '../../../src/preload/imports.ts'
import { type Harness, newAccount, newKey, openHarness } from '../accounts/harness.ts'
import { openWorld, secretOf, type World } from './world.ts'

const PASSPHRASE = 'correct horse battery staple'
let here: Harness
let there: World
beforeEach(async () => {
  here = await openHarness()
  there = await openWorld()
})
afterEach(() => {
  here.close()
  there.close()
})

const sourceOf = (file: Uint8Array): ImportSource => ({
  kind: 'berth',
  file: Buffer.from(file).toString('base64'),
  passphrase: PASSPHRASE,
})

/** Under the passphrase with little work, for that is tried elsewhere and takes a second. */
async function sealed(accounts: readonly unknown[]): Promise<ImportSource> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(PASSPHRASE)
  encrypter.setScryptWorkFactor(8)
  const text = JSON.stringify({ format: 'berth-accounts', version: 1, exportedAt: 1, accounts })
  return sourceOf(await encrypter.encrypt(text))
}

/** What `exportFile` writes of these accounts, as another test holds. */
const exported = ({ accounts }: Pick<Harness, 'accounts'> = here): Promise<ImportSource> =>
  sealed(
    accounts.list().map(({ id, providerId, namespace, label, fields, createdAt }) => {
      return { id, providerId, namespace, label, fields, createdAt, secret: accounts.credential(id) }
    }),
  )

it('carries accounts to another Berth with their ids and times, and a second import changes nothing', async () => {
  const work = await here.accounts.add(newAccount({ namespace: 'work', label: 'a' }))
  here.time = 2000
  const home = await here.accounts.add(newAccount({ label: 'b' }))
  const login = await here.accounts.addCredential({
    providerId: 'openai',
    namespace: '',
    label: 'c',
    fields: {},
    credential: {
      type: 'oauth',
      access: secretOf('eyJ'),
      refresh: secretOf('rt_'),
      expires: 9,
      accountId: 'acc',
    },
  })
  const source = await exported()
  const { items } = await there.imports.preview(source)
  expect(items).toMatchObject([
    { label: 'a', namespace: 'work', state: 'new' },
    { label: 'b', state: 'new' },
    { label: 'c', state: 'new', type: 'oauth' },
  ])
  expect([there.accounts.list(), there.vault.ids()]).toEqual([[], []])
  expect(await there.imports.apply(source, {})).toMatchObject({ added: 3, replaced: 0, skipped: 0 })
  expect(there.accounts.list()).toEqual(here.accounts.list())
  for (const { id } of [work, home, login]) {
    expect(there.accounts.credential(id)).toEqual(here.accounts.credential(id))
  }
  const after = there.accounts.list()
  expect(await there.imports.apply(source, {})).toMatchObject({ added: 0, replaced: 0, skipped: 3 })
  expect(there.accounts.list()).toEqual(after)
}, 60_000)

it('tells what is the same and in conflict, and follows the choice', async () => {
  const same = newAccount({ label: 'same' })
  await here.accounts.add(same)
  await there.accounts.add({ ...same, label: 'another name' })
  const rival = await here.accounts.add(newAccount({ label: 'rival' }))
  const other = await there.accounts.add(newAccount({ label: 'rival' }))
  const source = await exported()
  const { items } = await there.imports.preview(source)
  expect(items).toMatchObject([
    { label: 'same', state: 'same' },
    { label: 'rival', state: 'conflict', existingId: other.id },
  ])
  const import_ = (action: 'add' | 'replace' | 'skip') =>
    there.imports.apply(source, { [items[1]?.id ?? '']: { action } })
  expect(await import_('skip')).toMatchObject({ added: 0, replaced: 0, skipped: 2 })
  expect(there.accounts.credential(other.id)).not.toEqual(here.accounts.credential(rival.id))
  expect(await import_('replace')).toMatchObject({ added: 0, replaced: 1, skipped: 1 })
  expect(there.accounts.credential(other.id)).toEqual(here.accounts.credential(rival.id))

  await here.accounts.replaceKey(rival.id, newAccount().key)
  const again = await exported()
  const [, changed] = (await there.imports.preview(again)).items
  await there.imports.apply(again, { [changed?.id ?? '']: { action: 'add' } })
  expect(there.accounts.list().map((one) => one.label)).toEqual(['another name', 'rival', 'rival (2)'])
}, 60_000)

it('knows an account by its id, also under another name', async () => {
  const { id } = await here.accounts.add(newAccount({ label: 'old name' }))
  await there.imports.apply(await exported(), {})
  there.accounts.rename(id, { namespace: '', label: 'my name' })
  await here.accounts.replaceKey(id, newKey())
  const source = await exported()
  const { items } = await there.imports.preview(source)
  expect(items).toMatchObject([{ label: 'old name', state: 'conflict', existingId: id }])
  await there.imports.apply(source, { [items[0]?.id ?? '']: { action: 'replace' } })
  expect(there.accounts.list()).toMatchObject([{ id, label: 'my name' }])
  expect(there.accounts.credential(id)).toEqual(here.accounts.credential(id))
}, 60_000)

it('gives accounts whose vault is lost their secrets back', async () => {
  const { id } = await there.accounts.add(newAccount())
  const credential = there.accounts.credential(id)
  const source = await exported(there)
  await there.vault.remove(`account/${id}`)
  expect((await there.imports.preview(source)).items).toMatchObject([{ state: 'new', existingId: id }])
  expect(await there.imports.apply(source, {})).toMatchObject({ added: 0, replaced: 1, skipped: 0 })
  expect(there.accounts.credential(id)).toEqual(credential)
  expect(there.accounts.list()).toHaveLength(1)
}, 60_000)

it('refuses accounts that cannot be here and takes the others', async () => {
  const account = { namespace: '', label: 'x', fields: {}, createdAt: 1 }
  const key = (text: string) => ({ type: 'api', key: text })
  const source = await sealed([
    { ...account, id: 'a1', providerId: 'no-such-provider', secret: key(secretOf('sk-')) },
    { ...account, id: 'a2', providerId: 'anthropic', secret: key('sk-ant-oat01-subscription') },
    { ...account, id: 'a3', providerId: 'anthropic', secret: key('has a blank') },
    { ...account, id: 'a4', providerId: 'watsonx', secret: key(secretOf('')) },
    { ...account, id: 'a5', providerId: 'anthropic', secret: key(newKey()) },
  ])
  const { items } = await there.imports.preview(source)
  expect(items.map((item) => item.state)).toEqual(['refused', 'refused', 'refused', 'refused', 'new'])
  expect(items[1]?.reason).toContain('Claude subscription')
  const done = await there.imports.apply(source, {})
  expect(done).toMatchObject({ added: 1, skipped: 0 })
  expect(done.items.map((item) => item.outcome)).toEqual([
    'refused',
    'refused',
    'refused',
    'refused',
    'added',
  ])
}, 30_000)

it('wants the right passphrase, a good file and an open vault', async () => {
  await here.accounts.add(newAccount())
  const { file } = await here.accounts.exportFile(PASSPHRASE)
  const source = sourceOf(file)
  const path = there.put('export.age', file)
  expect(readExport(await openAgeFile(PASSPHRASE, file))).toHaveLength(1)
  const asked = (more: object) => there.imports.preview({ kind: 'berth', passphrase: PASSPHRASE, ...more })
  expect(await asked({ path })).toMatchObject({ source: path, items: [{ state: 'new' }] })
  await expect(asked({ path, passphrase: 'another one' })).rejects.toMatchObject({ code: 'wrong_passphrase' })
  await expect(asked({})).rejects.toMatchObject({ code: 'bad_request' })
  await expect(asked({ file: '' })).rejects.toMatchObject({ code: 'bad_request' })
  await expect(asked({ file: Buffer.from('png').toString('base64') })).rejects.toThrow('not an age file')
  await there.vault.lock()
  await expect(there.imports.preview(source)).rejects.toMatchObject({ code: 'vault_locked' })
  await expect(there.imports.apply(source, {})).rejects.toMatchObject({ code: 'vault_locked' })
}, 60_000)
