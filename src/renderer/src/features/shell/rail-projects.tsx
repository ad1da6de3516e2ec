import { useMemo } from 'react'
import type { Project } from '../../../../preload/shapes.ts'
import { useGo, usePlace, useProjects } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { StateDot } from '../../ui/state-dot.tsx'
import { projectStates, sortProjects } from '../projects/project-states.ts'

const SHOWN = 9

/** The projects one is most likely to go to next, under their place. */
export function RailProjects() {
  const projects = useProjects((state) => state.projects)
  const place = usePlace()
  const go = useGo()
  const shown = useMemo(() => shortList(projects ?? []), [projects])
  if (shown.length === 0) return null
  return (
    <li>
      <ul aria-label="Recent projects" className="mb-1.5 ml-[15px] space-y-px border-l border-line pl-2">
        {shown.map((project) => (
          <li key={project.id}>
            <RailProject
              project={project}
              current={place.page === 'project' && place.projectId === project.id}
              onOpen={() => go({ page: 'project', projectId: project.id })}
            />
          </li>
        ))}
      </ul>
    </li>
  )
}

/** In a steady order, so that a row does not move away from under the pointer when a state changes. */
function shortList(projects: readonly Project[]): Project[] {
  return sortProjects(projects)
    .slice(0, SHOWN)
    .toSorted((a, b) => a.name.localeCompare(b.name))
}

interface RailProjectProps {
  readonly project: Project
  readonly current: boolean
  readonly onOpen: () => void
}

function RailProject({ project, current, onOpen }: RailProjectProps) {
  const state = projectStates[project.state]
  return (
    <button
      type="button"
      aria-current={current ? 'page' : undefined}
      onClick={onOpen}
      title={`${project.name}: ${state.word}`}
      className={cx(
        'flex h-7 w-full items-center gap-2 rounded-sm px-2 text-left',
        current ? 'bg-hover text-fg' : 'text-muted hover:bg-hover hover:text-fg',
      )}
    >
      <span className="min-w-0 flex-1 truncate">{project.name}</span>
      {project.state !== 'stopped' && <StateDot {...state} quiet />}
    </button>
  )
}
