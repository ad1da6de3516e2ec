import type { Project, ProjectState } from '../../../../preload/shapes.ts'
import type { StateTone } from '../../ui/state-dot.tsx'

/** The word and tone a project's state is shown with. */
export const projectStates: Readonly<
  Record<ProjectState, { word: string; tone: StateTone; moving?: boolean }>
> = {
  stopped: { word: 'stopped', tone: 'rest' },
  starting: { word: 'starting', tone: 'busy', moving: true },
  running: { word: 'ready', tone: 'ok' },
  working: { word: 'working', tone: 'busy', moving: true },
  waiting: { word: 'needs you', tone: 'waiting' },
  stopping: { word: 'stopping', tone: 'rest', moving: true },
  failed: { word: 'failed', tone: 'trouble' },
}

const ORDER: Readonly<Record<ProjectState, number>> = {
  waiting: 0,
  failed: 0,
  working: 1,
  starting: 1,
  running: 1,
  stopping: 2,
  stopped: 2,
}

export const needsUser = (project: Project): boolean => ORDER[project.state] === 0
export const isUp = (state: ProjectState): boolean =>
  state === 'running' || state === 'working' || state === 'waiting'

/** What needs the user first, then what runs, then what was used last. */
export function sortProjects(projects: readonly Project[]): Project[] {
  return projects.toSorted(
    (a, b) =>
      ORDER[a.state] - ORDER[b.state] ||
      b.lastActivityAt - a.lastActivityAt ||
      a.name.localeCompare(b.name) ||
      a.id.localeCompare(b.id),
  )
}
