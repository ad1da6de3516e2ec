import { z } from 'zod'
import { type Account, account } from '../../preload/accounts.ts'
import { type Database, transaction } from '../db/database.ts'

const row = z
  .object({
    id: z.string(),
    provider_id: z.string(),
    namespace: z.string(),
    label: z.string(),
    type: z.string(),
    preview: z.string(),
    fields: z.string(),
    state: z.string(),
    last_error: z.string().nullable(),
    active: z.number(),
    created_at: z.number(),
    last_used_at: z.number().nullable(),
  })
  .transform((one): Account => {
    const { provider_id, fields, last_error, active, created_at, last_used_at, ...same } = one
    return account.parse({
      ...same,
      providerId: provider_id,
      fields: JSON.parse(fields),
      active: active === 1,
      createdAt: created_at,
      ...(last_error === null ? {} : { lastError: last_error }),
      ...(last_used_at === null ? {} : { lastUsedAt: last_used_at }),
    })
  })

function prepare(db: Database) {
  return {
    all: db.prepare('SELECT * FROM account ORDER BY provider_id, created_at, rowid'),
    one: db.prepare('SELECT * FROM account WHERE id = ?'),
    anyActive: db.prepare('SELECT 1 FROM account WHERE provider_id = ? AND active = 1'),
    insert: db.prepare(
      `INSERT INTO account (id, provider_id, namespace, label, type, preview, fields, state, active, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    rename: db.prepare('UPDATE account SET namespace = ?, label = ? WHERE id = ?'),
    renew: db.prepare(
      "UPDATE account SET type = ?, preview = ?, state = 'connected', last_error = NULL WHERE id = ?",
    ),
    preview: db.prepare('UPDATE account SET preview = ? WHERE id = ?'),
    state: db.prepare('UPDATE account SET state = ?, last_error = ? WHERE id = ?'),
    used: db.prepare('UPDATE account SET state = ?, last_error = NULL, last_used_at = ? WHERE id = ?'),
    rest: db.prepare('UPDATE account SET active = 0 WHERE provider_id = ?'),
    activate: db.prepare('UPDATE account SET active = 1 WHERE id = ?'),
    oldest: db.prepare('SELECT id FROM account WHERE provider_id = ? ORDER BY created_at, rowid LIMIT 1'),
    remove: db.prepare('DELETE FROM account WHERE id = ?'),
    leftovers: db.prepare('SELECT id FROM account_leftover'),
    addLeftover: db.prepare('INSERT OR IGNORE INTO account_leftover (id) VALUES (?)'),
    dropLeftover: db.prepare('DELETE FROM account_leftover WHERE id = ?'),
  }
}

/** The changes that keep the rule of one active account, each all or nothing. */
function transactions(db: Database, sql: ReturnType<typeof prepare>) {
  return {
    /** Adds the row, active when it is its provider's first, and takes its id off the leftovers. */
    insert(added: Omit<Account, 'active'>): void {
      const { id, providerId, namespace, label, type, createdAt } = added
      transaction(db, () => {
        const active = sql.anyActive.get(providerId) === undefined ? 1 : 0
        const fields = JSON.stringify(added.fields)
        sql.insert.run(
          id,
          providerId,
          namespace,
          label,
          type,
          added.preview,
          fields,
          added.state,
          active,
          createdAt,
        )
        sql.dropLeftover.run(id)
      })
    },
    activate(target: Account): void {
      transaction(db, () => {
        sql.rest.run(target.providerId)
        sql.activate.run(target.id)
      })
    },
    /** Removes the row, makes the provider's oldest other account active, and puts the id among the leftovers. */
    remove(target: Account): void {
      transaction(db, () => {
        sql.addLeftover.run(target.id)
        sql.remove.run(target.id)
        if (sql.anyActive.get(target.providerId) !== undefined) return
        const next = sql.oldest.get(target.providerId)
        if (next !== undefined) sql.activate.run(next.id ?? null)
      })
    },
  }
}

/** The accounts' rows. Exactly one account of a provider is active, as long as it has any. */
export function createAccountsRepo(db: Database) {
  const sql = prepare(db)
  const find = (id: string): Account | undefined => {
    const found = sql.one.get(id)
    return found === undefined ? undefined : row.parse(found)
  }
  return {
    list: (): Account[] => sql.all.all().map((found) => row.parse(found)),
    find,
    ...transactions(db, sql),
    rename: (id: string, name: { namespace: string; label: string }) =>
      sql.rename.run(name.namespace, name.label, id),
    /** It has a new credential: connected again, and no error. */
    renew: (id: string, type: Account['type'], shown: string) => sql.renew.run(type, shown, id),
    setPreview: (id: string, shown: string) => sql.preview.run(shown, id),
    setState: (id: string, next: Account['state'], lastError: string | null) =>
      sql.state.run(next, lastError, id),
    setUsed: (id: string, next: Account['state'], at: number) => sql.used.run(next, at, id),
    leftovers: (): string[] => sql.leftovers.all().map((found) => z.string().parse(found.id)),
    addLeftover: (id: string) => sql.addLeftover.run(id),
    dropLeftover: (id: string) => sql.dropLeftover.run(id),
  }
}
export type AccountsRepo = ReturnType<typeof createAccountsRepo>
