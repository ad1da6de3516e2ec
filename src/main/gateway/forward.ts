import type { IncomingMessage } from 'node:http'
import type { Route } from '../../preload/shapes.ts'
import { systemCode } from '../errors.ts'
import { RefusedAddress } from './addresses.ts'
import { answer, type OwnAnswer } from './answer.ts'
import type { Exchange } from './exchange.ts'
import { ProxyFailed } from './host-proxy.ts'
import { bodyAfter, hasBody } from './read-ahead.ts'
import { createRelay, type Ending, PackedAnswer } from './relay.ts'
import type { Upstream } from './upstream.ts'

const TIMEOUTS: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
])

/** Codes of Node's TLS for a certificate that does not verify. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|ERR_TLS_CERT_ALTNAME_INVALID|ERR_SSL|EPROTO/

/** What a client is told when its request reached nobody. Never the library's own text. */
export function explain(error: Error, host: string): OwnAnswer {
  const code = systemCode(error) ?? ''
  const bad = (status: number, message: string): OwnAnswer => ({
    status,
    code: 'provider_unreachable',
    message,
  })
  if (error instanceof RefusedAddress)
    return { status: 403, code: 'provider_unreachable', message: `Berth opens no connection to ${host}.` }
  if (error instanceof PackedAnswer)
    return {
      status: 502,
      code: 'provider_error',
      message: `${host} packed its answer in a way Berth cannot look into for your login. Nothing of it was passed on.`,
    }
  if (error instanceof ProxyFailed)
    return bad(
      502,
      error.status === undefined
        ? `The proxy of this computer could not be reached for ${host} (${code}). Check HTTPS_PROXY and HTTP_PROXY.`
        : `The proxy of this computer opened no connection to ${host} (${error.status}). Check its login in HTTPS_PROXY, or name the host in NO_PROXY.`,
    )
  if (TIMEOUTS.has(code))
    return bad(504, `${host} did not answer in time. Try again, or check its status page.`)
  if (CERTIFICATE.test(code))
    return bad(
      502,
      `The certificate of ${host} is not to be trusted (${code}). If your network inspects TLS, name its authority in Berth's settings.`,
    )
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return bad(502, `The name ${host} was not found. Check the internet connection.`)
  if (code === 'ECONNREFUSED') return bad(502, `${host} refused the connection. Check that its server runs.`)
  if (code.startsWith('UND_ERR_INVALID_ARG'))
    return { status: 400, code: 'bad_request', message: 'The request cannot be sent as it is.' }
  return bad(502, `The connection to ${host} failed before an answer came${code === '' ? '' : ` (${code})`}.`)
}

/**
 * True for a failure that another try may not meet: the connection was refused or lost. Not for a name, a certificate or
 * a request that is no good, nor for a vendor that took its time: it may be at work on the first one.
 */
export function mayPass(error: Error): boolean {
  if (error instanceof RefusedAddress || error instanceof PackedAnswer) return false
  const code = systemCode(error) ?? ''
  return ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT'].includes(code)
}

function bodyOf({ req, beginning }: Exchange): IncomingMessage | Buffer | null {
  if (beginning) return bodyAfter(req, beginning)
  return hasBody(req) ? req : null
}

/** True when the request can be sent once more: all of its body is at hand. */
export const isKept = ({ req, beginning }: Exchange): boolean => beginning?.state === 'whole' || !hasBody(req)

/** The end of a request that got no answer from the other side. `also` goes into its record. */
export function fail(exchange: Exchange, error: Error, also: Partial<Route> = {}): void {
  const { req, res, record, target } = exchange
  const own = explain(error, target.host)
  record.finished({ ...also, outcome: 'failed', status: own.status, reason: own.message })
  if (res.headersSent || res.destroyed) {
    // A half answer that ends cleanly would look whole.
    res.destroy()
    return
  }
  // What is left of the body is not read any more.
  if (!req.complete) res.shouldKeepAlive = false
  answer(res, target.path, own)
}

/**
 * One try: sends the request and streams the answer. The client's end ends both. Never fails: how it ended is the value.
 * @param holds whether an error answer is kept for a decision instead of going to the client
 */
export function send(exchange: Exchange, upstream: Upstream, holds: boolean): Promise<Ending> {
  const { req, res, target } = exchange
  const { promise, resolve } = Promise.withResolvers<Ending>()
  if (req.headers.expect !== undefined && hasBody(req) && !exchange.beginning) res.writeContinue()
  const relay = createRelay(exchange, { holds, waits: upstream.waits }, resolve)
  exchange.onGone = relay.clientGone
  if (res.destroyed) {
    relay.clientGone()
    return promise
  }
  const agent = target.kind === 'plain' ? upstream.guarded : upstream.trusted
  try {
    agent.dispatch(
      {
        origin: target.origin,
        path: exchange.path,
        method: req.method ?? 'GET',
        headers: exchange.headers,
        body: bodyOf(exchange),
        // The relay sees to these.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      relay.handler,
    )
  } catch (error) {
    const why = error instanceof Error ? error : new Error('not sent')
    resolve({ type: 'broken', error: why, begun: false, meter: undefined })
  }
  return promise
}
