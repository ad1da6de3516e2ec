import type { AnyEvent, EventName, Input, MethodName, Output } from '../../preload/contract.ts'

/** The way to a Berth: to one that runs, or to one this command opened for itself. */
export interface Link {
  /** True when no Berth ran and this command does the work itself. */
  readonly alone: boolean
  /** The value of a call. Throws the failure as a `BerthError`. */
  call<M extends MethodName>(method: M, input: Input<M>): Promise<Output<M>>
  /** Calls `listener` for these events from when it resolves. */
  listen(names: readonly EventName[], listener: (event: AnyEvent) => void): Promise<void>
  /** Resolves when the other side is gone. */
  readonly gone: Promise<void>
  close(): Promise<void>
}

/**
 * How much of Berth a command needs where none runs: `nothing` but the files, the open `vault`, the `gateway` as well,
 * or `all` with its projects.
 */
export type Need = 'nothing' | 'vault' | 'gateway' | 'all'
