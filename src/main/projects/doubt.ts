import { toFailure } from '../errors.ts'
import type { RuntimeState } from '../runtime/types.ts'
import { endedCleanly, exitedByItself } from './exits.ts'
import type { Kit } from './kit.ts'
import { pause } from './pause.ts'
import type { ProjectRow } from './project-repo.ts'
import { enqueueStart } from './starting.ts'

/** The server ended or was ended: says so in the project's state. Needs the lock. */
export async function concludeGone(
  { live, states, logs }: Kit,
  row: ProjectRow,
  state: Exclude<RuntimeState, { state: 'running' }>,
): Promise<void> {
  await live.detach(row.id)
  if (state.state !== 'exited' || endedCleanly(state)) {
    logs.note(row.id, 'The server was stopped from outside of Berth.')
    states.apply(row.id, { type: 'stopped' })
    return
  }
  const { code, message } = toFailure(exitedByItself(row.name, state))
  logs.note(row.id, message)
  states.apply(row.id, { type: 'failed', problem: { code, message } })
}

/** Asks until the server is there, or the grace is over. Undefined when the runtime cannot be asked. */
async function askPatiently(
  kit: Kit,
  row: ProjectRow,
  signal: AbortSignal,
): Promise<RuntimeState | undefined> {
  const { servers, timing } = kit
  const ask = () => servers.runtimeOf(row).inspect(row.id)
  try {
    let state = await ask()
    for (const ms of timing.goneGraceMs) {
      if (state.state === 'running') return state
      await pause(ms, signal)
      state = await ask()
    }
    return state
  } catch (error) {
    // Not knowing is no reason to call it gone: it is asked again later.
    if (!signal.aborted) kit.deps.log.warn({ err: error, projectId: row.id }, 'a runtime could not be asked')
    return undefined
  }
}

async function look(kit: Kit, projectId: string): Promise<void> {
  const { live, states, lock, logs } = kit
  const attached = live.get(projectId)
  if (attached === undefined) return
  const row = states.row(projectId)
  const state = await askPatiently(kit, row, attached.signal)
  if (state === undefined || (state.state === 'running' && state.endpoint === attached.endpoint)) return
  await lock(projectId, async () => {
    // A start or a stop under way draws its own conclusions.
    if (states.facts(projectId).server !== 'on' || live.get(projectId) !== attached) return
    if (state.state !== 'running') return concludeGone(kit, row, state)
    logs.note(projectId, 'The server was restarted from outside of Berth. Connecting to it again.')
    await live.detach(projectId)
    enqueueStart(kit, projectId)
  })
}

/** Makes the function to call when something says that a server may be gone. One look at a time per project. */
export function createDoubt(kit: () => Kit): (projectId: string) => Promise<void> {
  const looking = new Map<string, Promise<void>>()
  return (projectId) => {
    const current = looking.get(projectId)
    if (current !== undefined) return current
    const mine = look(kit(), projectId)
      .catch((error: unknown) => kit().deps.log.error({ err: error, projectId }, 'a doubt was not settled'))
      .finally(() => looking.delete(projectId))
    looking.set(projectId, mine)
    return mine
  }
}
