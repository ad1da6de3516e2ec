import type { AnyEvent } from '../../preload/contract.ts'
import type { Pipeline, Problem } from '../../preload/shapes.ts'
import type { Jobs } from '../jobs/types.ts'
import type { Log } from '../log/log.ts'
import type { Live } from './live.ts'
import type { Lock } from './locks.ts'
import type { ProjectLogs } from './logs.ts'
import { stepsFor } from './pipeline.ts'
import { linesFor } from './pipeline-log.ts'
import type { ProjectRepo } from './project-repo.ts'
import type { PromptRepo } from './prompt-repo.ts'
import type { Servers } from './servers.ts'
import type { States } from './states.ts'

/** How a pipeline stands. */
export type Outcome =
  | { readonly type: 'open' }
  | { readonly type: 'done' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly problem: Problem }

const LOST: Problem = { code: 'internal', message: 'The start ended without a reason. Start it again.' }

export function outcomeOf({ jobs }: Pipeline): Outcome {
  const failed = jobs.find(({ state }) => state === 'failed')
  if (failed !== undefined) return { type: 'failed', problem: failed.problem ?? LOST }
  if (jobs.every(({ state }) => state === 'done')) return { type: 'done' }
  return jobs.some(({ state }) => state === 'cancelled') ? { type: 'cancelled' } : { type: 'open' }
}

/** Puts a start of the project into the queue, with the prompt that still waits for one. Needs the project's lock. */
export function enqueueStart(
  { jobs, rows, prompts, states }: { jobs: Jobs; rows: ProjectRepo; prompts: PromptRepo; states: States },
  projectId: string,
): void {
  jobs.enqueue(projectId, stepsFor(prompts.pending(projectId)), () =>
    rows.setState(projectId, 'starting', undefined),
  )
  states.apply(projectId, { type: 'starting' })
  states.tell(projectId)
}

interface StartingDeps {
  readonly states: States
  readonly live: Live
  readonly servers: Servers
  readonly logs: ProjectLogs
  readonly lock: Lock
  readonly log: Log
  emit(event: AnyEvent): void
}

/** Nothing half-made stays behind: a project that failed has no running server. */
async function clearAway(
  { states, live, servers, log }: StartingDeps,
  projectId: string,
  problem: Problem,
): Promise<void> {
  if (states.facts(projectId).server !== 'starting') return
  await live.detach(projectId)
  try {
    const row = states.row(projectId)
    await servers.stop(row)
  } catch (error) {
    log.warn({ err: error, projectId }, 'what a failed start left could not be stopped')
  }
  states.apply(projectId, { type: 'failed', problem })
}

/** Tells of every change to a pipeline, and draws the conclusions when it ends. */
export function createPipelineListener(kit: StartingDeps): (pipeline: Pipeline) => void {
  const { states, logs, lock, log, emit } = kit
  const seen = new Map<string, Pipeline>()

  return (pipeline) => {
    const { projectId } = pipeline
    emit({ name: 'pipeline.changed', payload: pipeline })
    for (const line of linesFor(seen.get(projectId), pipeline)) logs.note(projectId, line)
    const outcome = outcomeOf(pipeline)
    if (outcome.type === 'open') seen.set(projectId, pipeline)
    else seen.delete(projectId)
    // Whoever cancels a start sets its state first: then there is nothing to conclude here.
    if (outcome.type === 'open' || states.facts(projectId).server !== 'starting') return
    if (outcome.type === 'done') states.apply(projectId, { type: 'started' })
    else {
      const problem = outcome.type === 'failed' ? outcome.problem : LOST
      lock(projectId, () => clearAway(kit, projectId, problem)).catch((error: unknown) =>
        log.error({ err: error, projectId }, 'a failed start was not cleared away'),
      )
    }
  }
}
