import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ErrorCode } from '../../preload/contract.ts'
import { shapeOf, vendorError } from './vendor-errors.ts'

/** An answer the gateway makes itself. */
export interface OwnAnswer {
  readonly status: number
  readonly code: ErrorCode
  readonly message: string
}

/**
 * Says in an answer of the gateway's own which error it stands for, so that OpenCode's report of it can be told from a
 * vendor's. Never passed on from a vendor.
 */
export const ERROR_HEADER = 'x-berth-error'

/** Asks for the project's login. The same for every wrong login, so that none can be told from another. */
export const LOGIN_NEEDED: OwnAnswer = {
  status: 407,
  code: 'unauthorized',
  message: "This is Berth's gateway. It needs the login of a running project.",
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  407: 'Proxy Authentication Required',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** Answers a request in the error shape of the vendor it was meant for. */
export function answer(res: ServerResponse, path: string, own: OwnAnswer): void {
  const body = Buffer.from(vendorError(shapeOf(path), own.status, own.code, own.message))
  res.writeHead(own.status, {
    'content-type': 'application/json',
    'content-length': body.length,
    [ERROR_HEADER]: own.code,
    ...(own.status === 407 ? { 'proxy-authenticate': 'Basic realm="Berth"' } : {}),
  })
  res.end(body)
}

/** Answers a CONNECT, which has no response object, and ends its connection. */
export function answerConnect(socket: Duplex, own: OwnAnswer): void {
  const body = vendorError('openai', own.status, own.code, own.message)
  const lines = [
    `HTTP/1.1 ${own.status} ${REASONS[own.status] ?? 'Error'}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `${ERROR_HEADER}: ${own.code}`,
    'connection: close',
    ...(own.status === 407 ? ['proxy-authenticate: Basic realm="Berth"'] : []),
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
