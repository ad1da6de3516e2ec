import { Play } from 'lucide-react'
import type { Job } from '../../../../preload/shapes.ts'
import { useGo, useProjects } from '../../context.ts'
import { duration } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { StateDot } from '../../ui/state-dot.tsx'
import { stepNames, stepTime } from '../projects/steps.ts'
import { startEnding, startLine } from './activity-words.ts'
import { ActivityRow } from './entry-row.tsx'
import type { StartRecord } from './timeline.ts'
import type { RowProps } from './timeline-list.tsx'

/** One start of a project; it opens to its steps. */
export function StartRow({
  start,
  id,
  ...row
}: RowProps & { readonly start: StartRecord; readonly id: string }) {
  const name = useProjects((state) => state.projects?.find((one) => one.id === start.projectId)?.name)
  const ending = startEnding(start)
  return (
    <ActivityRow
      id={id}
      at={start.createdAt}
      icon={Play}
      title={`Start of ${name ?? 'a project that was removed'}`}
      trouble={ending.tone === 'trouble'}
      below={startLine(start)}
      end={<StateDot {...ending} />}
      {...row}
    >
      <Steps jobs={start.jobs} />
      {name !== undefined && <OpenProject projectId={start.projectId} />}
    </ActivityRow>
  )
}

function OpenProject({ projectId }: { readonly projectId: string }) {
  const go = useGo()
  return (
    <Button size="sm" className="mt-3" onClick={() => go({ page: 'project', projectId })}>
      Open the project
    </Button>
  )
}

const WORDS: Readonly<Record<Job['state'], string>> = {
  queued: 'not begun',
  running: 'under way',
  waiting: 'tries again',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
}

function Steps({ jobs }: { readonly jobs: readonly Job[] }) {
  return (
    <ol className="space-y-1">
      {jobs.map((job) => {
        const took = job.finishedAt === undefined ? undefined : stepTime(job, job.finishedAt)
        return (
          <li key={job.id}>
            <div className="flex gap-3">
              <span className="w-44 shrink-0">{stepNames[job.kind]}</span>
              <span className="w-20 shrink-0 text-muted">{WORDS[job.state]}</span>
              <span className="text-muted">
                {took !== undefined && duration(took)}
                {job.attempt > 1 && `, attempt ${job.attempt}`}
              </span>
            </div>
            {job.problem !== undefined && <p className="break-words text-trouble">{job.problem.message}</p>}
          </li>
        )
      })}
    </ol>
  )
}
