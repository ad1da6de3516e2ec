import { z } from 'zod'
import { jobState, type Problem, problem } from '../../preload/shapes.ts'
import { type Database, transaction } from '../db/database.ts'

const row = z.object({
  id: z.string(),
  pipeline_id: z.string(),
  project_id: z.string(),
  kind: z.string(),
  payload: z.string(),
  state: jobState,
  attempt: z.number(),
  max_attempts: z.number(),
  run_after: z.number(),
  problem: z.string().nullable(),
  started_at: z.number().nullable(),
  finished_at: z.number().nullable(),
})

/** A step as it is stored. `kind` and `payload` are as written, not yet trusted. */
export type JobRow = z.infer<typeof row>

export interface NewJob {
  readonly id: string
  readonly pipelineId: string
  readonly projectId: string
  readonly kind: string
  readonly payload: string
  readonly maxAttempts: number
}

/** Which pipelines: of one project or all, made before a time, at most so many. */
export interface PipelineQuery {
  readonly projectId?: string | undefined
  /** Milliseconds since the epoch. */
  readonly before?: number | undefined
  readonly limit: number
}

const UNFINISHED = `('queued', 'waiting', 'running')`

/** All SQL of the queue. Each function is one transaction; writes of an outcome touch only a step that still runs. */
export interface JobRepo {
  /** Stores the steps in order; answers false, storing nothing, when the project has unfinished ones. */
  insert(jobs: readonly NewJob[], at: number, alongside: () => void): boolean
  /** Takes the first step that is due and whose earlier ones are done, counting the attempt. */
  claim(at: number): JobRow | undefined
  /** When the next waiting step is due. */
  nextDue(): number | undefined
  complete(id: string, at: number): void
  /** Takes the attempt back. Due at once, whatever the clock says by then. */
  release(id: string): void
  retry(id: string, runAfter: number, why: Problem): void
  /** The rest of its pipeline is cancelled. */
  fail(id: string, at: number, why: Problem): void
  /** Cancels every unfinished step of a project; answers whether there was one. */
  cancel(projectId: string, at: number): boolean
  /** Steps that are `running` though no process runs them. */
  running(): JobRow[]
  requeue(id: string): void
  /** Makes waiting steps due no later than this. */
  hurry(runAfter: number): void
  latest(projectId: string): JobRow[]
  /** The steps of each pipeline, in order; pipelines newest first. */
  pipelines(query: PipelineQuery): { readonly createdAt: number; readonly rows: JobRow[] }[]
  forget(projectId: string): void
}

function asProblem(why: Problem): string {
  return JSON.stringify(why)
}

/** Reads a stored problem; one that is not readable is not worth a crash. */
export function readProblem(text: string | null): Problem | undefined {
  if (text === null) return undefined
  try {
    return problem.parse(JSON.parse(text))
  } catch {
    return { code: 'internal', message: 'The reason was not kept in a readable form.' }
  }
}

function outcomes(db: Database): Pick<JobRepo, 'complete' | 'release' | 'retry' | 'fail' | 'requeue'> {
  return {
    complete(id, at) {
      db.prepare(
        `UPDATE job SET state = 'done', problem = NULL, finished_at = ? WHERE id = ? AND state = 'running'`,
      ).run(at, id)
    },
    release(id) {
      db.prepare(
        `UPDATE job SET state = 'queued', attempt = attempt - 1, run_after = 0 WHERE id = ? AND state = 'running'`,
      ).run(id)
    },
    retry(id, runAfter, why) {
      db.prepare(
        `UPDATE job SET state = 'waiting', run_after = ?, problem = ? WHERE id = ? AND state = 'running'`,
      ).run(runAfter, asProblem(why), id)
    },
    fail(id, at, why) {
      transaction(db, () => {
        const { changes } = db
          .prepare(
            `UPDATE job SET state = 'failed', problem = ?, finished_at = ? WHERE id = ? AND state = 'running'`,
          )
          .run(asProblem(why), at, id)
        if (changes === 0) return
        db.prepare(
          `UPDATE job SET state = 'cancelled', finished_at = ? WHERE state IN ${UNFINISHED}
             AND pipeline_id = (SELECT pipeline_id FROM job WHERE id = ?)`,
        ).run(at, id)
      })
    },
    requeue(id) {
      db.prepare(`UPDATE job SET state = 'queued', run_after = 0 WHERE id = ? AND state = 'running'`).run(id)
    },
  }
}

