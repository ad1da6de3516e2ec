import { type JobKind, jobKind, type Problem } from '../../preload/shapes.ts'
import { BerthError, toFailure } from '../errors.ts'
import type { Log } from '../log/log.ts'
import { scrub } from '../log/scrub.ts'
import { backoff } from './backoff.ts'
import type { JobRepo, JobRow } from './job-repo.ts'
import type { ProgressBoard } from './progress-board.ts'
import type { JobHandler } from './types.ts'

export interface AttemptDeps {
  readonly repo: JobRepo
  readonly board: ProgressBoard
  readonly handlers: Readonly<Record<JobKind, JobHandler>>
  readonly log: Log
  now(): number
  random(): number
}

/** A step whose stored form cannot be read fails for good, with a record, rather than again and again. */
function read(handlers: AttemptDeps['handlers'], row: JobRow): { handler: JobHandler; payload: unknown } {
  try {
    return { handler: handlers[jobKind.parse(row.kind)], payload: JSON.parse(row.payload) }
  } catch (cause) {
    throw new BerthError(
      'internal',
      `The stored step ${row.kind} cannot be read by this version of Berth. Start the project again.`,
      { cause },
    )
  }
}

function recordFailure(deps: AttemptDeps, row: JobRow, error: unknown, retryable: boolean): void {
  const { repo, log, now, random } = deps
  const { code, message } = toFailure(error)
  // The last net: messages of other programs end up in here.
  const problem: Problem = { code, message: scrub(message) }
  log.warn({ err: error, projectId: row.project_id, kind: row.kind, attempt: row.attempt }, 'a step failed')
  if (retryable && row.attempt < row.max_attempts) {
    repo.retry(row.id, now() + backoff(row.attempt, random), problem)
  } else repo.fail(row.id, now(), problem)
}

async function outcomeOf(
  deps: AttemptDeps,
  step: ReturnType<typeof read>,
  row: JobRow,
  signal: AbortSignal,
): Promise<{ ok: true } | { ok: false; error: unknown }> {
  const { id, project_id: projectId, attempt } = row
  try {
    signal.throwIfAborted()
    await step.handler.run({
      projectId,
      payload: step.payload,
      attempt,
      signal,
      progress: (progress) => {
        if (!signal.aborted) deps.board.set(id, projectId, progress)
      },
    })
    return { ok: true }
  } catch (error) {
    return { ok: false, error }
  }
}

/** Runs one claimed step and keeps its outcome. Throws only when the outcome cannot be written. */
export async function attempt(deps: AttemptDeps, row: JobRow, signal: AbortSignal): Promise<void> {
  let step: ReturnType<typeof read>
  try {
    step = read(deps.handlers, row)
  } catch (error) {
    recordFailure(deps, row, error, false)
    return
  }
  const outcome = await outcomeOf(deps, step, row, signal)
  if (outcome.ok) deps.repo.complete(row.id, deps.now())
  // Ended by a drain: not the step's fault, so the attempt does not count. A cancelled step has its state already.
  else if (signal.aborted) deps.repo.release(row.id)
  else recordFailure(deps, row, outcome.error, step.handler.retryable(outcome.error))
}

/** What a step gets that was running whenever Berth ended without a goodbye, as often as it may be tried. */
export function killedTooOften(row: JobRow): Problem {
  return {
    code: 'internal',
    message: `Berth ended ${row.attempt} times while ${row.kind} was running, so it is not tried again by itself. Start the project to try once more.`,
  }
}
