import { createHash } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openWorld, secretOf, type World } from './world.ts'

let world: World
let folder: string
let file: string
const open: DatabaseSync[] = []
beforeEach(async () => {
  world = await openWorld()
  folder = join(world.home, 'data')
  file = join(folder, 'db ?#.sqlite')
  mkdirSync(folder)
})
afterEach(() => {
  for (const db of open.splice(0)) db.close()
  world.close()
})

/** A database with these tables; it stays open, as it does while doce.dev runs, unless it is closed. */
function database(sql: string, journal = 'DELETE'): DatabaseSync {
  const db = new DatabaseSync(file)
  db.exec(`PRAGMA journal_mode = ${journal}; PRAGMA wal_autocheckpoint = 0; ${sql}`)
  return db
}

const CONNECTIONS = `CREATE TABLE provider_connections (id TEXT PRIMARY KEY, user_id TEXT, provider_id TEXT NOT NULL,
  auth_type TEXT NOT NULL, api_key_hash TEXT, oauth_refresh_token TEXT, oauth_access_token TEXT, oauth_expires_at INTEGER,
  oauth_enterprise_url TEXT, wellknown_key_hash TEXT, status TEXT);`
const SETTINGS =
  'CREATE TABLE user_settings (user_id TEXT PRIMARY KEY, openrouter_api_key TEXT, default_model TEXT);'

/** Every file of the folder: its bytes, times and rights. */
const snapshot = () =>
  readdirSync(folder).map((name) => {
    const { mtimeMs, ctimeMs, mode, size } = statSync(join(folder, name))
    const hash = createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex')
    return { name, mtimeMs, ctimeMs, mode, size, hash }
  })

const preview = (path = file) => world.imports.preview({ kind: 'doce', path })

it('reads the key of its settings and its connections', async () => {
  const [key, refresh] = [secretOf('sk-or-v1-'), secretOf('gho_')]
  database(`${SETTINGS} ${CONNECTIONS}
    INSERT INTO user_settings VALUES ('u1', '${key}', 'x'), ('u2', NULL, 'x'), ('u3', '${secretOf('sk-or-v1-')}', 'x');
    INSERT INTO provider_connections (id, provider_id, auth_type, api_key_hash) VALUES ('1', 'anthropic', 'api', 'abc');
    INSERT INTO provider_connections (id, provider_id, auth_type, oauth_refresh_token, oauth_access_token, oauth_expires_at)
      VALUES ('2', 'github_copilot', 'oauth', '${refresh}', '${secretOf('ghu_')}', 1900000000);
    INSERT INTO provider_connections (id, provider_id, auth_type, oauth_refresh_token)
      VALUES ('3', 'anthropic', 'oauth', '${secretOf('sk-ant-ort01-')}');
    INSERT INTO provider_connections (id, provider_id, auth_type) VALUES ('4', 'groq', 'api');`).close()
  const before = snapshot()
  const { items, notes } = await preview()
  expect(items).toMatchObject([
    { providerId: 'openrouter', label: 'doce.dev', place: 'user_settings, row 1', state: 'new' },
    { providerId: 'openrouter', label: 'doce.dev (2)', place: 'user_settings, row 3', state: 'new' },
    { providerId: 'anthropic', state: 'refused', reason: expect.stringContaining('only a hash') },
    { providerId: 'github-copilot', type: 'oauth', state: 'new' },
    { providerId: 'anthropic', state: 'refused', reason: expect.stringContaining('Anthropic forbids') },
  ])
  expect(notes).toEqual(['1 of its connections have no key.'])
  expect(await world.imports.apply({ kind: 'doce', path: file }, {})).toMatchObject({ added: 3 })
  const [copilot] = world.accounts.list().filter((one) => one.providerId === 'github-copilot')
  expect(world.accounts.credential(copilot?.id ?? '')).toMatchObject({ refresh, expires: 1_900_000_000_000 })
  expect(snapshot()).toEqual(before)
})

it('takes other names of columns, and refuses what is encrypted', async () => {
  const [key, inJson] = [secretOf('gsk_'), secretOf('xai-')]
  database(`CREATE TABLE provider_connections (id INTEGER, provider TEXT, api_key TEXT, key_encrypted BLOB, data TEXT);
    INSERT INTO provider_connections VALUES (1, 'groq', '${key}', NULL, NULL), (2, 'openai', NULL, 'a1b2', NULL),
      (3, 'xai', NULL, NULL, '{"key":"${inJson}"}'), (9007199254740993, 'mistral', NULL, NULL, '[1'),
      (5, 'my own', 'abc', '', '');`).close()
  const { items } = await preview()
  expect(items).toMatchObject([
    { providerId: 'groq', state: 'new' },
    { providerId: 'openai', state: 'refused', reason: expect.stringContaining('encrypted') },
    { providerId: 'xai', state: 'new' },
    { state: 'unsure', place: 'provider_connections, row 5 (my own)' },
  ])
})

