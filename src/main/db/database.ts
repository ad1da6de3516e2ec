import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BerthError } from '../errors.ts'
import { type Migration, migrations } from './migrations.ts'

export type Database = DatabaseSync

/**
 * Opens (or makes) the database and brings it to the newest version. A file from a newer Berth is refused rather than
 * guessed at. `:memory:` is for tests.
 */
export function openDatabase(file: string): Database {
  if (file !== ':memory:') {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    // For this user alone, whatever the folder is: prompts and answers are in it. SQLite gives the files beside it the same mode.
    closeSync(openSync(file, 'a', 0o600))
  }
  const db = new DatabaseSync(file)
  // Without recursive triggers a REPLACE deletes rows past the trigger that keeps the audit trail. https://sqlite.org/lang_replace.html
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; PRAGMA recursive_triggers = ON',
  )
  migrate(db, file, migrations)
  return db
}

function migrate(db: Database, file: string, list: readonly Migration[]): void {
  const row = db.prepare('PRAGMA user_version').get()
  const version = Number(row?.user_version ?? 0)
  if (version > list.length) {
    throw new BerthError(
      'internal',
      `The database ${file} was written by a newer Berth (version ${version}). Install that version again, or move the file away.`,
    )
  }
  list.forEach((migration, index) => {
    if (index < version) return
    transaction(db, () => {
      db.exec(migration.sql)
      db.exec(`PRAGMA user_version = ${index + 1}`)
    })
  })
}

/** Runs `work` in one transaction: all of it is kept, or none. */
export function transaction<T>(db: Database, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const value = work()
    db.exec('COMMIT')
    return value
  } catch (error) {
    db.exec('ROLLBACK')
    throw error
  }
}
