/** The longest a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1

/**
 * Calls `onIdle` when nothing was used for `idleMs()` milliseconds; 0 is never. The timer keeps no process alive, and
 * goes by the clock, so that time asleep counts.
 */
export function createIdleWatch(deps: {
  readonly idleMs: () => number
  readonly now: () => number
  readonly onIdle: () => void
}) {
  let lastUse: number | undefined
  let timer: NodeJS.Timeout | undefined
  function look(): void {
    timer = undefined
    const idleMs = deps.idleMs()
    if (idleMs <= 0 || lastUse === undefined) return
    const left = lastUse + idleMs - deps.now()
    if (left <= 0) deps.onIdle()
    else wait(left)
  }
  function wait(ms: number): void {
    timer = setTimeout(look, Math.min(ms, LONGEST_MS)).unref()
  }
  return {
    used(): void {
      lastUse = deps.now()
      if (timer !== undefined) return
      const idleMs = deps.idleMs()
      if (idleMs > 0) wait(idleMs)
    },
    /** To be called when what `idleMs` answers has changed: holds at once, for the time that has passed too. */
    changed(): void {
      clearTimeout(timer)
      if (lastUse !== undefined) look()
    },
    stop(): void {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
