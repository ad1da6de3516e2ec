import { randomUUID } from 'node:crypto'
import type { JobKind, Pipeline } from '../../preload/shapes.ts'
import type { Database } from '../db/database.ts'
import { BerthError } from '../errors.ts'
import type { Log } from '../log/log.ts'
import { createJobRepo, type NewJob } from './job-repo.ts'
import { toPipeline } from './pipeline-view.ts'
import { createProgressBoard } from './progress-board.ts'
import type { JobHandler, Jobs } from './types.ts'
import { createWorker } from './worker.ts'

export interface JobsDeps {
  readonly db: Database
  readonly handlers: Readonly<Record<JobKind, JobHandler>>
  /** Called after every change to a pipeline, with progress at most ten times a second. */
  onChange(pipeline: Pipeline): void
  now(): number
  readonly log: Log
  /** 0 up to 1; for the retry's jitter. */
  random?(): number
}

function newJobs(deps: JobsDeps, projectId: string, steps: Parameters<Jobs['enqueue']>[1]): NewJob[] {
  const pipelineId = randomUUID()
  return steps.map(({ kind, payload }) => ({
    id: randomUUID(),
    pipelineId,
    projectId,
    kind,
    payload: JSON.stringify(payload ?? null),
    maxAttempts: deps.handlers[kind].maxAttempts,
  }))
}

/** Opens the durable queue. Nothing runs before `start`. */
export function createJobs(deps: JobsDeps): Jobs {
  const { now, log, handlers, random = Math.random } = deps
  const repo = createJobRepo(deps.db)
  const board = createProgressBoard(now, tell)
  const worker = createWorker({ repo, board, handlers, log, now, random, tell })

  function tell(projectId: string): void {
    try {
      const pipeline = toPipeline(repo.latest(projectId), board.get)
      if (pipeline !== undefined) deps.onChange(pipeline)
    } catch (error) {
      log.error({ err: error, projectId }, 'a change to a pipeline could not be told')
    }
  }

  async function cancel(projectId: string): Promise<void> {
    // First on the disk: a crash from here on does not bring the pipeline back.
    if (repo.cancel(projectId, now())) tell(projectId)
    await worker.abort(projectId)
  }

  function enqueue(...[projectId, steps, alongside = () => {}]: Parameters<Jobs['enqueue']>): Pipeline {
    if (worker.drained()) throw new BerthError('shutting_down', 'Berth is closing. Open it again first.')
    const jobs = newJobs(deps, projectId, steps)
    // A cancelled step may still be on its way out.
    if (worker.busy(projectId) || !repo.insert(jobs, now(), alongside)) {
      throw new BerthError('conflict', 'This project is being started already. Wait for it, or cancel it.')
    }
    tell(projectId)
    worker.pump()
    return toPipeline(repo.latest(projectId), board.get) ?? { id: '', projectId, jobs: [] }
  }

  return {
    enqueue,
    cancel,
    latest: (projectId) => toPipeline(repo.latest(projectId), board.get),
    list: (query) =>
      repo.pipelines(query).flatMap(({ createdAt, rows }) => {
        const pipeline = toPipeline(rows, board.get)
        return pipeline === undefined ? [] : [{ ...pipeline, createdAt }]
      }),
    start: worker.start,
    drain: worker.drain,
    async forget(projectId) {
      await cancel(projectId)
      repo.forget(projectId)
    },
  }
}
