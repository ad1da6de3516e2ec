import { z } from 'zod'
import { type Database, transaction } from '../db/database.ts'
import type { NamedModel } from './types.ts'

/** What a custom provider's server was asked and said. */
export interface StoredDiscovery {
  readonly models: readonly NamedModel[]
  readonly fetchedAt?: number
  readonly problem?: string
}

/** A custom provider as it is kept: what the user typed in, and apart from it what its server said. */
export interface StoredCustomProvider {
  readonly id: string
  readonly name: string
  readonly baseUrl: string
  readonly models: readonly NamedModel[]
  /** Set when its server is asked for models. */
  readonly discovery?: StoredDiscovery
}

const models = z.array(z.object({ id: z.string(), name: z.string() }))

/** A list that makes no sense is asked for anew; it must not take the whole catalog down. */
function readList(text: string): NamedModel[] | undefined {
  try {
    return models.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

const row = z
  .object({
    id: z.string(),
    name: z.string(),
    base_url: z.string(),
    models: z.string(),
    discover: z.number(),
    found: z.string().nullable(),
    fetched_at: z.number().nullable(),
    problem: z.string().nullable(),
  })
  .transform((one): StoredCustomProvider => {
    const { id, name, base_url: baseUrl } = one
    const typed = { id, name, baseUrl, models: readList(one.models) ?? [] }
    if (one.discover === 0) return typed
    const found = one.found === null ? undefined : readList(one.found)
    const discovery = {
      models: found ?? [],
      ...(one.fetched_at === null || found === undefined ? {} : { fetchedAt: one.fetched_at }),
      ...(one.problem === null ? {} : { problem: one.problem }),
    }
    return { ...typed, discovery }
  })

function prepare(db: Database) {
  return {
    all: db.prepare(
      `SELECT p.id, p.name, p.base_url, p.models, p.discover, d.models AS found, d.fetched_at, d.problem
       FROM custom_provider AS p LEFT JOIN discovered_models AS d ON d.provider_id = p.id ORDER BY p.name, p.id`,
    ),
    put: db.prepare(
      `INSERT INTO custom_provider (id, name, base_url, models, discover) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, base_url = excluded.base_url,
         models = excluded.models, discover = excluded.discover`,
    ),
    remove: db.prepare('DELETE FROM custom_provider WHERE id = ?'),
    forget: db.prepare('DELETE FROM discovered_models WHERE provider_id = ?'),
    found: db.prepare(
      `INSERT INTO discovered_models (provider_id, models, fetched_at, problem) VALUES (?, ?, ?, NULL)
       ON CONFLICT (provider_id) DO UPDATE SET models = excluded.models, fetched_at = excluded.fetched_at,
         problem = NULL`,
    ),
    failed: db.prepare(
      `INSERT INTO discovered_models (provider_id, models, fetched_at, problem) VALUES (?, '[]', NULL, ?)
       ON CONFLICT (provider_id) DO UPDATE SET problem = excluded.problem`,
    ),
  }
}

/** The user's own providers in the database. They are read once and kept: nothing else writes these tables. */
export function createCustomProviderRepo(db: Database) {
  const sql = prepare(db)
  let known: readonly StoredCustomProvider[] | undefined
  const changed = <T>(value: T): T => {
    known = undefined
    return value
  }
  return {
    list(): readonly StoredCustomProvider[] {
      known ??= sql.all.all().map((one) => row.parse(one))
      return known
    },
    /** `keepFound` says whether what the server said before still holds. */
    save(provider: StoredCustomProvider, keepFound: boolean): void {
      transaction(db, () => {
        const { id, name, baseUrl } = provider
        const discover = provider.discovery === undefined ? 0 : 1
        sql.put.run(id, name, baseUrl, JSON.stringify(provider.models), discover)
        if (!keepFound) sql.forget.run(id)
      })
      changed(undefined)
    },
    /** False when there was none. */
    remove: (id: string): boolean => changed(sql.remove.run(id).changes > 0),
    found: (id: string, list: readonly NamedModel[], at: number) =>
      void changed(sql.found.run(id, JSON.stringify(list), at)),
    /** What is known stays. */
    failed: (id: string, problem: string) => void changed(sql.failed.run(id, problem)),
  }
}
