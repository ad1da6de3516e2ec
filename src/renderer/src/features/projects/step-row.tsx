import { Ban, Check, Circle, CircleAlert, CircleDot, RotateCw } from 'lucide-react'
import type { Job, JobState } from '../../../../preload/shapes.ts'
import { cx } from '../../lib/cx.ts'
import { duration } from '../../lib/format.ts'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import { progressPart, progressWords, stepNames, stepTime } from './steps.ts'

const MARKS: Readonly<Record<JobState, { icon: typeof Check; colour: string; word: string }>> = {
  queued: { icon: Circle, colour: 'text-line-strong', word: 'not begun' },
  running: { icon: CircleDot, colour: 'text-busy pulse', word: 'under way' },
  waiting: { icon: RotateCw, colour: 'text-waiting', word: 'waiting to try again' },
  done: { icon: Check, colour: 'text-ok', word: 'done' },
  failed: { icon: CircleAlert, colour: 'text-trouble', word: 'failed' },
  cancelled: { icon: Ban, colour: 'text-muted', word: 'cancelled' },
}

/** One step: its mark, its name, its time; below, how far it is or why it waits. */
export function StepRow({ job, now }: { readonly job: Job; readonly now: number }) {
  const { icon: Icon, colour, word } = MARKS[job.state]
  const time = stepTime(job, now)
  const begun = job.state !== 'queued'
  return (
    <li className="px-4 py-2.5" aria-current={job.state === 'running' ? 'step' : undefined}>
      <div className="flex items-center gap-3">
        <Icon size={16} strokeWidth={2} aria-hidden="true" className={cx('shrink-0', colour)} />
        <span className={cx('flex-1', !begun && 'text-muted', job.state === 'running' && 'font-medium')}>
          {stepNames[job.kind]}
          <span className="sr-only">, {word}</span>
        </span>
        {job.attempt > 1 && job.state !== 'done' && (
          <span className="text-sm text-muted">
            attempt {job.attempt} of {job.maxAttempts}
          </span>
        )}
        {time !== undefined && begun && <span className="text-sm text-muted">{duration(time)}</span>}
      </div>
      {job.state === 'running' && <Running job={job} />}
      {job.state === 'waiting' && <Waiting job={job} now={now} />}
    </li>
  )
}

function Running({ job }: { readonly job: Job }) {
  const { progress } = job
  return (
    <div className="mt-2 ml-7">
      <ProgressBar label={stepNames[job.kind]} value={progressPart(progress)} />
      {progress !== undefined && (
        <div className="mt-1.5 flex justify-between gap-4 text-sm text-muted">
          <span className="min-w-0 truncate">{progress.text}</span>
          <span className="shrink-0">{progressWords(progress)}</span>
        </div>
      )}
    </div>
  )
}

function Waiting({ job, now }: { readonly job: Job; readonly now: number }) {
  const left = Math.max(0, Math.ceil(((job.runAfter ?? now) - now) / 1000))
  return (
    <div className="mt-1 ml-7 text-sm text-muted">
      {job.problem !== undefined && <span>{job.problem.message} </span>}
      <span className="text-waiting">{left > 0 ? `Trying again in ${left} s.` : 'Trying again.'}</span>
    </div>
  )
}
