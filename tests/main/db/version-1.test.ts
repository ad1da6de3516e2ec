import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createAccounts } from '../../../src/main/accounts/accounts.ts'
import { createCatalog } from '../../../src/main/catalog/catalog.ts'
import { openDatabase } from '../../../src/main/db/database.ts'
import { migrations } from '../../../src/main/db/migrations.ts'
import { createProjectRepo } from '../../../src/main/projects/project-repo.ts'
import { createVault } from '../../../src/main/vault/vault.ts'
import { createFakeKeychain } from '../../support/fake-keychain.ts'

/** A database as Berth's first version wrote it, opened by this one. */

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'berth-v1-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const accountRow = (
  id: string,
  provider: string,
  over: Readonly<Record<string, string | number | null>> = {},
) => ({
  id,
  provider_id: provider,
  namespace: '',
  label: id,
  type: 'api',
  preview: 'sk-…x7Qd',
  fields: '{}',
  state: 'connected',
  last_error: null,
  active: 0,
  created_at: 100,
  last_used_at: null,
  ...over,
})
const projectRow = (id: string, accountId: string | null) => ({
  id,
  name: `project ${id}`,
  folder: '/home/me/atlas',
  provider_id: 'anthropic',
  model_id: 'claude-sonnet-4-5',
  runtime: 'docker',
  server_runtime: 'docker',
  image: 'debian:bookworm-slim',
  account_id: accountId,
  state: 'running',
  problem: null,
  created_at: 1,
  last_activity_at: 2,
})

/** Writes a version-1 file with these rows. */
function writeVersion1(
  tables: Readonly<Record<string, readonly Record<string, string | number | null>[]>>,
): string {
  const file = join(dir, 'berth.db')
  const db = new DatabaseSync(file)
  const [first] = migrations
  db.exec(`${first?.sql ?? ''}; PRAGMA user_version = 1`)
  for (const [table, rows] of Object.entries(tables)) {
    for (const row of rows) {
      const names = Object.keys(row)
      const sql = `INSERT INTO ${table} (${names.join()}) VALUES (${names.map(() => '?').join()})`
      db.prepare(sql).run(...Object.values(row))
    }
  }
  db.close()
  return file
}

async function openAccounts(file: string) {
  const db = openDatabase(file)
  const vault = createVault({ file: join(dir, 'vault.json'), keychainFor: createFakeKeychain().keychainFor })
  await vault.open()
  const catalog = createCatalog({
    db,
    snapshotFile: resolve(import.meta.dirname, '../../../resources/catalog.json'),
  })
  const accounts = createAccounts({
    db,
    vault,
    catalog,
    now: () => 1000,
    newId: () => 'new',
    renews: () => false,
    onChange: () => {},
    onPins: () => {},
    onRenewed: () => undefined,
    onReplaced: () => undefined,
  })
  return { db, vault, accounts }
}

it('keeps its accounts in their order, its projects, and their pins', async () => {
  const file = writeVersion1({
    account: [
      accountRow('younger', 'anthropic', { created_at: 300, fields: '{"A":"b"}', last_used_at: 900 }),
      accountRow('older', 'anthropic', { active: 1, state: 'error', last_error: 'No credit.' }),
      accountRow('same-time', 'anthropic', { created_at: 300, namespace: 'work' }),
      accountRow('off', 'openai', { active: 1, state: 'disabled' }),
      accountRow('gone', 'left-the-catalog', { active: 1 }),
    ],
    account_leftover: [{ id: 'half-added' }],
    custom_provider: [{ id: 'homelab', name: 'Home lab', base_url: 'http://127.0.0.1:9/v1', models: '[]' }],
    project: [projectRow('p1', 'younger'), projectRow('p2', null), projectRow('p3', 'removed-since')],
    session: [{ project_id: 'p1', id: 's1', title: 'Hi', created_at: 1, updated_at: 2 }],
    message: [{ project_id: 'p1', session_id: 's1', id: 'm1', created_at: 1, body: '{}' }],
    prompt: [
      {
        project_id: 'p1',
        request_id: 'r1',
        message_id: 'm1',
        session_id: null,
        kind: 'start',
        text: 'go',
        created_at: 1,
      },
    ],
  })
  const { db, vault, accounts } = await openAccounts(file)
  const secret = JSON.stringify({ type: 'api', key: 'sk-ant-api03-abcdefghijklmnopqrstuvwx7Qd' })
  for (const id of ['younger', 'older', 'off']) await vault.write(`account/${id}`, secret)
  await vault.write('account/half-added', 'a secret')

  const own = accounts.list().filter(({ providerId }) => providerId === 'anthropic')
  expect(own.map(({ id, position }) => [id, position])).toEqual([
    ['older', 0],
    ['younger', 1],
    ['same-time', 2],
  ])
  expect(accounts.get('older')).toMatchObject({ active: true, state: 'error', lastError: 'No credit.' })
  expect(accounts.get('younger')).toMatchObject({ fields: { A: 'b' }, lastUsedAt: 900, createdAt: 300 })
  expect(accounts.get('off').state).toBe('disabled')
  expect(accounts.setEnabled('off', true).state).toBe('connected')
  expect(accounts.get('gone')).toMatchObject({ providerId: 'left-the-catalog', position: 0 })
  expect(accounts.pins()).toEqual([{ providerId: 'anthropic', accountId: 'younger', projectId: 'p1' }])
  expect(accounts.resolve('anthropic', { projectId: 'p1' }).account.id).toBe('younger')
  expect(accounts.resolve('anthropic', { projectId: 'p3' }).account.id).toBe('older')

  await accounts.sweep()
  expect(vault.ids()).toEqual(['account/off', 'account/older', 'account/younger'])
  const rows = createProjectRepo(db).list()
  expect(rows.map(({ id, delivery, state, serverEgress }) => [id, delivery, state, serverEgress])).toEqual([
    ['p1', 'gateway', 'running', undefined],
    ['p2', 'gateway', 'running', undefined],
    ['p3', 'gateway', 'running', undefined],
  ])
  for (const table of ['session', 'message', 'prompt', 'custom_provider'])
    expect(db.prepare(`SELECT count(*) AS n FROM ${table}`).get(), table).toEqual({ n: 1 })
  expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([])
  expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: migrations.length })
  db.close()
})

it('is opened again as it is, and an empty one too', async () => {
  const file = writeVersion1({})
  openDatabase(file).close()
  const { db, accounts } = await openAccounts(file)
  expect(accounts.list()).toEqual([])
  expect(accounts.pins()).toEqual([])
  db.close()
})
