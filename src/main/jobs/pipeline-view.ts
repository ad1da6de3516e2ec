import { type Job, jobKind, type Pipeline, type Progress } from '../../preload/shapes.ts'
import { type JobRow, readProblem } from './job-repo.ts'

function toJob(row: JobRow, progress: Progress | undefined): Job[] {
  const kind = jobKind.safeParse(row.kind)
  // A kind no Berth of this version writes cannot be shown; the queue fails it with a record when its turn comes.
  if (!kind.success) return []
  const problem = readProblem(row.problem)
  return [
    {
      id: row.id,
      pipelineId: row.pipeline_id,
      projectId: row.project_id,
      kind: kind.data,
      state: row.state,
      attempt: row.attempt,
      maxAttempts: row.max_attempts,
      ...(row.state === 'waiting' ? { runAfter: row.run_after } : {}),
      ...(progress === undefined ? {} : { progress }),
      ...(problem === undefined ? {} : { problem }),
      ...(row.started_at === null ? {} : { startedAt: row.started_at }),
      ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
    },
  ]
}

/** The stored steps of one pipeline as the contract shows them. */
export function toPipeline(
  rows: readonly JobRow[],
  progressOf: (jobId: string) => Progress | undefined,
): Pipeline | undefined {
  const first = rows[0]
  if (first === undefined) return undefined
  return {
    id: first.pipeline_id,
    projectId: first.project_id,
    jobs: rows.flatMap((row) => toJob(row, progressOf(row.id))),
  }
}
