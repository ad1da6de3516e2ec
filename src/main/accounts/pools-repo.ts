import { z } from 'zod'
import { strategy } from '../../preload/pools.ts'
import type { Database } from '../db/database.ts'

const settings = z.object({ strategy, rotate: z.number().transform((value) => value === 1) })

/** How the accounts of a provider share its requests. */
export type PoolSettings = Readonly<z.output<typeof settings>>

/** One account serves until the user lets others take over: the vendor's terms apply to that. */
const POOL_SETTINGS: PoolSettings = { strategy: 'sticky', rotate: false }

/** What the user chose for each provider's pool. Kept in memory too: it is asked for with every request. */
export function createPoolsRepo(db: Database) {
  const rows = db.prepare('SELECT provider_id, strategy, rotate FROM pool').all()
  const known = new Map(rows.map((row) => [z.string().parse(row.provider_id), settings.parse(row)]))
  const save = db.prepare(
    `INSERT INTO pool (provider_id, strategy, rotate) VALUES (?, ?, ?)
     ON CONFLICT (provider_id) DO UPDATE SET strategy = excluded.strategy, rotate = excluded.rotate`,
  )
  return {
    get: (providerId: string): PoolSettings => known.get(providerId) ?? POOL_SETTINGS,
    set(providerId: string, next: PoolSettings): void {
      save.run(providerId, next.strategy, next.rotate ? 1 : 0)
      known.set(providerId, next)
    },
  }
}
