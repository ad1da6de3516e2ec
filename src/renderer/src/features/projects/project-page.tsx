import { useEffect } from 'react'
import type { Project } from '../../../../preload/shapes.ts'
import { useGo, useProjects, useStores, useUi } from '../../context.ts'
import { useMedia, useStable, useTitle } from '../../lib/hooks.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, Skeleton } from '../../ui/notes.tsx'
import { SplitPane } from '../../ui/split-pane.tsx'
import { ConversationPane } from '../conversation/conversation-pane.tsx'
import { DEFAULT_INSPECTOR, type InspectorLook } from '../shell/ui-store.ts'
import { Inspector } from './inspector.tsx'
import { ProjectHeader } from './project-header.tsx'
import { projectStates } from './project-states.ts'
import { StartingView } from './starting-view.tsx'
import { stepsShown } from './steps.ts'

/** A project: its header, its conversation or its start, and the inspector beside them. */
export function ProjectPage({ projectId }: { readonly projectId: string }) {
  const loaded = useProjects((state) => state.projects !== undefined)
  const project = useProjects((state) => state.projects?.find((one) => one.id === projectId))
  useLoad(projectId)
  useTitle(project === undefined ? 'Project' : `${project.name}: ${projectStates[project.state].word}`)
  if (project !== undefined) return <Loaded project={project} />
  return loaded ? <Gone /> : <Skeleton className="p-8" />
}

function useLoad(projectId: string): void {
  const stores = useStores()
  useEffect(() => {
    void stores.projects.getState().loadPipeline(projectId)
    void stores.conversations.getState().load(projectId)
  }, [stores, projectId])
}

function Loaded({ project }: { readonly project: Project }) {
  const kept = useUi((state) => state.inspectors[project.id])
  const setInspector = useUi((state) => state.setInspector)
  const narrow = useMedia('(max-width: 1099px)')
  const look = { ...DEFAULT_INSPECTOR, ...kept, ...(narrow && kept === undefined ? { open: false } : {}) }
  const change = (next: Partial<InspectorLook>) => setInspector(project.id, { ...look, ...next })
  const showSettings = useStable(() => change({ open: true, tab: 'settings' }))
  const inspector = <Inspector project={project} tab={look.tab} onTab={(tab) => change({ tab })} />
  const centre = <Centre project={project} onSettings={showSettings} />
  return (
    <>
      <ProjectHeader
        project={project}
        inspectorOpen={look.open}
        onInspector={() => change({ open: !look.open })}
        onSettings={showSettings}
      />
      {look.open && !narrow && (
        <SplitPane
          label="Width of the inspector"
          width={look.width}
          min={280}
          max={640}
          onWidth={(width) => change({ width })}
          left={centre}
          right={inspector}
        />
      )}
      {(!look.open || narrow) && (
        <div className="relative flex min-h-0 flex-1">
          <div className="flex min-w-0 flex-1 flex-col">{centre}</div>
          {look.open && (
            <div className="appear absolute inset-y-0 right-0 z-10 flex w-90 max-w-full flex-col border-l border-line-strong/60 bg-bg shadow-xl shadow-shade">
              {inspector}
            </div>
          )}
        </div>
      )}
    </>
  )
}

interface CentreProps {
  readonly project: Project
  readonly onSettings: () => void
}

/** The steps while a start is under way or has failed; else the conversation. */
function Centre({ project, onSettings }: CentreProps) {
  const pipeline = useProjects((state) => state.pipelines[project.id])
  if (stepsShown(project, pipeline))
    return <StartingView project={project} pipeline={pipeline} onSettings={onSettings} />
  return <ConversationPane project={project} onSettings={onSettings} />
}

function Gone() {
  const go = useGo()
  return (
    <EmptyState
      title="There is no such project"
      action={<Button onClick={() => go({ page: 'projects' })}>See all projects</Button>}
    >
      It may have been removed, here or in another window.
    </EmptyState>
  )
}
