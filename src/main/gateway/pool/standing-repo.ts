import { z } from 'zod'
import { type Database, transaction } from '../../db/database.ts'
import type { Log } from '../../log/log.ts'
import type { Standing } from './standing.ts'
import type { StandingStore } from './types.ts'

const cooling = z.object({
  until: z.number(),
  since: z.number(),
  kind: z.enum(['quota', 'rate', 'overloaded', 'server', 'auth', 'forbidden', 'bad_request', 'network']),
  said: z.string(),
})

function readCooling(text: string | null): Standing['cooling'] {
  if (text === null) return undefined
  const found = cooling.safeParse(JSON.parse(text))
  return found.success ? found.data : undefined
}

const row = z
  .object({
    account_id: z.string(),
    family: z.string(),
    health: z.number(),
    tokens: z.number(),
    at: z.number(),
    used_at: z.number().nullable(),
    strikes: z.number(),
    cooling: z.string().nullable(),
  })
  .transform(({ account_id, family, health, tokens, at, used_at, strikes, cooling: text }) => {
    const found = readCooling(text)
    const standing: Standing = {
      health,
      tokens,
      at,
      strikes,
      ...(used_at === null ? {} : { usedAt: used_at }),
      ...(found === undefined ? {} : { cooling: found }),
    }
    return { accountId: account_id, family, standing }
  })

const WRITE_MS = 1000

/** Keeps standings in the database, a second late at most: they change with every request. */
export function createStandingStore(db: Database, log: Log): StandingStore & { flush(): void } {
  const insert = db.prepare(
    `INSERT INTO standing (account_id, family, health, tokens, at, used_at, strikes, cooling)
     SELECT ?, ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM account WHERE id = ?)
     ON CONFLICT (account_id, family) DO UPDATE SET health = excluded.health, tokens = excluded.tokens, at = excluded.at,
       used_at = excluded.used_at, strikes = excluded.strikes, cooling = excluded.cooling`,
  )
  const remove = db.prepare('DELETE FROM standing WHERE account_id = ? AND family = ?')
  const waiting = new Map<string, { accountId: string; family: string; standing: Standing }>()
  let timer: NodeJS.Timeout | undefined

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (waiting.size === 0) return
    try {
      transaction(db, () => {
        for (const { accountId, family, standing } of waiting.values()) {
          const { health, tokens, at, usedAt, strikes, cooling: why } = standing
          const text = why === undefined ? null : JSON.stringify(why)
          insert.run(accountId, family, health, tokens, at, usedAt ?? null, strikes, text, accountId)
        }
      })
      waiting.clear()
    } catch (error) {
      log.error({ err: error }, 'how accounts are doing could not be written down and is tried again')
      timer = setTimeout(flush, 30 * WRITE_MS).unref()
    }
  }

  return {
    all: () =>
      db
        .prepare('SELECT * FROM standing')
        .all()
        .map((found) => row.parse(found)),
    save(accountId, family, standing) {
      waiting.set(`${accountId}\0${family}`, { accountId, family, standing })
      timer ??= setTimeout(flush, WRITE_MS).unref()
    },
    drop(accountId, family) {
      waiting.delete(`${accountId}\0${family}`)
      remove.run(accountId, family)
    },
    flush,
  }
}
