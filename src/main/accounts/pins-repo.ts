import type { Pin } from '../../preload/accounts.ts'
import type { Database } from '../db/database.ts'
import type { Place } from './types.ts'

/** A row's empty text means any. Its columns are texts, which the table itself sees to. */
function toPin({ provider_id, project_id, model_id, account_id }: Record<string, unknown>): Pin {
  return {
    providerId: String(provider_id),
    accountId: String(account_id),
    ...(project_id === '' ? {} : { projectId: String(project_id) }),
    ...(model_id === '' ? {} : { modelId: String(model_id) }),
  }
}

/** Places that are remembered. */
const MOST_KNOWN = 1000

/** All SQL about pins. One place of a provider has one pin at most; the pins of an account go with its row. */
export function createPinsRepo(db: Database) {
  const all = db.prepare('SELECT * FROM pin ORDER BY provider_id, project_id, model_id')
  const at = db.prepare(
    'SELECT account_id FROM pin WHERE provider_id = ? AND project_id = ? AND model_id = ?',
  )
  const set = db.prepare(
    `INSERT INTO pin (provider_id, project_id, model_id, account_id) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET account_id = excluded.account_id`,
  )
  const remove = db.prepare('DELETE FROM pin WHERE provider_id = ? AND project_id = ? AND model_id = ?')
  const forget = db.prepare('DELETE FROM pin WHERE project_id = ?')
  /** Ids by place, read before: every request to a vendor asks for some. Of an account that is gone since nobody is told. */
  const known = new Map<string, string | undefined>()
  return {
    list: (): Pin[] => all.all().map(toPin),
    /** The id of the account that is pinned to exactly this place. */
    at(providerId: string, { projectId = '', modelId = '' }: Place): string | undefined {
      const key = `${providerId}\0${projectId}\0${modelId}`
      if (known.has(key)) return known.get(key)
      const found = at.get(providerId, projectId, modelId)
      const id = found === undefined ? undefined : String(found.account_id)
      if (known.size >= MOST_KNOWN) known.clear()
      known.set(key, id)
      return id
    },
    set: (providerId: string, { projectId = '', modelId = '' }: Place, accountId: string) => {
      known.clear()
      return set.run(providerId, projectId, modelId, accountId)
    },
    /** True when there was one. */
    remove: (providerId: string, { projectId = '', modelId = '' }: Place): boolean => {
      known.clear()
      return remove.run(providerId, projectId, modelId).changes > 0
    },
    forgetProject(projectId: string): boolean {
      known.clear()
      return forget.run(projectId).changes > 0
    },
  }
}
export type PinsRepo = ReturnType<typeof createPinsRepo>
