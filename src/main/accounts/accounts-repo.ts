import type { SQLInputValue } from 'node:sqlite'
import { z } from 'zod'
import { type Account, account, type VendorIdentity } from '../../preload/accounts.ts'
import { type Database, transaction } from '../db/database.ts'
import { createAccountReader, type LackOf } from './account-row.ts'
import { usable } from './resolve.ts'

/** What a row says of a login's end. A key has none. */
export interface Ending {
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number | undefined
  /** It can be renewed, so its time is no end. */
  readonly renewable?: boolean | undefined
  readonly identity?: VendorIdentity | undefined
}

export type NewRow = Pick<
  Account,
  'id' | 'providerId' | 'namespace' | 'label' | 'type' | 'preview' | 'fields' | 'state' | 'createdAt'
> &
  Ending

const ORDER = 'ORDER BY provider_id, position, created_at, rowid'

/** `onWrite` is called before anything is written. */
function prepare(db: Database, onWrite: () => void) {
  const writing = (text: string) => {
    const statement = db.prepare(text)
    return {
      run(...values: SQLInputValue[]) {
        onWrite()
        return statement.run(...values)
      },
    }
  }
  return {
    all: db.prepare(`SELECT * FROM account ${ORDER}`),
    own: db.prepare(`SELECT * FROM account WHERE provider_id = ? ${ORDER}`),
    one: db.prepare('SELECT * FROM account WHERE id = ?'),
    active: db.prepare('SELECT * FROM account WHERE provider_id = ? AND active = 1'),
    named: db.prepare('SELECT * FROM account WHERE provider_id = ? AND namespace = ? AND label = ?'),
    alike: db.prepare(
      `SELECT * FROM account WHERE provider_id = ? AND (type <> 'api' OR preview IN (?, ?)) ${ORDER}`,
    ),
    insert: writing(
      `INSERT INTO account (id, provider_id, namespace, label, type, preview, fields, state, active, created_at,
         identity, expires_at, renewable, position)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
         (SELECT coalesce(max(position) + 1, 0) FROM account WHERE provider_id = ?))`,
    ),
    rename: writing('UPDATE account SET namespace = ?, label = ? WHERE id = ?'),
    fields: writing('UPDATE account SET fields = ? WHERE id = ?'),
    renew: writing(
      `UPDATE account SET type = ?, preview = ?, state = 'connected', last_error = NULL, checked_at = NULL,
         identity = ?, expires_at = ?, renewable = ? WHERE id = ?`,
    ),
    facts: writing('UPDATE account SET type = ?, preview = ?, expires_at = ?, renewable = ? WHERE id = ?'),
    state: writing('UPDATE account SET state = ?, last_error = ? WHERE id = ?'),
    enabled: writing('UPDATE account SET enabled = ? WHERE id = ?'),
    checked: writing('UPDATE account SET checked_at = ?, identity = coalesce(?, identity) WHERE id = ?'),
    used: writing('UPDATE account SET state = ?, last_error = NULL, last_used_at = ? WHERE id = ?'),
    rest: writing('UPDATE account SET active = 0 WHERE provider_id = ?'),
    activate: writing('UPDATE account SET active = 1 WHERE id = ?'),
    place: writing('UPDATE account SET position = ? WHERE id = ?'),
    closeUp: writing('UPDATE account SET position = position - 1 WHERE provider_id = ? AND position > ?'),
    remove: writing('DELETE FROM account WHERE id = ?'),
    leftovers: db.prepare('SELECT id FROM account_leftover'),
    addLeftover: db.prepare('INSERT OR IGNORE INTO account_leftover (id) VALUES (?)'),
    dropLeftover: db.prepare('DELETE FROM account_leftover WHERE id = ?'),
  }
}
type Statements = ReturnType<typeof prepare>

type Row = Record<string, unknown>

/** Rows that were read before, until anything is written: every request to a vendor asks for some. */
function createKept(db: Database) {
  const all: Map<string, Row[]>[] = []
  return {
    by(read: (key: string) => Row[]): (key: string) => Row[] {
      const known = new Map<string, Row[]>()
      all.push(known)
      return (key) => {
        const before = known.get(key)
        if (before !== undefined) return before
        const found = read(key)
        // What a transaction wrote may be taken back with it; and of what is not there, anybody may ask for any number.
        if (found.length > 0 && !db.isTransaction) known.set(key, found)
        return found
      }
    },
    forget(): void {
      for (const known of all) known.clear()
    },
  }
}

/** The next in order that can be used, from a place on and round to the first. */
function nextUsable(others: readonly Account[], position: number): Account | undefined {
  const ready = others.filter(usable)
  return ready.find((one) => one.position > position) ?? ready[0]
}

const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))

