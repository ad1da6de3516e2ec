import { toFailure } from '../errors.ts'
import { projectDir, removeProjectFiles } from './files.ts'
import type { Kit } from './kit.ts'
import { within } from './pause.ts'
import type { ProjectRow } from './project-repo.ts'

/** Saving a conversation must not hold up a stop for long. */
const SAVE_MS = 3000

/** The state a stop did not reach is asked of the runtime; one that cannot be asked has failed. */
async function stopFailed(kit: Kit, row: ProjectRow, error: unknown): Promise<void> {
  const { states, servers, live } = kit
  const { code, message } = toFailure(error)
  const state = await servers
    .runtimeOf(row)
    .inspect(row.id)
    .catch(() => undefined)
  if (state?.state === 'running') {
    states.apply(row.id, { type: 'started' })
    live.attach(row, state.endpoint)
  } else if (state === undefined) states.apply(row.id, { type: 'failed', problem: { code, message } })
  else states.apply(row.id, { type: 'stopped' })
}

/** Saves what was said, then stops listening. */
export async function letGo({ live, transcripts }: Kit, projectId: string): Promise<void> {
  const attached = live.get(projectId)
  if (attached !== undefined) {
    await within(SAVE_MS, transcripts.flush(projectId, attached.openCode))
  }
  await live.detach(projectId)
  transcripts.forget(projectId)
}

/** Ends a start that is under way and stops the server, whichever there is. Needs the lock. */
export async function stopServer(kit: Kit, projectId: string): Promise<void> {
  const { states, jobs, servers } = kit
  if (states.facts(projectId).server === 'off') return
  states.apply(projectId, { type: 'stopping' })
  await jobs.cancel(projectId)
  await letGo(kit, projectId)
  const row = states.row(projectId)
  try {
    await servers.stop(row)
  } catch (error) {
    await stopFailed(kit, row, error)
    throw error
  }
  states.apply(projectId, { type: 'stopped' })
}

/**
 * Ends a start that is under way. What a first start made is removed, for there is no history in it yet; the prompt that
 * waited for it is not sent by a later start, which would surprise. Needs the lock.
 */
export async function cancelStart(kit: Kit, projectId: string): Promise<void> {
  const { states, prompts, transcripts, servers } = kit
  if (states.facts(projectId).server !== 'starting') return
  prompts.dropPending(projectId)
  await stopServer(kit, projectId)
  if (transcripts.hasSessions(projectId)) return
  await servers.runtimeOf(states.row(projectId)).remove(projectId)
}

/** Removes the server from every runtime; one the project is not on may be out of reach. */
async function removeServers({ deps, servers, states }: Kit, projectId: string): Promise<void> {
  const row = states.row(projectId)
  const own = servers.runtimeOf(row)
  await servers.stop(row)
  await own.remove(projectId)
  for (const other of Object.values(deps.runtimes).filter((runtime) => runtime !== own)) {
    await other
      .remove(projectId)
      .catch((error: unknown) =>
        deps.log.warn({ err: error, projectId }, 'a former runtime was out of reach'),
      )
  }
}

/**
 * Removes the project. Its row is marked first and goes last, so that a removal cut off by a crash is finished at the
 * next `resume`. When the runtime refuses, the project stays, failed, and can be removed again. Needs the lock.
 */
export async function removeProject(kit: Kit, projectId: string): Promise<void> {
  const { deps, states, jobs, live, transcripts, logs, rows } = kit
  states.apply(projectId, { type: 'removing' })
  await jobs.cancel(projectId)
  await live.detach(projectId)
  transcripts.forget(projectId)
  try {
    await removeServers(kit, projectId)
    await removeProjectFiles(projectDir(deps.dataDir, projectId))
  } catch (error) {
    const { code, message } = toFailure(error)
    states.apply(projectId, { type: 'failed', problem: { code, message } })
    throw error
  }
  await jobs.forget(projectId)
  // Before the row goes: a crash in between is finished by the next removal.
  deps.accounts.forgetProject(projectId)
  rows.remove(projectId)
  states.forget(projectId)
  logs.forget(projectId)
  deps.emit({ name: 'project.removed', payload: { projectId } })
}
