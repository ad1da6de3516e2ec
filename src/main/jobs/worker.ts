import { type AttemptDeps, attempt, killedTooOften } from './attempt.ts'
import type { JobRow } from './job-repo.ts'

/** Timers hold at most this, so that a clock set back does not make a wait of days. */
const LONGEST_WAIT_MS = 30_000

export interface WorkerDeps extends AttemptDeps {
  /** A step of this project began or ended. */
  tell(projectId: string): void
}

/** Claims what is due and runs it: one step of a project at a time, projects side by side. */
export interface Worker {
  /** Looks for due steps now. Does nothing before `start` and after `drain`. */
  pump(): void
  start(): void
  drain(): Promise<void>
  drained(): boolean
  busy(projectId: string): boolean
  /** Aborts the project's running step; resolves when it has ended. */
  abort(projectId: string): Promise<void>
}

/** A step that ends Berth each time must end too: its attempts count. */
function recover({ repo, now }: WorkerDeps): void {
  for (const row of repo.running()) {
    if (row.attempt >= row.max_attempts) repo.fail(row.id, now(), killedTooOften(row))
    else repo.requeue(row.id)
  }
  repo.hurry(now() + LONGEST_WAIT_MS)
}

/** Starts everything that is due; answers how long to wait for the next, in milliseconds. */
function claimAll({ repo, now }: WorkerDeps, launch: (row: JobRow) => void): number | undefined {
  for (let row = repo.claim(now()); row !== undefined; row = repo.claim(now())) launch(row)
  const due = repo.nextDue()
  return due === undefined ? undefined : Math.min(Math.max(due - now(), 1), LONGEST_WAIT_MS)
}

export function createWorker(deps: WorkerDeps): Worker {
  const { log, tell, board } = deps
  const running = new Map<string, { controller: AbortController; finished: Promise<void> }>()
  let phase: 'new' | 'working' | 'drained' = 'new'
  let timer: NodeJS.Timeout | undefined

  function ended(row: JobRow): void {
    running.delete(row.project_id)
    board.end(row.project_id)
    tell(row.project_id)
    board.forget(row.id)
    pump()
  }

  function launch(row: JobRow): void {
    const controller = new AbortController()
    log.info({ projectId: row.project_id, kind: row.kind, attempt: row.attempt }, 'a step starts')
    const finished = Promise.resolve()
      .then(() => attempt(deps, row, controller.signal))
      .catch((error: unknown) => log.error({ err: error, kind: row.kind }, "a step's outcome was not kept"))
      .then(() => ended(row))
    running.set(row.project_id, { controller, finished })
    tell(row.project_id)
  }

  function pump(): void {
    if (phase !== 'working') return
    clearTimeout(timer)
    try {
      const wait = claimAll(deps, launch)
      // Keeps the process alive on purpose: work is pending.
      if (wait !== undefined) timer = setTimeout(pump, wait)
    } catch (error) {
      log.error({ err: error }, 'the queue could not be read; it is tried again')
      timer = setTimeout(pump, LONGEST_WAIT_MS)
    }
  }

  return {
    pump,
    drained: () => phase === 'drained',
    busy: (projectId) => running.has(projectId),
    start() {
      if (phase !== 'new') return
      recover(deps)
      phase = 'working'
      pump()
    },
    async abort(projectId) {
      const current = running.get(projectId)
      current?.controller.abort()
      await current?.finished
    },
    async drain() {
      phase = 'drained'
      clearTimeout(timer)
      const current = [...running.values()]
      for (const { controller } of current) controller.abort()
      await Promise.all(current.map(({ finished }) => finished))
    },
  }
}
