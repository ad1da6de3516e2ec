import { z } from 'zod'
import { type Database, transaction } from '../db/database.ts'
import type { KnownHost } from './types.ts'

/** What is counted of one host. */
export interface Count {
  connections: number
  refused: number
  bytesOut: number
  bytesIn: number
  lastAt: number
}

const rule = z.object({ host: z.string(), purpose: z.string() })

const destination = z
  .object({
    host: z.string(),
    connections: z.number(),
    refused: z.number(),
    bytes_out: z.number(),
    bytes_in: z.number(),
    last_at: z.number(),
  })
  .transform((row): [string, Count] => [
    row.host,
    {
      connections: row.connections,
      refused: row.refused,
      bytesOut: row.bytes_out,
      bytesIn: row.bytes_in,
      lastAt: row.last_at,
    },
  ])

/** All SQL about where projects go. */
export interface EgressRepo {
  /** By name. */
  rules(): KnownHost[]
  allow(rule: KnownHost): void
  /** False when there was none. */
  disallow(host: string): boolean
  destinations(projectId: string): [string, Count][]
  /** Keeps these counts in the place of the older ones, and takes others away. Nothing for a project that is gone. */
  save(projectId: string, counts: ReadonlyMap<string, Count>, gone: Iterable<string>): void
}

export function createEgressRepo(db: Database): EgressRepo {
  return {
    rules: () =>
      db
        .prepare('SELECT host, purpose FROM egress_rule ORDER BY host')
        .all()
        .map((row) => rule.parse(row)),
    allow({ host, purpose }) {
      db.prepare(
        'INSERT INTO egress_rule (host, purpose) VALUES (?, ?) ON CONFLICT DO UPDATE SET purpose = excluded.purpose',
      ).run(host, purpose)
    },
    disallow: (host) => db.prepare('DELETE FROM egress_rule WHERE host = ?').run(host).changes > 0,
    destinations: (projectId) =>
      db
        .prepare('SELECT * FROM egress_destination WHERE project_id = ?')
        .all(projectId)
        .map((row) => destination.parse(row)),
    save(projectId, counts, gone) {
      const put = db.prepare(
        `INSERT INTO egress_destination (project_id, host, connections, refused, bytes_out, bytes_in, last_at)
           SELECT id, ?, ?, ?, ?, ?, ? FROM project WHERE id = ?
         ON CONFLICT DO UPDATE SET connections = excluded.connections, refused = excluded.refused,
           bytes_out = excluded.bytes_out, bytes_in = excluded.bytes_in, last_at = excluded.last_at`,
      )
      const drop = db.prepare('DELETE FROM egress_destination WHERE project_id = ? AND host = ?')
      transaction(db, () => {
        for (const host of gone) drop.run(projectId, host)
        for (const [host, { connections, refused, bytesOut, bytesIn, lastAt }] of counts)
          put.run(host, connections, refused, bytesOut, bytesIn, lastAt, projectId)
      })
    },
  }
}
