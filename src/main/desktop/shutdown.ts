import type { App } from 'electron'

/** How long Berth's own shutdown may take before the program ends all the same. */
const DEADLINE_MS = 15_000

/**
 * Holds the program's quit until `close` is done, or the deadline has passed. What is cut off then is taken up again at
 * the next start, as after a crash.
 */
export function closeBeforeQuit(
  app: Pick<App, 'on' | 'quit'>,
  close: () => Promise<void>,
  deadlineMs = DEADLINE_MS,
): void {
  let state: 'open' | 'closing' | 'closed' = 'open'
  app.on('before-quit', (event) => {
    if (state === 'closed') return
    event.preventDefault()
    if (state === 'closing') return
    state = 'closing'
    const deadline = new Promise<void>((done) => setTimeout(done, deadlineMs))
    // A failure to close is in the log already, and must not keep the program.
    const closed = close().catch(() => {})
    void Promise.race([closed, deadline]).then(() => {
      state = 'closed'
      app.quit()
    })
  })
}
