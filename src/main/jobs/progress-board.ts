import type { Progress } from '../../preload/shapes.ts'

const PAUSE_MS = 100

/** How far running steps are. Kept in memory only: after a restart a step reports anew. */
export interface ProgressBoard {
  get(jobId: string): Progress | undefined
  /** Tells at most ten times a second, except for the end of the way, which is told at once. */
  set(jobId: string, projectId: string, progress: Progress): void
  /** The step ended; its progress stays readable until `forget`, a late telling is dropped. */
  end(projectId: string): void
  forget(jobId: string): void
}

/** `tell` is called with the project whose progress changed. */
export function createProgressBoard(now: () => number, tell: (projectId: string) => void): ProgressBoard {
  const board = new Map<string, Progress>()
  const toldAt = new Map<string, number>()
  const timers = new Map<string, NodeJS.Timeout>()

  function cancelTimer(projectId: string): void {
    clearTimeout(timers.get(projectId))
    timers.delete(projectId)
  }

  function tellNow(projectId: string): void {
    cancelTimer(projectId)
    toldAt.set(projectId, now())
    tell(projectId)
  }

  return {
    get: (jobId) => board.get(jobId),
    set(jobId, projectId, progress) {
      board.set(jobId, progress)
      const wait = (toldAt.get(projectId) ?? 0) + PAUSE_MS - now()
      if (wait <= 0 || progress.done === progress.total) tellNow(projectId)
      else if (!timers.has(projectId)) {
        // Nothing depends on this timer: it must not keep a process alive.
        timers.set(projectId, setTimeout(() => tellNow(projectId), wait).unref())
      }
    },
    end(projectId) {
      cancelTimer(projectId)
      toldAt.delete(projectId)
    },
    forget: (jobId) => board.delete(jobId),
  }
}
