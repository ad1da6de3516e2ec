import type { Kit } from './kit.ts'
import { within } from './pause.ts'
import { letGo } from './stopping.ts'

/** Stops one server for quitting. A start under way keeps its state: it goes on when Berth is opened again. */
async function stopOne(kit: Kit, projectId: string): Promise<void> {
  const { states, servers } = kit
  const starting = states.facts(projectId).server === 'starting'
  await letGo(kit, projectId)
  await servers.stop(states.row(projectId))
  if (!starting) states.apply(projectId, { type: 'stopped' })
}

/**
 * Puts unfinished starts away and stops what runs, side by side, each within its deadline. What did not stop in time
 * keeps its state; the next `resume` asks the runtime about it.
 */
export async function shutdown(kit: Kit): Promise<void> {
  const { jobs, rows, states, timing, deps, lock } = kit
  await jobs.drain()
  const mayRun = rows
    .list()
    .filter(({ id }) => ['on', 'starting', 'stopping'].includes(states.facts(id).server))
  const stops = mayRun.map(({ id }) =>
    within(
      timing.stopDeadlineMs,
      lock(id, () => stopOne(kit, id)).catch((error: unknown) =>
        deps.log.warn({ err: error, projectId: id }, 'a project could not be stopped'),
      ),
    ),
  )
  await Promise.all(stops)
}
