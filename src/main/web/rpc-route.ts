import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Dispatch } from '../rpc/dispatch.ts'
import { foreignOrigin } from './guard.ts'
import { replyFailure, replyJson } from './replies.ts'

const MEGABYTE = 1024 * 1024
const MOST_MEGABYTES = 1
/** What is imported is in the call: an export of 16 million characters, or a text that JSON makes longer. */
const MOST_IMPORTED_MEGABYTES = 24
const IMPORTS: readonly string[] = ['imports.preview', 'imports.apply']

/** The body, or undefined when it is larger than allowed; the rest is then not read. */
async function bodyOf(request: IncomingMessage, megabytes: number): Promise<string | undefined> {
  const most = megabytes * MEGABYTE
  if (Number(request.headers['content-length'] ?? 0) > most) return undefined
  const chunks: Buffer[] = []
  let size = 0
  // Not destroyed when cut short: the connection is still needed for the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > most) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Why this is not a call our own page made, with the status that says so. */
function wrongCall(request: IncomingMessage): { status: number; message: string } | undefined {
  if (request.method !== 'POST') return { status: 405, message: 'Calls are made with POST.' }
  const foreign = foreignOrigin(request)
  if (foreign !== undefined) return { status: 403, message: foreign }
  // A header of our own cannot be sent across origins without a preflight, which is never granted.
  if (request.headers['x-berth'] !== '1') return { status: 403, message: 'The header x-berth is missing.' }
  const type = request.headers['content-type']?.split(';')[0]?.trim()
  return type === 'application/json'
    ? undefined
    : { status: 415, message: 'The body of a call is application/json.' }
}

/**
 * `POST /rpc/<method>` with the input as JSON; the answer to an authorised call is always 200 and an envelope.
 * @param authorised whether the request carries a valid session
 */
export async function answerCall(
  request: IncomingMessage,
  response: ServerResponse,
  deps: { readonly dispatch: Dispatch; readonly authorised: boolean; readonly method: string },
): Promise<void> {
  const wrong = wrongCall(request)
  // A refused call's body is not read: with its answer the connection ends.
  if (wrong !== undefined || !deps.authorised) response.setHeader('connection', 'close')
  if (wrong !== undefined) return replyFailure(response, wrong.status, 'bad_request', wrong.message)
  if (!deps.authorised) {
    return replyFailure(
      response,
      401,
      'unauthorized',
      'This browser is not signed in. Open the newest address from the terminal where Berth runs.',
    )
  }
  const megabytes = IMPORTS.includes(deps.method) ? MOST_IMPORTED_MEGABYTES : MOST_MEGABYTES
  const body = await bodyOf(request, megabytes)
  if (body === undefined) {
    response.setHeader('connection', 'close')
    const message = `The call is larger than ${megabytes} MB. Send less at once.`
    return replyFailure(response, 413, 'bad_request', message)
  }
  let input: unknown
  try {
    input = JSON.parse(body)
  } catch {
    return replyFailure(response, 400, 'bad_request', 'The body of the call is not JSON.')
  }
  replyJson(response, 200, await deps.dispatch(deps.method, input, 'browser'))
}
