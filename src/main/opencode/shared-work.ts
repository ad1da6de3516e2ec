import type { Progress } from '../../preload/shapes.ts'
import type { Run } from '../engine/types.ts'

/** Work that several callers wait for and that runs once. */
export interface SharedWork<T> {
  /**
   * Joins the work under this key, or starts it. A caller that aborts leaves; the work itself is aborted when the last
   * caller has left.
   */
  join(key: string, run: Run, work: (run: Run) => Promise<T>): Promise<T>
}

interface Entry<T> {
  readonly promise: Promise<T>
  readonly controller: AbortController
  readonly runs: Set<Run>
  last: Progress | undefined
}

export function createSharedWork<T>(): SharedWork<T> {
  const entries = new Map<string, Entry<T>>()

  const start = (key: string, work: (run: Run) => Promise<T>): Entry<T> => {
    const controller = new AbortController()
    const runs = new Set<Run>()
    const progress = (now: Progress) => {
      entry.last = now
      for (const run of runs) run.progress(now)
    }
    // Begun in a later tick, so that `entry` exists before its first progress.
    const promise = Promise.resolve().then(() => work({ signal: controller.signal, progress }))
    const entry: Entry<T> = { promise, controller, runs, last: undefined }
    entries.set(key, entry)
    const over = () => {
      if (entries.get(key) === entry) entries.delete(key)
    }
    promise.then(over, over)
    return entry
  }

  return {
    async join(key, run, work) {
      run.signal.throwIfAborted()
      const entry = entries.get(key) ?? start(key, work)
      entry.runs.add(run)
      if (entry.last !== undefined) run.progress(entry.last)
      const left = Promise.withResolvers<never>()
      const leave = () => {
        entry.runs.delete(run)
        if (entry.runs.size === 0) {
          // Forgotten at once: a caller that comes now starts anew instead of joining work that is ending.
          entries.delete(key)
          entry.controller.abort(run.signal.reason)
        }
        left.reject(run.signal.reason)
      }
      run.signal.addEventListener('abort', leave, { once: true })
      try {
        return await Promise.race([entry.promise, left.promise])
      } finally {
        run.signal.removeEventListener('abort', leave)
        entry.runs.delete(run)
      }
    },
  }
}
