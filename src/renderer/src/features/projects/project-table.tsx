import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useRef, useState } from 'react'
import type { Project } from '../../../../preload/shapes.ts'
import { useGo, useProviders } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { LIST_STEPS } from '../../lib/list-steps.ts'
import { FolderPath } from '../../ui/folder-path.tsx'
import { StateDot } from '../../ui/state-dot.tsx'
import { Time } from '../../ui/time.tsx'
import { accountName } from '../providers/account-names.ts'
import { projectStates } from './project-states.ts'
import { useChoice } from './use-choice.ts'

const ROW = 52
const COLUMNS =
  'grid grid-cols-[104px_minmax(0,1.5fr)_minmax(0,1.1fr)_minmax(0,0.8fr)_88px] items-center gap-4 px-4'

/** Every project, one row each; J and K or the arrows move, Enter opens. Only the rows in view are drawn. */
export function ProjectTable({ projects }: { readonly projects: readonly Project[] }) {
  const go = useGo()
  const { scroller, rows, active, setActiveId, onKeyDown } = useRows(projects)
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-raised">
      <Headings />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: moves the focus among the rows' own buttons */}
      <div ref={scroller} className="max-h-[calc(100vh-170px)] overflow-y-auto" onKeyDown={onKeyDown}>
        <ul aria-label="Projects" className="relative" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, key, start }) => {
            const project = projects[index]
            return project === undefined ? null : (
              <li
                key={key}
                className={cx(
                  'absolute inset-x-0 top-0',
                  index < projects.length - 1 && 'border-b border-line',
                )}
                style={{ height: ROW, transform: `translateY(${start}px)` }}
              >
                <Row
                  project={project}
                  tabbable={index === active}
                  onFocus={() => setActiveId(project.id)}
                  onOpen={() => go({ page: 'project', projectId: project.id })}
                />
              </li>
            )
          })}
        </ul>
      </div>
    </div>
  )
}

function Headings() {
  return (
    <div aria-hidden="true" className={cx(COLUMNS, 'h-8 border-b border-line bg-bg text-sm text-muted')}>
      <span>State</span>
      <span>Project</span>
      <span>Model</span>
      <span>Account</span>
      <span className="text-right">Active</span>
    </div>
  )
}

/** The rows in view, and the one the keys are at; it is known by its id, so that a new order does not move it. */
function useRows(projects: readonly Project[]) {
  const scroller = useRef<HTMLDivElement>(null)
  const [activeId, setActiveId] = useState<string>()
  const found = projects.findIndex((project) => project.id === activeId)
  const active = Math.max(0, found)
  const rows = useVirtualizer({
    count: projects.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
    getItemKey: (index) => projects[index]?.id ?? index,
  })
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.metaKey || event.ctrlKey || event.altKey ? undefined : LIST_STEPS[event.key]
    if (step === undefined) return
    event.preventDefault()
    const index = Math.min(projects.length - 1, Math.max(0, active + step))
    const project = projects[index]
    if (project === undefined) return
    setActiveId(project.id)
    rows.scrollToIndex(index)
    requestAnimationFrame(() => document.getElementById(`project-${project.id}`)?.focus())
  }
  return { scroller, rows, active, setActiveId, onKeyDown }
}

interface RowProps {
  readonly project: Project
  readonly tabbable: boolean
  readonly onFocus: () => void
  readonly onOpen: () => void
}

function Row({ project, tabbable, onFocus, onOpen }: RowProps) {
  const provider = useProviders((state) => state.providers?.find((one) => one.id === project.providerId))
  const { account, by } = useChoice(project)
  const state = projectStates[project.state]
  return (
    <button
      type="button"
      id={`project-${project.id}`}
      tabIndex={tabbable ? 0 : -1}
      onFocus={onFocus}
      onClick={onOpen}
      className={cx(COLUMNS, 'size-full text-left -outline-offset-2 hover:bg-hover')}
    >
      <StateDot {...state} />
      <span className="min-w-0">
        <span className="block truncate font-medium">{project.name}</span>
        <span
          className="block truncate text-sm text-muted"
          title={project.problem?.message ?? project.folder}
        >
          {project.state === 'failed' && project.problem !== undefined ? (
            project.problem.message
          ) : (
            <FolderPath path={project.folder} />
          )}
        </span>
      </span>
      <span className="min-w-0">
        <span className="block truncate">{project.modelId}</span>
        <span className="block truncate text-sm text-muted">{provider?.name ?? project.providerId}</span>
      </span>
      <span className="min-w-0">
        <span className="block truncate">{account === undefined ? 'none' : accountName(account)}</span>
        <span className="block truncate text-sm text-muted">
          {by === 'active' ? 'automatic' : 'pinned'}
          {!project.isolated && ', not isolated'}
          {project.delivery === 'direct' && ', real key'}
        </span>
      </span>
      <span className="text-right text-sm text-muted">
        <Time at={project.lastActivityAt} />
      </span>
    </button>
  )
}
