import type { Job, JobKind, Pipeline } from '../../preload/shapes.ts'

/** A step in people's words, as it stands in a log. */
const WORDS: Readonly<Record<JobKind, string>> = {
  'project.create': "writing the project's files",
  'runtime.start': 'starting the server',
  'opencode.waitHealthy': 'waiting for OpenCode',
  'opencode.setCredentials': 'connecting providers',
  'opencode.createSession': 'opening a session',
  'opencode.sendPrompt': 'sending the prompt',
}

function lineFor(job: Job): string | undefined {
  const step = `Start, ${WORDS[job.kind]}`
  switch (job.state) {
    case 'running':
      return job.attempt > 1 ? `${step}: attempt ${job.attempt} of ${job.maxAttempts}` : `${step}: begun`
    case 'done':
      return `${step}: done`
    case 'waiting':
      return `${step}: ${job.problem?.message ?? 'failed'} It is tried again.`
    case 'failed':
      return `${step}: failed. ${job.problem?.message ?? ''}`.trim()
    case 'cancelled':
      return job.startedAt === undefined ? undefined : `${step}: cancelled`
    case 'queued':
      return undefined
  }
}

/** Berth's log lines for what changed between two views of a pipeline. */
export function linesFor(before: Pipeline | undefined, after: Pipeline): string[] {
  const earlier = before?.id === after.id ? before.jobs : []
  return after.jobs.flatMap((job) => {
    const old = earlier.find(({ id }) => id === job.id)
    if (old?.state === job.state && old.attempt === job.attempt) return []
    return lineFor(job) ?? []
  })
}
