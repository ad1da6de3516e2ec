import { z } from 'zod'
import { type QuotaWindow, quotaWindow } from '../../preload/pools.ts'
import { type Database, transaction } from '../db/database.ts'
import type { Log } from '../log/log.ts'

const row = z.object({ account_id: z.string(), body: z.string() })

const WRITE_MS = 1000
/** A window that was not heard of for so long says nothing of today. */
const KEPT_MS = 8 * 24 * 3_600_000

/**
 * What vendors told of the windows of each account. The newest word of each window; one that came with an answer and one
 * that was asked for are two, also of the same name.
 */
export interface QuotaStore {
  /** Those of one account, by name; not those that are long past. */
  of(accountId: string): QuotaWindow[]
  /** Kept in memory at once, on the disk within a second. `whole`: nothing else that was asked for holds any more. */
  told(accountId: string, windows: readonly QuotaWindow[], whole?: boolean): void
  /** The account is gone, or another credential is in its place. */
  forget(accountId: string): void
  flush(): void
}

/** None for what cannot be read: the next answer tells it anew. */
function read(body: string): QuotaWindow[] {
  try {
    return [quotaWindow.parse(JSON.parse(body))]
  } catch {
    return []
  }
}

const keyOf = ({ name, asked }: QuotaWindow): string => (asked === true ? `asked ${name}` : name)

/** @param now milliseconds since the epoch */
export function createQuotaStore(db: Database, log: Log, now: () => number): QuotaStore {
  const insert = db.prepare(
    `INSERT INTO quota_window (account_id, name, body)
     SELECT ?, ?, ? WHERE EXISTS (SELECT 1 FROM account WHERE id = ?)
     ON CONFLICT (account_id, name) DO UPDATE SET body = excluded.body`,
  )
  const remove = db.prepare('DELETE FROM quota_window WHERE account_id = ?')
  const byAccount = new Map<string, Map<string, QuotaWindow>>()
  const keep = (accountId: string, window: QuotaWindow): void => {
    const own = byAccount.get(accountId) ?? new Map<string, QuotaWindow>()
    byAccount.set(accountId, own.set(keyOf(window), window))
  }
  for (const found of db.prepare('SELECT account_id, body FROM quota_window').all()) {
    const { account_id, body } = row.parse(found)
    for (const window of read(body)) keep(account_id, window)
  }
  const waiting = new Set<string>()
  let timer: NodeJS.Timeout | undefined

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (waiting.size === 0) return
    try {
      transaction(db, () => {
        for (const id of waiting) {
          remove.run(id)
          for (const [key, window] of byAccount.get(id) ?? []) insert.run(id, key, JSON.stringify(window), id)
        }
      })
      waiting.clear()
    } catch (error) {
      log.error({ err: error }, 'quotas could not be written down and are tried again')
      timer = setTimeout(flush, 30 * WRITE_MS).unref()
    }
  }

  return {
    of: (accountId) =>
      [...(byAccount.get(accountId)?.values() ?? [])]
        .filter(({ at }) => now() - at < KEPT_MS)
        .sort((a, b) => Number(a.asked ?? false) - Number(b.asked ?? false) || (a.name < b.name ? -1 : 1)),
    told(accountId, windows, whole = false) {
      if (windows.length === 0 && !whole) return
      const own = byAccount.get(accountId)
      if (whole) for (const [key, { asked }] of own ?? []) if (asked === true) own?.delete(key)
      for (const window of windows) keep(accountId, window)
      waiting.add(accountId)
      timer ??= setTimeout(flush, WRITE_MS).unref()
    },
    forget(accountId) {
      byAccount.delete(accountId)
      waiting.delete(accountId)
      remove.run(accountId)
    },
    flush,
  }
}
