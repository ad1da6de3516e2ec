import { BerthError } from '../errors.ts'
import { scrub } from '../log/scrub.ts'

/** How many of its last lines are told when a server ended by itself. */
export const LAST_LINES = 40
/** Letters of its last line that are told; the log has the rest. */
const LAST_LETTERS = 300

/** `opencode_exited` for a server that ended while it was being started. */
export function exitedAtBoot(exitCode: number | null, output: string): BerthError {
  const how = exitCode === null ? 'ended' : `ended with exit code ${exitCode}`
  const last = scrub(output).trim().split('\n').at(-1)?.slice(-LAST_LETTERS)
  const said = last ? `It said last: “${last}”.` : 'It said nothing.'
  return new BerthError(
    'opencode_exited',
    `OpenCode ${how} while it was starting. ${said} Its log says more; mend that, then start the project again.`,
    { data: { exitCode, output } },
  )
}
