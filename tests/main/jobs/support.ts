import { vi } from 'vitest'
import type { Database } from '../../../src/main/db/database.ts'
import { createJobs } from '../../../src/main/jobs/jobs.ts'
import type { JobContext, JobHandler, Jobs } from '../../../src/main/jobs/types.ts'
import { silentLog } from '../../../src/main/log/log.ts'
import { type JobKind, jobKind, type Pipeline } from '../../../src/preload/shapes.ts'

/** One call of a handler, ended by the test. */
export interface Call extends JobContext {
  readonly kind: JobKind
  succeed(): void
  fail(error: unknown): void
}

export interface Bench {
  readonly jobs: Jobs
  /** Every call so far, oldest first. */
  readonly calls: Call[]
  /** Every pipeline told, oldest first. */
  readonly told: Pipeline[]
  /** The calls that have not ended. */
  open(): Call[]
}

export class Hopeless extends Error {}

/** A queue whose handlers the test ends by hand. They end by themselves when aborted, unless `stubborn`. */
export function bench(db: Database, options: { maxAttempts?: number; stubborn?: boolean } = {}): Bench {
  const calls: Call[] = []
  const ended = new Set<Call>()
  const told: Pipeline[] = []

  function run(kind: JobKind, context: JobContext): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const call: Call = {
        ...context,
        kind,
        succeed: () => {
          ended.add(call)
          resolve()
        },
        fail: (error) => {
          ended.add(call)
          reject(error)
        },
      }
      calls.push(call)
      if (!options.stubborn) {
        context.signal.addEventListener('abort', () => call.fail(context.signal.reason))
      }
    })
  }

  const handler = (kind: JobKind): JobHandler => ({
    maxAttempts: options.maxAttempts ?? 3,
    run: (context) => run(kind, context),
    retryable: (error) => !(error instanceof Hopeless),
  })
  const handlers = {
    'project.create': handler('project.create'),
    'runtime.start': handler('runtime.start'),
    'opencode.waitHealthy': handler('opencode.waitHealthy'),
    'opencode.setCredentials': handler('opencode.setCredentials'),
    'opencode.createSession': handler('opencode.createSession'),
    'opencode.sendPrompt': handler('opencode.sendPrompt'),
  }
  const jobs = createJobs({
    db,
    handlers,
    onChange: (pipeline) => told.push(pipeline),
    now: () => Date.now(),
    log: silentLog(),
    random: () => 0,
  })
  return { jobs, calls, told, open: () => calls.filter((call) => !ended.has(call)) }
}

export function steps(count: number): { kind: JobKind; payload: unknown }[] {
  return jobKind.options.slice(0, count).map((kind, index) => ({ kind, payload: { index } }))
}

/** Lets every promise that can settle, settle; the fake clock does not move. */
export async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0)
}

export function states(jobs: Jobs, projectId: string): string[] {
  return jobs.latest(projectId)?.jobs.map((job) => job.state) ?? []
}
