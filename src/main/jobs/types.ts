import type { JobKind, Pipeline, Progress } from '../../preload/shapes.ts'

/** What a step's handler is given. */
export interface JobContext {
  readonly projectId: string
  /** As stored when the pipeline was made; the handler parses it by its own schema. */
  readonly payload: unknown
  /** 1 on the first try. */
  readonly attempt: number
  readonly signal: AbortSignal
  progress(progress: Progress): void
}

export interface JobHandler {
  readonly maxAttempts: number
  /** Must be idempotent: it may run again after a crash in its middle. */
  run(context: JobContext): Promise<void>
  /** Whether trying again can help. */
  retryable(error: unknown): boolean
}

/** The durable queue. Steps of a pipeline run in order; pipelines of different projects run side by side. */
export interface Jobs {
  /**
   * Stores a pipeline and starts it. An unfinished one of the same project is refused with `conflict`, and everything
   * with `shutting_down` after `drain`. `alongside` writes in the same transaction: a crash leaves both or none, and
   * what it throws undoes both.
   */
  enqueue(
    projectId: string,
    steps: readonly { readonly kind: JobKind; readonly payload: unknown }[],
    alongside?: () => void,
  ): Pipeline
  /** The project's newest pipeline. */
  latest(projectId: string): Pipeline | undefined
  /** Pipelines of one project or of all, newest first; `before` is when the last one seen was made. */
  list(query: {
    readonly projectId?: string | undefined
    readonly before?: number | undefined
    readonly limit: number
  }): (Pipeline & { readonly createdAt: number })[]
  /** Aborts the running step and cancels the rest; resolves when nothing of it runs any more. */
  cancel(projectId: string): Promise<void>
  /** Forgets every pipeline of a project. */
  forget(projectId: string): Promise<void>
  /** Puts steps a dead process left running back into the queue, and starts working. */
  start(): void
  /** Stops claiming, aborts what runs (it is queued again for the next start) and waits for it. */
  drain(): Promise<void>
}
