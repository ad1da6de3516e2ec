import type { ErrorCode, Failure } from '../preload/contract.ts'

/** Facts about an error for the side that shows it. Never a secret. */
export type ErrorData = NonNullable<Failure['data']>

/**
 * The only error Berth throws on purpose. The message is shown to people as it is: it says what happened, to what, and
 * what to do next.
 */
export class BerthError extends Error {
  readonly code: ErrorCode
  readonly data: ErrorData | undefined

  constructor(code: ErrorCode, message: string, options: { data?: ErrorData; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'BerthError'
    this.code = code
    this.data = options.data
  }
}

/** Turns anything thrown into what an envelope carries. An unplanned error keeps its details out of the message. */
export function toFailure(error: unknown): Failure {
  if (error instanceof BerthError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.data === undefined ? {} : { data: error.data }),
    }
  }
  return {
    code: 'internal',
    message:
      'Something went wrong inside Berth. Its log file says more; please report it if it happens again.',
  }
}

/** True for the error an aborted `AbortSignal` causes, whoever threw it. */
export function isAbort(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === 'AbortError' || ('code' in error && error.code === 'ABORT_ERR'))
  )
}

/** The system error code of a Node error (`ENOENT`, `EACCES`, …), if it has one. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** For the end of an exhaustive switch: fails to compile when a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`)
}
