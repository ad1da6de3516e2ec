import { z } from 'zod'
import type { Database } from '../db/database.ts'
import type { CustomProvider } from './types.ts'

const models = z.array(z.object({ id: z.string(), name: z.string() }))
const row = z
  .object({ id: z.string(), name: z.string(), base_url: z.string(), models: z.string() })
  .transform(
    ({ id, name, base_url, models: text }): CustomProvider => ({
      id,
      name,
      baseUrl: base_url,
      models: models.parse(JSON.parse(text)),
    }),
  )

/** The user's own providers in the database. */
export function createCustomProviderRepo(db: Database) {
  const all = db.prepare('SELECT id, name, base_url, models FROM custom_provider ORDER BY name, id')
  const put = db.prepare(
    `INSERT INTO custom_provider (id, name, base_url, models) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, base_url = excluded.base_url, models = excluded.models`,
  )
  const remove = db.prepare('DELETE FROM custom_provider WHERE id = ?')
  return {
    list: (): CustomProvider[] => all.all().map((one) => row.parse(one)),
    save(provider: CustomProvider): void {
      put.run(provider.id, provider.name, provider.baseUrl, JSON.stringify(provider.models))
    },
    /** False when there was none. */
    remove: (id: string): boolean => remove.run(id).changes > 0,
  }
}
