import { z } from 'zod'
import { BerthError, isAbort, systemCode } from '../errors.ts'
import { cleanMessage } from './map-error.ts'

/** OpenCode has two shapes of error bodies: `{name, data: {message}}` and `{_tag, message}`. */
const body = z.union([
  z.object({ data: z.object({ message: z.string() }) }).transform(({ data }) => data.message),
  z.object({ message: z.string() }).transform(({ message }) => message),
  z.string().min(1),
])

/** The innermost cause: `fetch` hides the system's error in its own. */
function root(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? root(error.cause) : error
}

/** For a call that got no answer. `what` says what was tried: `list the sessions`. */
export function unanswered(error: unknown, what: string): unknown {
  if (error instanceof BerthError || isAbort(error)) return error
  if (error instanceof Error && error.name === 'TimeoutError')
    return new BerthError(
      'opencode_timeout',
      `OpenCode did not answer in time when asked to ${what}. Try again, or restart the project.`,
      { cause: error },
    )
  const code = systemCode(root(error))
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'UND_ERR_SOCKET' || code === 'EPIPE')
    return new BerthError(
      'project_stopped',
      `OpenCode is not running, so it could not ${what}. Start the project, then try again.`,
      { cause: error },
    )
  return new BerthError('opencode_error', `OpenCode could not ${what}: ${code ?? 'the connection failed'}.`, {
    cause: error,
  })
}

/** For a call that was answered with an error. */
export function refused(status: number, error: unknown, what: string): BerthError {
  const parsed = body.safeParse(error)
  const said = parsed.success ? cleanMessage(parsed.data) : ''
  if (status === 401)
    return new BerthError(
      'opencode_error',
      `OpenCode refused Berth's login when asked to ${what}. Restart the project.`,
    )
  return new BerthError(
    status === 404 ? 'not_found' : 'opencode_error',
    `OpenCode could not ${what}: ${said || `it answered with status ${status}`}.`.replace('..', '.'),
    { data: { status } },
  )
}

/** For an answer of a shape Berth does not know. */
export function unexpected(what: string, problem: z.ZodError): BerthError {
  const where = problem.issues[0]?.path.join('.') ?? ''
  return new BerthError(
    'opencode_error',
    `OpenCode answered in a way Berth does not know when asked to ${what} (at "${where}").`,
  )
}

/** For an answer that does not come to an end. */
export function tooLong(): BerthError {
  return new BerthError(
    'opencode_error',
    "OpenCode's answer is too long to read. Start a new session; if that does not help, restart the project.",
  )
}
