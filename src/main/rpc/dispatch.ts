import { type ZodError, z } from 'zod'
import type { Surface } from '../../preload/audit.ts'
import {
  type Envelope,
  type Failure,
  type MethodName,
  methods,
  type Output,
  type ParsedInput,
} from '../../preload/contract.ts'
import { BerthError, toFailure } from '../errors.ts'
import type { Log } from '../log/log.ts'
import { scrub } from '../log/scrub.ts'

/** One function per method of the contract; it gets parsed input and where the call came from, and may throw a `BerthError`. */
export type Handlers = {
  readonly [M in MethodName]: (input: ParsedInput<M>, surface: Surface) => Promise<Output<M>> | Output<M>
}

/** Answers one call from any surface. Never rejects. */
export type Dispatch = (method: string, input: unknown, surface: Surface) => Promise<Envelope<unknown>>

function isMethod(name: string): name is MethodName {
  return Object.hasOwn(methods, name)
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.')
}

/** `label: a name is needed; key: …`. It names fields and never quotes what was in them. */
function explain(error: ZodError): string {
  return error.issues
    .map((issue) => (issue.path.length === 0 ? issue.message : `${fieldOf(issue.path)}: ${issue.message}`))
    .join('; ')
}

/** What was wrong, field by field, so that a form can say it at the right place. */
function byField(error: ZodError): Record<string, string> {
  return Object.fromEntries(error.issues.map((issue) => [fieldOf(issue.path), issue.message]))
}

function refuse(message: string, data?: Failure['data']): Envelope<never> {
  return {
    ok: false,
    error: { code: 'bad_request', message, ...(data === undefined ? {} : { data }) },
  }
}

/** An error with its stack and causes as text that may be logged. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return scrub(String(error))
  const cause = error.cause === undefined ? '' : `\ncaused by ${textOf(error.cause)}`
  return `${scrub(error.stack ?? error.message)}${cause}`
}

/**
 * The way from a surface to the services: parse the input by the contract, call the handler, parse what it returned,
 * wrap it. A value that is not in the contract does not leave, and an unplanned error goes to the log and not to the
 * caller.
 */
export function createDispatch(handlers: Handlers, deps: { readonly log: Log }): Dispatch {
  const report = (method: string, error: unknown): Envelope<never> => {
    const failure = toFailure(error)
    if (!(error instanceof BerthError) || failure.code === 'internal') {
      deps.log.error({ method, error: textOf(error) }, 'a method failed unexpectedly')
    }
    return { ok: false, error: failure }
  }

  return async (method, input, surface) => {
    if (!isMethod(method)) {
      return refuse(
        'This version of Berth does not know the method that was called. Reload the window, or update Berth.',
      )
    }
    const parsed = methods[method].input.safeParse(input)
    if (!parsed.success) {
      return refuse(`That cannot be done: ${explain(parsed.error)}.`, { fields: byField(parsed.error) })
    }
    try {
      // The input was parsed by this method's own schema, which the compiler cannot follow through the union.
      const handler = handlers[method] as (input: unknown, surface: Surface) => unknown
      const value = await handler(parsed.data, surface)
      const output = methods[method].output.safeParse(value)
      if (output.success) return { ok: true, value: output.data }
      return report(
        method,
        new Error(`it returned what is not in the contract: ${z.prettifyError(output.error)}`),
      )
    } catch (error) {
      return report(method, error)
    }
  }
}
