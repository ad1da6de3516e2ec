import type { Readable } from 'node:stream'
import { request } from 'undici'
import { BerthError, systemCode } from '../errors.ts'
import type { CallUpstream, UpstreamAnswer, UpstreamCall } from '../upstream-call.ts'
import { explain } from './forward.ts'
import { createUnpacker, isPacked } from './unpack.ts'
import type { Upstream } from './upstream.ts'

/** As much of an answer as is read unless a call says otherwise; what comes after it is left with the vendor. */
const MAX_TEXT_BYTES = 256 * 1024

type Fields = Readonly<Record<string, string | string[] | undefined>>

function flat(headers: Fields): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) out[name] = Array.isArray(value) ? value.join(', ') : value
  return out
}

/** The beginning of a body as text. Ends it there, so that neither a long body nor a packed one can fill the memory. */
async function beginning(body: Readable, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= maxBytes) break
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8')
}

function readable(body: Readable, headers: Fields): Readable {
  const encoding = headers['content-encoding']
  const unpacker = isPacked(encoding) ? createUnpacker(encoding) : undefined
  if (unpacker === undefined) return body
  body.once('error', (error) => unpacker.destroy(error))
  unpacker.once('close', () => body.destroy())
  return body.pipe(unpacker)
}

function parse(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol === 'https:' || parsed?.protocol === 'http:') return parsed
  throw new BerthError('bad_request', 'That is not an http or https address. Correct it and try again.')
}

async function send(upstream: Upstream, call: UpstreamCall): Promise<UpstreamAnswer> {
  const { statusCode, headers, body } = await request(call.url, {
    dispatcher: upstream.trusted,
    method: call.method,
    headers: { ...call.headers, 'accept-encoding': 'identity' },
    ...(call.body === undefined ? {} : { body: call.body }),
    signal: AbortSignal.timeout(call.timeoutMs),
  })
  const text = await beginning(readable(body, headers), call.maxBytes ?? MAX_TEXT_BYTES)
  return { status: statusCode, headers: flat(headers), text }
}

/** Makes the call out of a pool of ways out: the same host map, authorities and timeouts as a project's requests. */
export function createCall(upstream: Upstream): CallUpstream {
  return async (call) => {
    const { host } = parse(call.url)
    try {
      return await send(upstream, call)
    } catch (error) {
      const late = error instanceof Error && error.name === 'TimeoutError'
      const plain = error instanceof Error ? error : new Error('the request was not sent')
      const why = late ? Object.assign(new Error('too late'), { code: 'ETIMEDOUT' }) : plain
      const own = explain(why, host)
      const system = systemCode(why)
      // Without its cause: a library's error may hold the address, and an address may hold a key.
      throw new BerthError(own.code, own.message, system === undefined ? {} : { data: { system } })
    }
  }
}
