import type { Notice, Project } from '../preload/shapes.ts'

/** Past its start, so that what OpenCode read at the start is what it has. */
const RUNNING: readonly Project['state'][] = ['starting', 'running', 'working', 'waiting']

/**
 * Tells that a change reaches running projects only with a restart, naming them: OpenCode reads its config and its
 * environment once. Undefined when none runs. `sentence` lacks the names and the full stop.
 */
export function restartNotice(
  sentence: string,
  projects: readonly Project[],
): Omit<Notice, 'id'> | undefined {
  const names = projects.filter(({ state }) => RUNNING.includes(state)).map(({ name }) => name)
  if (names.length === 0) return undefined
  return { level: 'info', text: `${sentence}: ${names.join(', ')}.` }
}
