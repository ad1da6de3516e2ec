import { BerthError } from '../errors.ts'
import type { CallUpstream, UpstreamAnswer } from '../upstream-call.ts'
import type { KeyHeader } from './vendors.ts'

/** One test of a credential: at most this many calls and milliseconds, for each and for all together. */
const MOST_CALLS = 3
const EACH_MS = 8000
const TOTAL_MS = 20_000

const MADE_UP = 'berth-made-up-key-to-compare-with'

export interface SessionCall {
  readonly method: 'GET' | 'POST'
  readonly url: string
  /** Absent for a call without the credential, to see what happens then. */
  readonly key?: KeyHeader | undefined
  /** A made-up key is shown in the credential's place, to see whether it makes a difference. */
  readonly madeUp?: boolean
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | undefined
}

export type Outcome =
  | { readonly answer: UpstreamAnswer }
  /** No answer came; the error is a sentence. Undefined when there was nothing left of the session to ask with. */
  | { readonly error: BerthError | undefined }

export interface Session {
  /** Throws `internal` rather than show the credential to a host that is not the provider's. */
  ask(call: SessionCall): Promise<Outcome>
}

export interface SessionOptions {
  readonly call: CallUpstream
  readonly now: () => number
  readonly secret: string
  readonly name: string
  /** Whether the credential may be shown there. */
  readonly allows: (url: URL) => boolean
}

function keyHeader(key: KeyHeader, secret: string): Record<string, string> {
  return key === 'bearer' ? { authorization: `Bearer ${secret}` } : { [key]: secret }
}

function headersOf({ key, headers, body }: SessionCall, secret: string): Record<string, string> {
  return {
    accept: 'application/json',
    'user-agent': 'Berth',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
    ...(key === undefined || secret === '' ? {} : keyHeader(key, secret)),
  }
}

/** Counts the calls and the time of one test, and watches where they go. */
export function openSession({ call, now, secret, name, allows }: SessionOptions): Session {
  const end = now() + TOTAL_MS
  let calls = 0
  return {
    async ask(asked) {
      const url = new URL(asked.url)
      if (!allows(url)) {
        throw new BerthError(
          'internal',
          `Berth did not ask ${url.host} about a credential of ${name}, for that is not its host. Please report this.`,
        )
      }
      const left = end - now()
      if (calls >= MOST_CALLS || left <= 0) return { error: undefined }
      calls += 1
      const { method, body } = asked
      try {
        const answer = await call({
          method,
          url: asked.url,
          headers: headersOf(asked, asked.madeUp === true ? MADE_UP : secret),
          timeoutMs: Math.min(EACH_MS, left),
          ...(body === undefined ? {} : { body }),
        })
        return { answer }
      } catch (error) {
        if (error instanceof BerthError) return { error }
        throw error
      }
    },
  }
}
