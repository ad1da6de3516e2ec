import type { ErrorCode } from '../../preload/contract.ts'

/** Whose way of reporting errors a client at this path understands. */
export type ErrorShape = 'anthropic' | 'gemini' | 'openai'

/** Tells the shape from the request's path: each wire format has its own. */
export function shapeOf(path: string): ErrorShape {
  const bare = path.split('?', 1)[0] ?? ''
  if (/\/messages(?:\/|$)/.test(bare)) return 'anthropic'
  if (/:(?:stream)?generateContent$|:countTokens$|\/v1beta\//.test(bare)) return 'gemini'
  return 'openai'
}

/** Anthropic's error types by status: docs.anthropic.com, "Errors". */
function anthropicType(status: number): string {
  if (status === 401) return 'authentication_error'
  if (status === 403) return 'permission_error'
  if (status === 404) return 'not_found_error'
  if (status === 429) return 'rate_limit_error'
  return status < 500 ? 'invalid_request_error' : 'api_error'
}

/** Google's status words: google.rpc.Code. Written in full, for OpenCode takes some of them as "try again". */
function googleStatus(status: number): string {
  if (status === 401) return 'UNAUTHENTICATED'
  if (status === 403) return 'PERMISSION_DENIED'
  if (status === 404) return 'NOT_FOUND'
  if (status === 429) return 'RESOURCE_EXHAUSTED'
  return status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL'
}

/** The JSON text of an error as the vendor's own server would put it. */
export function vendorError(shape: ErrorShape, status: number, code: ErrorCode, message: string): string {
  switch (shape) {
    case 'anthropic':
      return JSON.stringify({ type: 'error', error: { type: anthropicType(status), message } })
    case 'gemini':
      return JSON.stringify({ error: { code: status, message, status: googleStatus(status) } })
    case 'openai':
      return JSON.stringify({ error: { message, type: `berth_${code}`, code } })
  }
}
