import { afterEach, beforeEach, expect, it } from 'vitest'
import { createImports } from '../../../src/main/imports/imports.ts'
import type { ImportSource } from '../../../src/preload/imports.ts'
import { newAccount, newKey } from '../accounts/harness.ts'
import { openWorld, secretOf, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const keys = (...lines: string[]): ImportSource => ({ kind: 'keys', text: lines.join('\n') })
const file = (...lines: string[]): ImportSource => ({
  kind: 'keys',
  path: world.put('keys.txt', lines.join('\n')),
})
const idsOf = async (source: ImportSource, imports = world.imports) =>
  (await imports.preview(source)).items.map((item) => item.id)

it('has an id for a secret that stays while Berth runs, and that nobody can try keys against', async () => {
  const source = keys(newKey(), newKey())
  const ids = await idsOf(source)
  expect(new Set(ids).size).toBe(2)
  expect(await idsOf(source)).toEqual(ids)
  expect(await idsOf(source, world.restarted())).not.toEqual(ids)
})

it('follows provider, namespace and label, and finds a free label', async () => {
  const key = newKey()
  const unknown = secretOf('')
  await world.accounts.add(newAccount({ namespace: 'work', label: 'mine' }))
  const source = keys(`given: ${key}`, unknown)
  const [known = '', unsure = ''] = await idsOf(source)
  const done = await world.imports.apply(source, {
    [known]: { action: 'add', namespace: 'work', label: 'mine' },
    [unsure]: { action: 'add', providerId: 'mistral', label: 'second' },
  })
  expect(done).toMatchObject({ added: 2, items: [{ outcome: 'added' }, { outcome: 'added' }] })
  expect(world.accounts.list()).toMatchObject([
    { providerId: 'anthropic', label: 'mine' },
    { providerId: 'anthropic', namespace: 'work', label: 'mine (2)', id: done.items[0]?.accountId },
    { providerId: 'mistral', label: 'second', id: done.items[1]?.accountId },
  ])
})

it('leaves what is unsure, in conflict or skipped, and says why', async () => {
  const there = await world.accounts.add(newAccount({ label: 'one' }))
  const source = keys(`one: ${newKey()}`, secretOf(''), newKey())
  const [conflict = '', unsure = '', fresh = ''] = await idsOf(source)
  expect((await world.imports.apply(source, { [fresh]: { action: 'skip' } })).items).toMatchObject([
    { id: conflict, outcome: 'skipped', reason: expect.stringContaining('another secret') },
    { id: unsure, outcome: 'skipped', reason: expect.stringContaining('Choose its provider') },
    { id: fresh, outcome: 'skipped' },
  ])
  const wrong = await world.imports.apply(source, {
    [conflict]: { action: 'add', providerId: 'no-such-provider' },
    [unsure]: { action: 'add' },
    [fresh]: { action: 'skip' },
    ['0'.repeat(32)]: { action: 'add' },
  })
  expect(wrong.items).toMatchObject([
    { outcome: 'refused', reason: expect.stringContaining('no-such-provider') },
    { outcome: 'refused', reason: expect.stringContaining('Choose its provider') },
    { outcome: 'skipped' },
    { outcome: 'skipped', reason: expect.stringContaining('no longer in the source') },
  ])
  expect(world.accounts.list()).toEqual([there])
})

it('does not take what the user was not shown', async () => {
  const seen = `seen: ${newKey()}`
  const source = file(seen)
  const [id = ''] = await idsOf(source)
  file(seen, `late: ${newKey()}`)
  const done = await world.imports.apply(source, { [id]: { action: 'add' } })
  expect(done.items).toMatchObject([
    { outcome: 'added' },
    { outcome: 'skipped', reason: expect.stringContaining('after you looked') },
  ])
  file(`seen: ${newKey()}`)
  const changed = await world.imports.apply(source, { [id]: { action: 'replace' } })
  expect(changed.items.map((item) => item.outcome)).toEqual(['skipped', 'skipped'])
  expect(world.accounts.list()).toHaveLength(1)
})

it('does not replace another account than the one that was shown', async () => {
  const first = await world.accounts.add(newAccount({ label: 'one' }))
  const source = keys(`one: ${newKey()}`)
  const [id = ''] = await idsOf(source)
  world.accounts.rename(first.id, { namespace: '', label: 'moved' })
  const second = await world.accounts.add(newAccount({ label: 'one' }))
  const kept = world.accounts.credential(second.id)
  const done = await world.imports.apply(source, { [id]: { action: 'replace' } })
  expect(done.items).toMatchObject([{ outcome: 'skipped', reason: expect.stringContaining('Look again') }])
  expect(world.accounts.credential(second.id)).toEqual(kept)
  const [again = ''] = await idsOf(source)
  expect(await world.imports.apply(source, { [again]: { action: 'replace' } })).toMatchObject({ replaced: 1 })
  expect(world.accounts.credential(second.id)).not.toEqual(kept)
})

it('replaces a key with its fields', async () => {
  const account = await world.accounts.add({
    ...newAccount({ label: '.env' }),
    providerId: 'azure',
    key: secretOf(''),
    fields: { AZURE_RESOURCE_NAME: 'old' },
  })
  world.accounts.rename(account.id, { namespace: '', label: 'AZURE_API_KEY' })
  Object.assign(world.env, { AZURE_API_KEY: secretOf(''), AZURE_RESOURCE_NAME: 'new' })
  const source: ImportSource = { kind: 'environment' }
  const [id = ''] = await idsOf(source)
  expect(await world.imports.apply(source, { [id]: { action: 'replace' } })).toMatchObject({ replaced: 1 })
  expect(world.accounts.get(account.id).fields).toEqual({ AZURE_RESOURCE_NAME: 'new' })
  expect(world.accounts.credential(account.id)).toEqual({ type: 'api', key: world.env.AZURE_API_KEY })
})

it('goes on after a fault, also when the vault locks in between', async () => {
  const source = keys(newKey(), newKey(), newKey())
  const ids = await idsOf(source)
  const adding = world.accounts.addCredential
  let calls = 0
  const accounts = {
    ...world.accounts,
    async addCredential(account: Parameters<typeof adding>[0]) {
      calls += 1
      if (calls === 2) await world.vault.lock()
      return adding(account)
    },
  }
  const imports = createImports({ ...world, accounts, dataDir: world.folder })
  const done = await imports.apply(source, {})
  expect(done.items.map((item) => item.outcome)).toEqual(['added', 'refused', 'refused'])
  expect(done.items[2]?.reason).toContain('locked')
  await world.vault.unlock()
  expect(await world.imports.apply(source, {})).toMatchObject({ added: 2, skipped: 1 })
  expect(ids).toHaveLength(3)
})

it('does two imports of one source one after the other', async () => {
  const source = keys(newKey(), newKey())
  const [one, other] = await Promise.all([world.imports.apply(source, {}), world.imports.apply(source, {})])
  expect([one.added, other.added, other.skipped]).toEqual([2, 0, 2])
  expect(world.accounts.list()).toHaveLength(2)
})

it('offers what is on this machine and not here yet, and says nothing of the rest', async () => {
  expect(await world.imports.offers()).toEqual([])
  world.put(
    '.config/opencode/anthropic-accounts.json',
    JSON.stringify([{ refreshToken: secretOf('sk-ant-ort01-') }]),
  )
  world.put('.claude-code-router/config.json', 'not json at all')
  const path = world.put(
    '.local/share/opencode/auth.json',
    JSON.stringify({
      groq: { type: 'api', key: secretOf('gsk_') },
      xai: { type: 'api', key: secretOf('xai-') },
    }),
  )
  world.env.MISTRAL_API_KEY = secretOf('')
  expect(await world.imports.offers()).toEqual([
    { kind: 'opencode', path, fresh: 2 },
    { kind: 'environment', fresh: 1 },
  ])
  await world.imports.apply({ kind: 'opencode' }, {})
  const started = performance.now()
  expect(await world.imports.offers()).toEqual([{ kind: 'environment', fresh: 1 }])
  expect(performance.now() - started).toBeLessThan(1000)
  await world.vault.lock()
  expect(await world.imports.offers()).toEqual([])
})
