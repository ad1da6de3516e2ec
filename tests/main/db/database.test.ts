import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDatabase, transaction } from '../../../src/main/db/database.ts'
import { lockInstance } from '../../../src/main/db/instance-lock.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'berth-db-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

it('makes every table strict', () => {
  const db = openDatabase(':memory:')
  const tables = db.prepare('PRAGMA table_list').all()
  const own = tables.filter((table) => table.schema === 'main' && !String(table.name).startsWith('sqlite_'))
  expect(own.length).toBeGreaterThan(4)
  expect(own.filter((table) => table.strict !== 1)).toEqual([])
})

it('keeps what was written when it is opened again, and refuses a newer file', () => {
  const file = join(dir, 'berth.db')
  const first = openDatabase(file)
  first.exec(`INSERT INTO custom_provider (id, name, base_url, models) VALUES ('x', 'X', 'http://x', '[]')`)
  first.close()
  const second = openDatabase(file)
  expect(second.prepare('SELECT id FROM custom_provider').all()).toEqual([{ id: 'x' }])
  second.exec('PRAGMA user_version = 999')
  second.close()
  expect(() => openDatabase(file)).toThrow(/newer Berth \(version 999\)/)
})

it('undoes a transaction that throws', () => {
  const db = openDatabase(':memory:')
  expect(() =>
    transaction(db, () => {
      db.exec(`INSERT INTO custom_provider (id, name, base_url, models) VALUES ('x', 'X', 'http://x', '[]')`)
      throw new Error('half way')
    }),
  ).toThrow('half way')
  expect(db.prepare('SELECT count(*) AS n FROM custom_provider').get()).toEqual({ n: 0 })
})

it('lets one Berth at a time work on a folder', () => {
  const release = lockInstance(dir)
  expect(() => lockInstance(dir)).toThrow(/Another Berth is already running/)
  release()
  lockInstance(dir)()
})

it.skipIf(process.platform === 'win32')('is for this user alone, also in a folder that is not', () => {
  chmodSync(dir, 0o755)
  const db = openDatabase(join(dir, 'berth.db'))
  const modes = readdirSync(dir).map(
    (name) => `${name} ${(statSync(join(dir, name)).mode & 0o777).toString(8)}`,
  )
  expect(modes.sort()).toEqual(['berth.db 600', 'berth.db-shm 600', 'berth.db-wal 600'])
  db.close()
})