function claiming(db: Database): Pick<JobRepo, 'claim' | 'nextDue' | 'running' | 'hurry'> {
  return {
    claim(at) {
      const claimed = transaction(db, () =>
        db
          .prepare(
            `UPDATE job SET state = 'running', attempt = attempt + 1, started_at = coalesce(started_at, :at)
             WHERE id = (
               SELECT id FROM job AS next
               WHERE state IN ('queued', 'waiting') AND run_after <= :at AND NOT EXISTS (
                 SELECT 1 FROM job AS earlier
                 WHERE earlier.pipeline_id = next.pipeline_id AND earlier.position < next.position
                   AND earlier.state <> 'done')
               ORDER BY run_after, rowid LIMIT 1)
             RETURNING *`,
          )
          .get({ at }),
      )
      return claimed === undefined ? undefined : row.parse(claimed)
    },
    nextDue() {
      const due = db.prepare(`SELECT min(run_after) AS due FROM job WHERE state = 'waiting'`).get()?.due
      return typeof due === 'number' ? due : undefined
    },
    running: () =>
      db
        .prepare(`SELECT * FROM job WHERE state = 'running'`)
        .all()
        .map((found) => row.parse(found)),
    hurry(runAfter) {
      db.prepare(`UPDATE job SET run_after = min(run_after, ?) WHERE state = 'waiting'`).run(runAfter)
    },
  }
}

function storing(db: Database): Pick<JobRepo, 'insert' | 'cancel' | 'latest' | 'forget'> {
  const unfinished = (projectId: string) =>
    db.prepare(`SELECT 1 FROM job WHERE project_id = ? AND state IN ${UNFINISHED} LIMIT 1`).get(projectId)
  const insertOne = (job: NewJob, position: number, at: number) =>
    db
      .prepare(
        `INSERT INTO job (id, pipeline_id, project_id, position, kind, payload, state, max_attempts, created_at)
         VALUES (?, ?, ?, ?, ?, ?, 'queued', ?, ?)`,
      )
      .run(job.id, job.pipelineId, job.projectId, position, job.kind, job.payload, job.maxAttempts, at)
  return {
    insert: (jobs, at, alongside) =>
      transaction(db, () => {
        if (jobs.some((job) => unfinished(job.projectId))) return false
        jobs.forEach((job, position) => {
          insertOne(job, position, at)
        })
        alongside()
        return true
      }),
    cancel(projectId, at) {
      const { changes } = db
        .prepare(
          `UPDATE job SET state = 'cancelled', finished_at = ? WHERE project_id = ? AND state IN ${UNFINISHED}`,
        )
        .run(at, projectId)
      return changes > 0
    },
    latest: (projectId) =>
      db
        .prepare(
          `SELECT * FROM job WHERE pipeline_id =
             (SELECT pipeline_id FROM job WHERE project_id = ? ORDER BY rowid DESC LIMIT 1) ORDER BY position`,
        )
        .all(projectId)
        .map((found) => row.parse(found)),
    forget(projectId) {
      db.prepare('DELETE FROM job WHERE project_id = ?').run(projectId)
    },
  }
}

function listing(db: Database): Pick<JobRepo, 'pipelines'> {
  const head = z.object({ pipeline_id: z.string(), created_at: z.number() })
  return {
    pipelines({ projectId, before, limit }) {
      const ofProject = projectId === undefined ? '' : 'AND project_id = :projectId'
      const heads = db
        .prepare(
          `SELECT pipeline_id, created_at FROM job WHERE position = 0 AND created_at < :before ${ofProject}
           ORDER BY created_at DESC, rowid DESC LIMIT :limit`,
        )
        .all({ before: before ?? Number.MAX_SAFE_INTEGER, limit, ...(projectId && { projectId }) })
      const steps = db.prepare('SELECT * FROM job WHERE pipeline_id = ? ORDER BY position')
      return heads.map((found) => {
        const { pipeline_id, created_at } = head.parse(found)
        return { createdAt: created_at, rows: steps.all(pipeline_id).map((one) => row.parse(one)) }
      })
    },
  }
}

export function createJobRepo(db: Database): JobRepo {
  return { ...claiming(db), ...outcomes(db), ...storing(db), ...listing(db) }
}
