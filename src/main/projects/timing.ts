/** Milliseconds, all of them. */
export interface Timing {
  /** Between two questions whether OpenCode answers yet. */
  readonly healthPollMs: number
  /** How long OpenCode may take to answer after its start. */
  readonly healthDeadlineMs: number
  /** Pauses before a server that went away is held to be gone: a restart from outside takes a moment. */
  readonly goneGraceMs: readonly number[]
  /** Between two looks at a running server that says nothing. */
  readonly watchMs: number
  /** Between two tries to ask a runtime that does not answer. */
  readonly unsureMs: number
  /** How long a server that is about to stop may take to give its keys back. */
  readonly takeOutMs: number
  /** How long one server may take to stop when Berth quits. */
  readonly stopDeadlineMs: number
  /** How long changes to a conversation are gathered before they are saved. */
  readonly saveDelayMs: number
  /** How long log lines are gathered before they are told. */
  readonly logBatchMs: number
}

export const defaultTiming: Timing = {
  healthPollMs: 200,
  healthDeadlineMs: 60_000,
  goneGraceMs: [700, 2000],
  watchMs: 15_000,
  unsureMs: 5000,
  takeOutMs: 3000,
  stopDeadlineMs: 12_000,
  saveDelayMs: 400,
  logBatchMs: 100,
}
