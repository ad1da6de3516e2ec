import { ChevronRight } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Pipeline, Project } from '../../../../preload/shapes.ts'
import { useInspector, useProjects } from '../../context.ts'
import { duration } from '../../lib/format.ts'
import { useNow } from '../../lib/hooks.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Note, Skeleton } from '../../ui/notes.tsx'
import { FixButtons } from './fix-buttons.tsx'
import { LogView } from './log-view.tsx'
import { StepRow } from './step-row.tsx'
import { failedJob, stepNames } from './steps.ts'

export interface StartingViewProps {
  readonly project: Project
  readonly pipeline: Pipeline | null | undefined
  readonly onSettings: () => void
}

/** A start, step by step; and where one has failed, why, and what to do. */
export function StartingView({ project, pipeline, onSettings }: StartingViewProps) {
  const failed = project.state === 'failed'
  const now = useNow(250, !failed)
  const began = pipeline?.jobs[0]?.startedAt
  const problem = failedJob(pipeline)?.problem ?? (failed ? project.problem : undefined)
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto max-w-150 px-6 py-8">
        <div className="mb-4 flex items-center gap-3">
          <h2 className="flex-1 text-title font-semibold">
            {failed ? `${project.name} did not start` : `Starting ${project.name}`}
          </h2>
          {!failed && began !== undefined && <span className="text-muted">{duration(now - began)}</span>}
          {!failed && <CancelButton projectId={project.id} />}
        </div>
        {pipeline ? <Steps pipeline={pipeline} now={now} /> : <Skeleton rows={5} />}
        {problem !== undefined && (
          <Note
            className="mt-4"
            actions={<FixButtons project={project} code={problem.code} onSettings={onSettings} />}
          >
            {problem.message}
          </Note>
        )}
        <LogDisclosure projectId={project.id} />
      </div>
    </div>
  )
}

function Steps({ pipeline, now }: { readonly pipeline: Pipeline; readonly now: number }) {
  const current = pipeline.jobs.find((job) => job.state === 'running' || job.state === 'waiting')
  return (
    <>
      <ol className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-raised">
        {pipeline.jobs.map((job) => (
          <StepRow key={job.id} job={job} now={now} />
        ))}
      </ol>
      <span className="sr-only" role="status">
        {current === undefined ? '' : stepNames[current.kind]}
      </span>
    </>
  )
}

function CancelButton({ projectId }: { readonly projectId: string }) {
  const act = useProjects((state) => state.act)
  const action = useAction()
  return (
    <Button size="sm" busy={action.busy} onClick={() => void action.run(() => act('cancel', projectId))}>
      Cancel
    </Button>
  )
}

function LogDisclosure({ projectId }: { readonly projectId: string }) {
  const [open, setOpen] = useState(false)
  const loadLogs = useInspector((state) => state.loadLogs)
  useEffect(() => {
    if (open) void loadLogs(projectId)
  }, [open, loadLogs, projectId])
  return (
    <div className="mt-4">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex items-center gap-1 rounded-xs text-muted hover:text-fg"
      >
        <ChevronRight size={16} strokeWidth={1.75} aria-hidden="true" className={open ? 'rotate-90' : ''} />
        Log
      </button>
      {open && (
        <div className="mt-2 flex h-70 flex-col overflow-hidden rounded-lg border border-line">
          <LogView projectId={projectId} />
        </div>
      )}
    </div>
  )
}
