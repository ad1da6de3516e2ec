import { createOpencodeClient, type OpencodeClient } from '@opencode-ai/sdk/v2/client'
import type { z } from 'zod'
import { refused, tooLong, unanswered, unexpected } from './http-errors.ts'

/** Every ordinary call ends after this. The first call of a server makes it load everything it has. */
const CALL_TIMEOUT_MS = 30_000
/** Bytes of one answer. A long conversation with all its tool outputs stays well below. */
const LONGEST_ANSWER = 64 * 1024 * 1024

export interface Server {
  readonly endpoint: string
  readonly password: string
}

interface Answered {
  readonly data?: unknown
  readonly error?: unknown
  readonly response?: Response | undefined
}

/** Basic auth, as OpenCode asks for when it has a server password; the user is always `opencode`. */
export function authorization(server: Server): string {
  return `Basic ${Buffer.from(`opencode:${server.password}`).toString('base64')}`
}

/** The same answer, whose body breaks off when it becomes too long. */
function bounded(response: Response): Response {
  if (response.body === null) return response
  let size = 0
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        size += chunk.length
        if (size > LONGEST_ANSWER) controller.error(tooLong())
        else controller.enqueue(chunk)
      },
    }),
  )
  const { status, statusText, headers } = response
  return new Response(counted, { status, statusText, headers })
}

/**
 * `fetch` with a deadline that covers the body too. What a project runs may answer in OpenCode's place, so an answer
 * has an end, and no redirect leads Berth to other servers of this machine.
 */
const fetchInTime: typeof fetch = async (input: string | URL | Request, init?: RequestInit) => {
  const given = [init?.signal, input instanceof Request ? input.signal : undefined].flatMap(
    (each) => each ?? [],
  )
  const signal = AbortSignal.any([...given, AbortSignal.timeout(CALL_TIMEOUT_MS)])
  return bounded(await fetch(input, { ...init, redirect: 'error', signal }))
}

/** The generated client. Its `v2` entry fits a 1.18.33 server's paths. */
export function openSdk(server: Server): OpencodeClient {
  return createOpencodeClient({
    baseUrl: server.endpoint,
    headers: { authorization: authorization(server) },
    fetch: fetchInTime,
  })
}

/** Sends, and parses the answer. `what` completes "OpenCode could not …". Throws a `BerthError`, or the abort. */
export async function call<S extends z.ZodType>(
  what: string,
  shape: S,
  send: () => Promise<Answered>,
): Promise<z.output<S>> {
  const answer = await send().catch((error: unknown) => {
    throw unanswered(error, what)
  })
  if (answer.response === undefined) throw unanswered(answer.error, what)
  if (!answer.response.ok) throw refused(answer.response.status, answer.error, what)
  const parsed = shape.safeParse(answer.data)
  if (!parsed.success) throw unexpected(what, parsed.error)
  return parsed.data
}
