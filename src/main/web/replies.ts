import type { ServerResponse } from 'node:http'
import type { ErrorCode } from '../../preload/contract.ts'

/** Sent with every answer. There are no CORS headers anywhere: no other origin is to read anything. */
export function commonHeaders(csp: string): Record<string, string> {
  return {
    'content-security-policy': csp,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  }
}

/** Answers with a body that is not to be cached. */
export function reply(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

export function replyPage(response: ServerResponse, status: number, html: string): void {
  reply(response, status, 'text/html; charset=utf-8', html)
}

export function replyText(response: ServerResponse, status: number, text: string): void {
  reply(response, status, 'text/plain; charset=utf-8', `${text}\n`)
}

export function replyJson(response: ServerResponse, status: number, value: unknown): void {
  reply(response, status, 'application/json; charset=utf-8', JSON.stringify(value))
}

/** A refusal in the form every call is answered in. */
export function replyFailure(
  response: ServerResponse,
  status: number,
  code: ErrorCode,
  message: string,
): void {
  replyJson(response, status, { ok: false, error: { code, message } })
}
