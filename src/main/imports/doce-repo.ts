import { DatabaseSync } from 'node:sqlite'
import { BerthError } from '../errors.ts'

/** What is read of a doce.dev database: its settings and its connections. The file is somebody else's, so little is trusted. */

/** A row by column; blobs and numbers are texts, and what is empty is left out. */
export type Row = Readonly<Record<string, string>>

const TABLES = ['user_settings', 'provider_connections'] as const
export type DoceTables = Readonly<Record<(typeof TABLES)[number], readonly Row[] | undefined>>

const MOST_ROWS = 10_000
/** SQLite allows 2,000, and what a column holds by default takes room in the file once for all rows. */
const MOST_COLUMNS = 100
/** Longer values are not secrets of ours. */
const LONGEST_VALUE = 30_000
/** Characters of a table. Keys take some hundred kilobytes. */
const MOST_TEXT = 20_000_000

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

function toRow(found: Readonly<Record<string, unknown>>): Row {
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'bigint' || typeof value === 'number'
        ? [[name, String(value)] as const]
        : [],
    ),
  )
}

class TooMuch extends Error {}

/** One row after another: a file of a megabyte can have rows of gigabytes. */
function take(rows: Iterable<Readonly<Record<string, unknown>>>): Row[] {
  const taken: Row[] = []
  let size = 0
  for (const found of rows) {
    const row = toRow(found)
    for (const value of Object.values(row)) size += value.length
    if (size > MOST_TEXT) throw new TooMuch()
    taken.push(row)
  }
  return taken
}

/** Every row of a table, or undefined when there is no such table. */
function rowsOf(db: DatabaseSync, table: string): Row[] | undefined {
  const real = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table)
  if (real === undefined) return undefined
  const columns = db.prepare(`PRAGMA table_info(${quoted(table)})`).all()
  if (columns.length > MOST_COLUMNS) throw new TooMuch()
  const picked = columns
    .map(({ name }) => quoted(String(name)))
    .map((name) => `CASE WHEN length(${name}) <= ${LONGEST_VALUE} THEN ${name} END AS ${name}`)
  const rows = db.prepare(`SELECT ${picked.join(', ')} FROM ${quoted(table)} LIMIT ${MOST_ROWS}`)
  rows.setReadBigInts(true)
  return take(rows.iterate())
}

/**
 * Reads the tables of a database. Throws `bad_request` for a damaged file, and for one with more in it than keys.
 * @param location a path that may be opened as it is, or a URL with SQLite's own parameters
 * @param what begins the sentence
 */
export function readDoceTables(location: string | URL, what: string): DoceTables {
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(location, { readOnly: true })
    db.exec('PRAGMA trusted_schema = OFF')
    return {
      user_settings: rowsOf(db, 'user_settings'),
      provider_connections: rowsOf(db, 'provider_connections'),
    }
  } catch (cause) {
    if (cause instanceof TooMuch) {
      throw new BerthError(
        'bad_request',
        `${what} holds far more than keys, so it is not read. Choose another file.`,
      )
    }
    throw new BerthError(
      'bad_request',
      `${what} does not open as a SQLite database. If doce.dev is running, stop it and try again.`,
      { cause },
    )
  } finally {
    db?.close()
  }
}
