import type { Database } from '../db/database.ts'

/** The real keys that may be inside projects' OpenCode: which project's, and which provider's. Never the keys. */
export interface DeliveredRepo {
  /** Provider ids. */
  of(projectId: string): string[]
  /** To be called before the key is given. */
  add(projectId: string, providerId: string): void
  /** To be called when it is out again. */
  drop(projectId: string, providerId: string): void
}

export function createDeliveredRepo(db: Database): DeliveredRepo {
  return {
    of: (projectId) =>
      db
        .prepare('SELECT provider_id FROM delivered_key WHERE project_id = ? ORDER BY provider_id')
        .all(projectId)
        .map((found) => String(found.provider_id)),
    add(projectId, providerId) {
      db.prepare('INSERT OR IGNORE INTO delivered_key (project_id, provider_id) VALUES (?, ?)').run(
        projectId,
        providerId,
      )
    },
    drop(projectId, providerId) {
      db.prepare('DELETE FROM delivered_key WHERE project_id = ? AND provider_id = ?').run(
        projectId,
        providerId,
      )
    },
  }
}
