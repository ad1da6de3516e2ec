import { z } from 'zod'
import { egressPolicy } from '../../preload/egress-policy.ts'
import { delivery, type Problem, problem, projectState, runtimeKind } from '../../preload/shapes.ts'
import type { Database } from '../db/database.ts'
import type { StoredState } from './state.ts'

/** A stored problem that is not readable is not worth losing a project over. */
function readProblem(text: string | null): Problem | undefined {
  if (text === null) return undefined
  try {
    return problem.parse(JSON.parse(text))
  } catch {
    return { code: 'internal', message: 'Its last problem was not kept in a readable form. Start it again.' }
  }
}

const row = z
  .object({
    id: z.string(),
    name: z.string(),
    folder: z.string(),
    provider_id: z.string(),
    model_id: z.string(),
    runtime: runtimeKind,
    server_runtime: runtimeKind.nullable(),
    image: z.string().nullable(),
    delivery,
    egress: egressPolicy,
    server_egress: egressPolicy.nullable(),
    state: z.union([projectState, z.literal('removing')]),
    problem: z.string().nullable(),
    created_at: z.number(),
    last_activity_at: z.number(),
  })
  .transform((stored) => ({
    id: stored.id,
    name: stored.name,
    folder: stored.folder,
    providerId: stored.provider_id,
    modelId: stored.model_id,
    runtime: stored.runtime,
    /** What the server was last started on; a change of `runtime` takes effect at the next start. */
    serverRuntime: stored.server_runtime ?? undefined,
    image: stored.image ?? undefined,
    delivery: stored.delivery,
    egress: stored.egress,
    /** What the server was last started under. Absent: never started, or by a Berth that confined nothing. */
    serverEgress: stored.server_egress ?? undefined,
    state: stored.state,
    problem: readProblem(stored.problem),
    createdAt: stored.created_at,
    lastActivityAt: stored.last_activity_at,
  }))

export type ProjectRow = Readonly<z.output<typeof row>>
/** What the user chooses. */
export type ProjectChoice = Pick<
  ProjectRow,
  'name' | 'folder' | 'providerId' | 'modelId' | 'runtime' | 'image' | 'delivery' | 'egress'
>

/** All SQL about project rows. */
export interface ProjectRepo {
  /** By name. */
  list(): ProjectRow[]
  find(id: string): ProjectRow | undefined
  /** Names are told apart without regard to case. */
  findByName(name: string): ProjectRow | undefined
  insert(id: string, choice: ProjectChoice, at: number): void
  change(id: string, choice: ProjectChoice): void
  setState(id: string, state: StoredState, why: Problem | undefined): void
  /** Notes what the server is being started on, and under which network policy. */
  setServer(id: string, started: Pick<ProjectRow, 'runtime' | 'egress'>): void
  touch(id: string, at: number): void
  remove(id: string): void
}

/** Rows by id that were read before, for they are asked for with every request to a vendor. */
type Known = Map<string, ProjectRow>

function reading(db: Database, known: Known): Pick<ProjectRepo, 'list' | 'find' | 'findByName'> {
  const one = (found: unknown) => (found === undefined ? undefined : row.parse(found))
  const byId = db.prepare('SELECT * FROM project WHERE id = ?')
  return {
    list: () =>
      db
        .prepare('SELECT * FROM project ORDER BY name COLLATE NOCASE, id')
        .all()
        .map((found) => row.parse(found)),
    find(id) {
      const before = known.get(id)
      if (before !== undefined) return before
      const found = one(byId.get(id))
      // What a transaction wrote may be taken back with it.
      if (found !== undefined && !db.isTransaction) known.set(id, Object.freeze(found))
      return found
    },
    findByName: (name) => one(db.prepare('SELECT * FROM project WHERE name = ? COLLATE NOCASE').get(name)),
  }
}

export function createProjectRepo(db: Database): ProjectRepo {
  const known: Known = new Map()
  return {
    ...reading(db, known),
    insert(id, { name, folder, providerId, modelId, runtime, image, delivery, egress }, at) {
      db.prepare(
        `INSERT INTO project (id, name, folder, provider_id, model_id, runtime, image, delivery, egress, state,
           created_at, last_activity_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'starting', ?, ?)`,
      ).run(id, name, folder, providerId, modelId, runtime, image ?? null, delivery, egress, at, at)
    },
    change(id, { name, folder, providerId, modelId, runtime, image, delivery, egress }) {
      known.delete(id)
      db.prepare(
        `UPDATE project SET name = ?, folder = ?, provider_id = ?, model_id = ?, runtime = ?, image = ?,
           delivery = ?, egress = ? WHERE id = ?`,
      ).run(name, folder, providerId, modelId, runtime, image ?? null, delivery, egress, id)
    },
    setState(id, state, why) {
      known.delete(id)
      db.prepare('UPDATE project SET state = ?, problem = ? WHERE id = ?').run(
        state,
        why === undefined ? null : JSON.stringify(why),
        id,
      )
    },
    setServer(id, { runtime, egress }) {
      known.delete(id)
      db.prepare('UPDATE project SET server_runtime = ?, server_egress = ? WHERE id = ?').run(
        runtime,
        egress,
        id,
      )
    },
    touch(id, at) {
      known.delete(id)
      db.prepare('UPDATE project SET last_activity_at = ? WHERE id = ?').run(at, id)
    },
    remove(id) {
      known.delete(id)
      db.prepare('DELETE FROM project WHERE id = ?').run(id)
    },
  }
}
