import type { Problem } from '../../preload/shapes.ts'
import { toFailure } from '../errors.ts'
import type { RuntimeState } from '../runtime/types.ts'
import { concludeGone } from './doubt.ts'
import type { Kit } from './kit.ts'
import type { Attached } from './live.ts'
import { pause } from './pause.ts'
import type { ProjectRow } from './project-repo.ts'
import { enqueueStart, type Outcome, outcomeOf } from './starting.ts'
import { removeProject, stopServer } from './stopping.ts'

function newestOutcome({ jobs }: Kit, projectId: string): Outcome | undefined {
  const pipeline = jobs.latest(projectId)
  return pipeline === undefined ? undefined : outcomeOf(pipeline)
}

/** A start that ended, though its end did not reach the project's state. */
async function finishStart(kit: Kit, row: ProjectRow, state: RuntimeState): Promise<void> {
  const { states, servers } = kit
  const outcome = newestOutcome(kit, row.id)
  if (outcome?.type === 'done') return adopt(kit, row, state)
  await servers.stop(row)
  if (outcome?.type === 'failed') states.apply(row.id, { type: 'failed', problem: outcome.problem })
  else states.apply(row.id, { type: 'stopped' })
}

/** After whatever holds the lock now: a server may be slow to answer, and is not given a key while it is stopped. */
function giveSoon({ lock, live, changes }: Kit, projectId: string, attached: Attached): void {
  void lock(projectId, async () => {
    if (live.get(projectId) === attached) await changes.giveCredentials(projectId, attached)
  })
}

/** Takes a server up that was running when Berth ended. */
async function adopt(kit: Kit, row: ProjectRow, state: RuntimeState): Promise<void> {
  if (state.state !== 'running') return concludeGone(kit, row, state)
  kit.states.apply(row.id, { type: 'started' })
  const attached = kit.live.attach(row, state.endpoint)
  giveSoon(kit, row.id, attached)
}

/** Makes the state of one project true again. Needs the lock. */
async function settle(kit: Kit, row: ProjectRow): Promise<void> {
  const { states, servers } = kit
  const runtime = servers.runtimeOf(row)
  const { server } = states.facts(row.id)
  if (server === 'removing') return removeProject(kit, row.id)
  if (server === 'stopping') return stopServer(kit, row.id)
  const state = await runtime.inspect(row.id)
  switch (server) {
    case 'starting':
      return finishStart(kit, row, state)
    case 'on':
      return adopt(kit, row, state)
    case 'off':
      // Started from outside while Berth was away.
      if (state.state === 'running') await adopt(kit, row, state)
      return
    case 'failed':
      if (state.state === 'running') await servers.stop(row)
  }
}

/** The gateway moved: what runs must be started again with the new address. Needs the lock. */
async function startAnew(kit: Kit, projectId: string): Promise<void> {
  const { states, jobs, live, logs } = kit
  // So that the end of the old start is not taken for a failure.
  states.apply(projectId, { type: 'stopping' })
  await jobs.cancel(projectId)
  await live.detach(projectId)
  logs.note(projectId, "The gateway's port changed. Starting the server again.")
  enqueueStart(kit, projectId)
}

/** Whether the queue goes on with the project's start by itself. */
function inQueue(kit: Kit, projectId: string): boolean {
  return kit.states.facts(projectId).server === 'starting' && newestOutcome(kit, projectId)?.type === 'open'
}

/** Asks again about a project whose runtime did not answer, until it does or something else happens to the project. */
async function askAgain(kit: Kit, row: ProjectRow, problem: Problem, closing: AbortSignal): Promise<void> {
  const { states, lock, timing, rows, servers } = kit
  for (let settled = false; !settled; ) {
    await pause(timing.unsureMs, closing)
    settled = await lock(row.id, async () => {
      if (rows.find(row.id) === undefined || states.facts(row.id).problem !== problem) return true
      await adopt(kit, row, await servers.runtimeOf(row).inspect(row.id))
      return true
    }).catch(() => false)
  }
}

async function resumeOne(kit: Kit, projectId: string, moved: boolean, closing: AbortSignal): Promise<void> {
  const { states, live, deps } = kit
  const row = states.row(projectId)
  try {
    if (moved && (states.facts(projectId).server === 'on' || inQueue(kit, projectId))) {
      await startAnew(kit, projectId)
    } else if (!inQueue(kit, projectId) && live.get(projectId) === undefined) await settle(kit, row)
  } catch (error) {
    deps.log.warn({ err: error, projectId }, 'the state of a project could not be made true')
    const { server } = states.facts(projectId)
    // A stop or a removal that failed has said so, and is the user's to ask for again.
    if (server !== 'on' && server !== 'starting') return
    const { code, message } = toFailure(error)
    const problem = { code, message }
    states.apply(projectId, { type: 'failed', problem })
    askAgain(kit, row, problem, closing).catch(() => {})
  }
}

/**
 * Makes every state true again and starts the queue. A project whose runtime cannot be asked is shown as failed with the
 * reason, and asked about again until the runtime answers or somebody starts it.
 */
export async function resume(kit: Kit, moved: boolean, closing: AbortSignal): Promise<void> {
  const { rows, lock, jobs, deps } = kit
  // Pins of projects whose removal, or making, was cut off.
  const strays = deps.accounts.pins().flatMap(({ projectId }) => projectId ?? [])
  for (const id of new Set(strays)) if (rows.find(id) === undefined) deps.accounts.forgetProject(id)
  await Promise.all(rows.list().map(({ id }) => lock(id, () => resumeOne(kit, id, moved, closing))))
  jobs.start()
}
