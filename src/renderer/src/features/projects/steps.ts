import type { Job, JobKind, Pipeline, Progress, Project } from '../../../../preload/shapes.ts'
import { bytes } from '../../lib/format.ts'

/** What each step does, in words; and what it is called once it is done. */
export const stepNames: Readonly<Record<JobKind, string>> = {
  'project.create': 'Prepare the project',
  'runtime.start': 'Start the runtime',
  'opencode.waitHealthy': 'Wait for OpenCode',
  'opencode.setCredentials': 'Hand over placeholders',
  'opencode.createSession': 'Open a session',
  'opencode.sendPrompt': 'Send the prompt',
}

/** True while the steps are what there is to see of a project. */
export function stepsShown(project: Project, pipeline: Pipeline | null | undefined): boolean {
  if (project.state === 'starting') return true
  return project.state === 'failed' && failedJob(pipeline) !== undefined
}

export function failedJob(pipeline: Pipeline | null | undefined): Job | undefined {
  return pipeline?.jobs.find((job) => job.state === 'failed')
}

/** How long a step has taken so far or took in all; undefined before it starts. */
export function stepTime(job: Job, now: number): number | undefined {
  return job.startedAt === undefined ? undefined : Math.max(0, (job.finishedAt ?? now) - job.startedAt)
}

/** `41.2 MB of 74.0 MB`, or `3 s of 60 s`. */
export function progressWords(progress: Progress): string {
  const write = progress.unit === 'bytes' ? bytes : (value: number) => `${Math.floor(value)} s`
  const done = write(progress.done)
  return progress.total === undefined ? done : `${done} of ${write(progress.total)}`
}

/** 0 to 1, where the end is known. */
export function progressPart(progress: Progress | undefined): number | undefined {
  if (progress?.total === undefined || progress.total <= 0) return undefined
  return Math.min(1, progress.done / progress.total)
}
