import { createOpencodeClient, type OpencodeClient } from '@opencode-ai/sdk/v2/client'
import type { z } from 'zod'
import { refused, unanswered, unexpected } from './http-errors.ts'

/** Every ordinary call ends after this. The first call of a server makes it load everything it has. */
const CALL_TIMEOUT_MS = 30_000

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

/** `fetch` with a deadline that covers the body too. */
const fetchInTime: typeof fetch = (input: string | URL | Request, init?: RequestInit) => {
  const given = [init?.signal, input instanceof Request ? input.signal : undefined].flatMap(
    (each) => each ?? [],
  )
  return fetch(input, { ...init, signal: AbortSignal.any([...given, AbortSignal.timeout(CALL_TIMEOUT_MS)]) })
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
