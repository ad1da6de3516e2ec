import { BerthError } from '../errors.ts'
import type { Kit } from './kit.ts'
import type { Attached } from './live.ts'

/** Why nothing can be sent, and what to do. */
function notRunning({ states }: Kit, projectId: string): BerthError {
  const { name } = states.row(projectId)
  switch (states.facts(projectId).server) {
    case 'starting':
      return new BerthError('project_stopped', `${name} is still starting. Send again when it runs.`)
    case 'stopping':
    case 'removing':
      return new BerthError('project_stopped', `${name} is being stopped. Start it, then send again.`)
    case 'failed':
      return new BerthError(
        'project_stopped',
        `${name} is not running: it failed. Start it, then send again.`,
      )
    default:
      return new BerthError('project_stopped', `${name} is stopped. Start it, then send again.`)
  }
}

/** The project's running server. Throws `project_stopped`. */
export function runningServer(kit: Kit, projectId: string): Attached {
  const attached = kit.live.get(projectId)
  if (attached === undefined || kit.states.facts(projectId).server !== 'on') throw notRunning(kit, projectId)
  return attached
}
