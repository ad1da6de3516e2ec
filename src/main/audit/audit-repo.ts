import type { SQLInputValue, StatementSync } from 'node:sqlite'
import { z } from 'zod'
import { type AuditEntry, type AuditFilter, auditEntry } from '../../preload/audit.ts'
import type { Database } from '../db/database.ts'

const row = z
  .object({
    id: z.number(),
    at: z.number(),
    surface: z.string(),
    action: z.string(),
    provider_id: z.string().nullable(),
    account_id: z.string().nullable(),
    account_label: z.string().nullable(),
    project_id: z.string().nullable(),
    project_name: z.string().nullable(),
    detail: z.string().nullable(),
  })
  .transform((one): AuditEntry => {
    const { id, at, surface, action } = one
    const known = {
      providerId: one.provider_id,
      accountId: one.account_id,
      accountLabel: one.account_label,
      projectId: one.project_id,
      projectName: one.project_name,
      detail: one.detail,
    }
    const given = Object.entries(known).filter(([, value]) => value !== null)
    return auditEntry.parse({ id, at, surface, action, ...Object.fromEntries(given) })
  })

/** What `LIKE` takes for any text, taken as itself. */
function literally(text: string): string {
  return text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)
}

type Condition = [sql: string, value: SQLInputValue | undefined]

/** Each condition a filter can have, with its value; those that are not given are left out. */
function conditionsOf(filter: AuditFilter, place: Condition[]): [string, SQLInputValue][] {
  const { subject, text } = filter
  const all: Condition[] = [
    ['account_id = ?', filter.accountId],
    ['project_id = ?', filter.projectId],
    ['provider_id = ?', filter.providerId],
    ['surface = ?', filter.surface],
    ['at >= ?', filter.from],
    ['at <= ?', filter.to],
    // No subject holds what GLOB takes for any text.
    ['action GLOB ?', subject && `${subject}.*`],
    [
      `folded(account_label, project_name, detail) LIKE ? ESCAPE '\\'`,
      text && `%${literally(text.toLowerCase())}%`,
    ],
    ...place,
  ]
  return all.flatMap(([sql, value]) => (value === undefined || value === '' ? [] : [[sql, value]]))
}

/** The audit trail's rows. The database itself refuses to change or delete one. */
export function createAuditRepo(db: Database) {
  // SQLite's own LIKE knows the small letters of English only.
  db.function('folded', { deterministic: true, varargs: true }, (...texts: SQLInputValue[]) =>
    texts.map((text) => (typeof text === 'string' ? text.toLowerCase() : '')).join('\n'),
  )
  const insert = db.prepare(
    `INSERT INTO audit
       (at, surface, action, provider_id, account_id, account_label, project_id, project_name, detail)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const select = (
    filter: AuditFilter,
    place: Condition[],
    rest: string,
  ): [StatementSync, SQLInputValue[]] => {
    const conditions = conditionsOf(filter, place)
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(([sql]) => sql).join(' AND ')}`
    return [db.prepare(`SELECT * FROM audit ${where} ${rest}`), conditions.map(([, value]) => value)]
  }
  return {
    /** Returns its id. */
    add(entry: Omit<AuditEntry, 'id'>): number {
      const { lastInsertRowid } = insert.run(
        entry.at,
        entry.surface,
        entry.action,
        entry.providerId ?? null,
        entry.accountId ?? null,
        entry.accountLabel ?? null,
        entry.projectId ?? null,
        entry.projectName ?? null,
        entry.detail ?? null,
      )
      return Number(lastInsertRowid)
    },
    /** Newest first. */
    newest(filter: AuditFilter, before: number | undefined, limit: number): AuditEntry[] {
      const [statement, values] = select(filter, [['id < ?', before]], 'ORDER BY id DESC LIMIT ?')
      return statement.all(...values, limit).map((found) => row.parse(found))
    },
    /** Oldest first, after the entry with the id `after`. */
    oldest(filter: AuditFilter, after: number, limit: number): AuditEntry[] {
      const [statement, values] = select(filter, [['id > ?', after]], 'ORDER BY id LIMIT ?')
      return statement.all(...values, limit).map((found) => row.parse(found))
    },
  }
}
