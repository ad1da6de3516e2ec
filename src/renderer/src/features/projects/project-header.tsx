import { Ellipsis, PanelRight, Play, RotateCw, Settings2, Square, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Project } from '../../../../preload/shapes.ts'
import { useProjects } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx'
import { StateDot } from '../../ui/state-dot.tsx'
import { Tooltip } from '../../ui/tooltip.tsx'
import { showFailure } from '../shell/notices.ts'
import { AccountChip } from './account-chip.tsx'
import { ModelPicker } from './model-picker.tsx'
import { isUp, projectStates } from './project-states.ts'
import type { ProjectAction } from './projects-store.ts'
import { RemoveProject } from './remove-project.tsx'

const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

export interface ProjectHeaderProps {
  readonly project: Project
  readonly inspectorOpen: boolean
  readonly onInspector: () => void
  readonly onSettings: () => void
}

export function ProjectHeader({ project, inspectorOpen, onInspector, onSettings }: ProjectHeaderProps) {
  return (
    <header className="flex h-12 shrink-0 items-center gap-3 border-b border-line pr-2 pl-5">
      <Tooltip text={<span className="font-mono text-code">{project.folder}</span>}>
        <h1 tabIndex={-1} className="min-w-0 shrink truncate text-title font-semibold">
          {project.name}
        </h1>
      </Tooltip>
      <StateDot {...projectStates[project.state]} />
      {!project.isolated && (
        <Mark text="Runs without a container: the agent can reach every file you can.">not isolated</Mark>
      )}
      {project.delivery === 'direct' && (
        <Mark text="OpenCode holds the real key: the agent can read it, and a switch of account reaches it at the next start.">
          real key
        </Mark>
      )}
      <div className="ml-auto flex min-w-0 items-center gap-1">
        <ModelPicker project={project} />
        <AccountChip project={project} />
        <span className="mx-1 h-5 w-px shrink-0 bg-line" aria-hidden="true" />
        <Power project={project} />
        <IconButton
          label={inspectorOpen ? 'Hide the inspector' : 'Show the inspector'}
          keys="mod+i"
          aria-pressed={inspectorOpen}
          active={inspectorOpen}
          onClick={onInspector}
        >
          <PanelRight {...ICON} />
        </IconButton>
        <More project={project} onSettings={onSettings} />
      </div>
    </header>
  )
}

/** Something about the project that the user should not forget. */
function Mark({ text, children }: { readonly text: string; readonly children: string }) {
  return (
    <Tooltip text={text}>
      <span className="shrink-0 rounded-xs border border-waiting/40 bg-waiting-soft px-1.5 text-sm whitespace-nowrap text-waiting">
        {children}
      </span>
    </Tooltip>
  )
}

/** Start, stop, restart: what the state allows. */
function Power({ project }: { readonly project: Project }) {
  const { busy, run } = usePower(project.id)
  if (project.state === 'stopped' || project.state === 'failed')
    return (
      <Button size="sm" busy={busy} onClick={() => void run('start')}>
        <Play {...ICON} size={14} /> Start
      </Button>
    )
  if (project.state === 'starting')
    return (
      <IconButton label="Cancel the start" disabled={busy} onClick={() => void run('cancel')}>
        <Square {...ICON} />
      </IconButton>
    )
  return (
    <>
      <IconButton label="Restart" disabled={busy || !isUp(project.state)} onClick={() => void run('restart')}>
        <RotateCw {...ICON} />
      </IconButton>
      <IconButton label="Stop" disabled={busy || !isUp(project.state)} onClick={() => void run('stop')}>
        <Square {...ICON} />
      </IconButton>
    </>
  )
}

function usePower(projectId: string) {
  const act = useProjects((state) => state.act)
  const action = useAction()
  const run = (what: ProjectAction) =>
    action.run(async () => {
      const answer = await act(what, projectId)
      if (!answer.ok) showFailure(answer.error)
      return answer
    })
  return { busy: action.busy, run }
}

function More({ project, onSettings }: { readonly project: Project; readonly onSettings: () => void }) {
  const [removing, setRemoving] = useState(false)
  return (
    <>
      <Menu
        trigger={
          <IconButton label="More">
            <Ellipsis {...ICON} />
          </IconButton>
        }
      >
        <MenuItem icon={<Settings2 {...ICON} />} onSelect={onSettings}>
          Project settings
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash2 {...ICON} />} danger onSelect={() => setRemoving(true)}>
          Remove project
        </MenuItem>
      </Menu>
      <RemoveProject project={project} open={removing} onClose={() => setRemoving(false)} />
    </>
  )
}