it('sees what is in the log of a running doce.dev, and leaves its folder as it is', async () => {
  const db = database(SETTINGS, 'WAL')
  open.push(db)
  const key = secretOf('sk-or-v1-')
  db.exec(`INSERT INTO user_settings VALUES ('u1', '${key}', 'x')`)
  expect(readdirSync(folder).length).toBe(3)
  const before = snapshot()
  expect((await preview()).items).toMatchObject([{ providerId: 'openrouter', state: 'new' }])
  expect(snapshot()).toEqual(before)
  // Nothing stays of the copy that was read.
  expect(readdirSync(join(world.folder, 'import'))).toEqual([])
})

it('opens one in its folder alone without making files beside it, also through a link', async () => {
  database(
    `${SETTINGS} INSERT INTO user_settings VALUES ('u1', '${secretOf('sk-or-v1-')}', 'x')`,
    'WAL',
  ).close()
  const link = join(world.home, 'link.db')
  symlinkSync(file, link)
  const before = snapshot()
  expect(before.map(({ name }) => name)).toEqual(['db ?#.sqlite'])
  expect((await preview(link)).items).toHaveLength(1)
  expect(snapshot()).toEqual(before)
})

it('takes away what a crash left of a copy', async () => {
  const left = world.put('x', 'secret')
  mkdirSync(join(world.folder, 'import', 'copy-1'), { recursive: true })
  copyFileSync(left, join(world.folder, 'import', 'copy-1', 'db.sqlite'))
  world.restarted()
  expect(readdirSync(world.folder)).not.toContain('import')
})

it('says what is wrong with another file', async () => {
  await expect(preview('/no/such/file')).rejects.toMatchObject({ code: 'not_found' })
  await expect(preview(folder)).rejects.toThrow('is a folder')
  for (const content of ['', 'text', 'SQLite format 3\0', `SQLite format 3\0${'x'.repeat(5000)}`]) {
    const path = world.put('other', content)
    await expect(preview(path)).rejects.toMatchObject({ code: 'bad_request' })
  }
  database(
    'CREATE TABLE user_settings_of_another (a); CREATE VIEW user_settings AS SELECT 1 AS openrouter_api_key;',
  ).close()
  await expect(preview()).rejects.toThrow('not one of doce.dev')
})

it('keeps its sense with a damaged database', async () => {
  database(`${SETTINGS} INSERT INTO user_settings VALUES ('u1', '${secretOf('sk-or-v1-')}', 'x')`).close()
  const whole = readFileSync(file)
  for (let at = 16; at < whole.length; at += 97) {
    const damaged = Buffer.from(whole)
    damaged.fill(0xa5, at, Math.min(at + 64, whole.length))
    const path = world.put('damaged.sqlite', damaged)
    await preview(path).then(
      ({ items }) => expect(Array.isArray(items)).toBe(true),
      (error: unknown) => expect(error).toMatchObject({ code: 'bad_request' }),
    )
  }
})

// Rows of before a column was there take its default, and no room in the file for it.
it.each([
  ['one wide column', 1, 20_000],
  ['very many columns', 150, 10],
])('reads no more than keys take, though a small file holds gigabytes: %s', async (_, count, width) => {
  const db = database(`CREATE TABLE user_settings (openrouter_api_key TEXT);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
    INSERT INTO user_settings SELECT 'k' || i FROM n;`)
  for (let n = 0; n < count; n += 1)
    db.exec(`ALTER TABLE user_settings ADD COLUMN c${n} TEXT DEFAULT '${'x'.repeat(width)}'`)
  db.close()
  open.splice(0)
  await expect(preview()).rejects.toMatchObject({
    code: 'bad_request',
    message: expect.stringContaining('far more than keys'),
  })
})

it('does not copy what is far larger than a database beside it', async () => {
  database(SETTINGS).close()
  const log = openSync(`${file}-wal`, 'w')
  ftruncateSync(log, 10 ** 12)
  closeSync(log)
  await expect(preview()).rejects.toMatchObject({
    code: 'bad_request',
    message: expect.stringContaining('is larger than 200 MB'),
  })
})
