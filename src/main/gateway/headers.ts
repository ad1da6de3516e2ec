import { ERROR_HEADER } from './answer.ts'
import type { Exchange, Refusal } from './exchange.ts'
import { MAX_HEADER_FIELDS } from './limits.ts'
import { findMarks } from './recognise.ts'

/**
 * Fields that concern one connection only (RFC 9110 §7.6.1) and the proxy's own (§11.7), plus `host`, which is made
 * anew from the target, and `expect`, which is answered here.
 */
const NOT_FORWARDED: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-authentication-info',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'expect',
])

/** Names listed in a Connection field, lower case. `undefined` for the usual values that list nothing. */
function listed(connection: string | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined
  return new Set(connection.toLowerCase().split(/[\s,]+/))
}

const BASIC = /^basic +([A-Za-z0-9+/=_-]+) *$/i
const A = 0x61

/** The encoded part of a Basic login, or undefined when the value is none. The second letter tells nearly all others. */
export const encodedLogin = (value: string): string | undefined =>
  (value.charCodeAt(1) | 0x20) === A ? BASIC.exec(value)?.[1] : undefined

/** The text inside a Basic login, or undefined when the value is none. */
export function insideBasic(value: string): string | undefined {
  const encoded = encodedLogin(value)
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8')
}

/** Fields that vendors read credentials from, and ChatGPT the account's id. */
const FOR_CREDENTIALS =
  /^(?:(?:[a-z0-9]+-){0,4}(?:authorization|api[-_]?key|subscription-key)|(?:x-)?(?:auth|access|api)-token|private-token|chatgpt-account-id)$/i

/** True for a header field that a credential may be put into. */
export const mayCarry = (name: string): boolean => FOR_CREDENTIALS.test(name)

/** A list of names and values without some fields. `names` are lower case. */
export const dropHeaders = (headers: readonly string[], names: readonly string[]): string[] =>
  headers.filter((_, i) => !names.includes((headers[i - (i % 2)] ?? '').toLowerCase()))

/** The placeholder marks in a header value, and inside it where it is a Basic login. */
function marksIn(value: string): string[] {
  const inner = insideBasic(value)
  return inner === undefined ? findMarks(value) : [...findMarks(value), ...findMarks(inner)]
}

/** Pass: what is sent on of the client's header, and where in it placeholders are. */
export function readHeaders(exchange: Exchange): Refusal | undefined {
  const raw = exchange.req.rawHeaders
  if (raw.length / 2 > MAX_HEADER_FIELDS)
    return { status: 431, code: 'bad_request', message: 'The request has too many header fields.' }
  const own = listed(exchange.req.headers.connection)
  let hosts = 0
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? ''
    const value = raw[i + 1] ?? ''
    const lower = name.toLowerCase()
    if (lower === 'host') hosts += 1
    if (NOT_FORWARDED.has(lower) || own?.has(lower)) continue
    const marks = marksIn(value)
    if (marks.length > 0) {
      exchange.carriers.push(exchange.headers.length + 1)
      exchange.marks.push(...marks)
    }
    if (lower === 'accept-encoding') exchange.encodings.push(exchange.headers.length + 1)
    exchange.headers.push(name, value)
  }
  if (hosts > 1) return { status: 400, code: 'bad_request', message: 'The request names more than one host.' }
  return undefined
}

/** The fields of an answer that are sent on: names and values in turn. */
export function answerHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): string[] {
  const { connection } = headers
  const own = listed(Array.isArray(connection) ? connection.join() : connection)
  const out: string[] = []
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    if (value === undefined || NOT_FORWARDED.has(name) || name === ERROR_HEADER || own?.has(name)) continue
    if (Array.isArray(value)) for (const one of value) out.push(name, one)
    else out.push(name, value)
  }
  return out
}