/** The changes that keep the rule of one active account, each all or nothing. */
function transactions(
  db: Database,
  sql: Statements,
  own: (providerId: string) => Account[],
  { account: read, forget }: ReturnType<typeof createAccountReader>,
) {
  const activate = ({ id, providerId }: Pick<Account, 'id' | 'providerId'>): void => {
    sql.rest.run(providerId)
    sql.activate.run(id)
  }
  return {
    /**
     * Adds the row at the end and takes its id off the leftovers. It becomes active when its provider has no active
     * account that can be used.
     */
    insert(added: NewRow): void {
      const { id, providerId, namespace, label, type, preview, state, createdAt } = added
      const fields = JSON.stringify(added.fields)
      const ending = [json(added.identity), added.expiresAt ?? null, added.renewable ? 1 : 0]
      transaction(db, () => {
        const current = sql.active.get(providerId)
        const served = current !== undefined && usable(read(current))
        const row = [id, providerId, namespace, label, type, preview, fields, state, 0, createdAt]
        sql.insert.run(...row, ...ending, providerId)
        if (!served) activate(added)
        sql.dropLeftover.run(id)
      })
    },
    activate: (target: Account): void => transaction(db, () => activate(target)),
    /** Removes the row, hands its active place on, and puts the id among the leftovers. Its pins go with it. */
    remove(target: Account): void {
      transaction(db, () => {
        sql.addLeftover.run(target.id)
        sql.remove.run(target.id)
        sql.closeUp.run(target.providerId, target.position)
        if (!target.active) return
        const others = own(target.providerId)
        // The place it left is the next one's now.
        const next = nextUsable(others, target.position - 1) ?? others[0]
        if (next !== undefined) activate(next)
      })
      forget(target.id)
    },
    /** A disabled active account hands its place on; an enabled one takes it where nobody who can be used has it. */
    setEnabled(target: Account, enabled: boolean): void {
      transaction(db, () => {
        sql.enabled.run(enabled ? 1 : 0, target.id)
        const all = own(target.providerId)
        const current = all.find((one) => one.active)
        if (current !== undefined && usable(current)) return
        const next = enabled
          ? all.find((one) => one.id === target.id && usable(one))
          : nextUsable(all, target.position)
        if (next !== undefined) activate(next)
      })
    },
    reorder(ids: readonly string[]): void {
      transaction(db, () => {
        for (const [position, id] of ids.entries()) sql.place.run(position, id)
      })
    },
  }
}

/** Changes of one row. */
function changes(sql: Statements) {
  return {
    rename: (id: string, name: { namespace: string; label: string }) =>
      sql.rename.run(name.namespace, name.label, id),
    setFields: (id: string, fields: Account['fields']) => sql.fields.run(JSON.stringify(fields), id),
    /** It has a new credential: connected again, no error, and nothing that was known of the old one. */
    renew: (id: string, type: Account['type'], shown: string, ending: Ending = {}) => {
      const { identity, expiresAt, renewable } = ending
      return sql.renew.run(type, shown, json(identity), expiresAt ?? null, renewable ? 1 : 0, id)
    },
    /** What the row says of its credential, put right. */
    setFacts: (id: string, type: Account['type'], shown: string, { expiresAt, renewable }: Ending) =>
      sql.facts.run(type, shown, expiresAt ?? null, renewable ? 1 : 0, id),
    setState: (id: string, next: Account['state'], lastError: string | null) =>
      sql.state.run(next, lastError, id),
    setUsed: (id: string, next: Account['state'], at: number) => sql.used.run(next, at, id),
    setChecked: (id: string, at: number, identity: VendorIdentity | undefined) =>
      sql.checked.run(at, json(identity), id),
  }
}

/**
 * The accounts' rows, in order. Exactly one account of a provider is active, as long as it has any. `now` answers
 * milliseconds since the epoch: a login without a future is shown as expired from its end on. One whose secret is not to
 * be had is shown with that as its error, as long as it is so.
 */
export function createAccountsRepo(db: Database, now: () => number, lackOf: LackOf) {
  const kept = createKept(db)
  const sql = prepare(db, kept.forget)
  const reader = createAccountReader(now, lackOf)
  const { account: read } = reader
  const ownRows = kept.by((providerId) => sql.own.all(providerId))
  const rowOf = kept.by((id) => sql.one.all(id))
  const own = (providerId: string) => ownRows(providerId).map(read)
  const one = (found: Row | undefined) => (found === undefined ? undefined : read(found))
  return {
    list: (): Account[] => sql.all.all().map(read),
    /** Those of one provider. */
    own,
    find: (id: string): Account | undefined => one(rowOf(id)[0]),
    active: (providerId: string): Account | undefined =>
      one(ownRows(providerId).find(({ active }) => active === 1)),
    named: ({ providerId, namespace, label }: Pick<Account, 'providerId' | 'namespace' | 'label'>) =>
      one(sql.named.get(providerId, namespace, label)),
    /** Those of a provider that may hold a secret with one of these previews, without a look at every secret. */
    alike: (providerId: string, previews: readonly string[]): Account[] =>
      sql.alike.all(providerId, previews[0] ?? '', previews[1] ?? '').map(read),
    /** The state beneath `disabled`. */
    stateOf: (id: string): Account['state'] =>
      account.shape.state.catch('connected').parse(sql.one.get(id)?.state),
    /** True when the row says that the login can be renewed. */
    renewable: (id: string): boolean => sql.one.get(id)?.renewable === 1,
    ...transactions(db, sql, own, reader),
    ...changes(sql),
    leftovers: (): string[] => sql.leftovers.all().map((found) => z.string().parse(found.id)),
    addLeftover: (id: string) => sql.addLeftover.run(id),
    dropLeftover: (id: string) => sql.dropLeftover.run(id),
  }
}
export type AccountsRepo = ReturnType<typeof createAccountsRepo>
