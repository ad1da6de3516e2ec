import type { Format } from './types.ts'

const OPENAI: Record<number, { type: string; code: string | null }> = {
  401: { type: 'invalid_request_error', code: 'invalid_api_key' },
  403: { type: 'insufficient_permissions', code: null },
  429: { type: 'requests', code: 'rate_limit_exceeded' },
}

const ANTHROPIC: Record<number, string> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}

const GEMINI: Record<number, string> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
}

/** The body each vendor sends with an HTTP error. */
export function faultBody(format: Format | 'models' | undefined, status: number, message: string): unknown {
  if (format === 'anthropic') {
    const type = ANTHROPIC[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')
    return { type: 'error', error: { type, message }, request_id: 'req_scripted' }
  }
  if (format === 'gemini') {
    return { error: { code: status, message, status: GEMINI[status] ?? 'UNAVAILABLE' } }
  }
  const known = OPENAI[status] ?? {
    type: status < 500 ? 'invalid_request_error' : 'server_error',
    code: null,
  }
  return { error: { message, type: known.type, param: null, code: known.code } }
}

const WRONG_KEY: Record<Format | 'models', string> = {
  'openai-chat': 'Incorrect API key provided. You can find your API key in your account settings.',
  'openai-responses': 'Incorrect API key provided. You can find your API key in your account settings.',
  models: 'Incorrect API key provided. You can find your API key in your account settings.',
  anthropic: 'invalid x-api-key',
  gemini: 'API key not valid. Please pass a valid API key.',
}

/** What each vendor says to a credential it does not know. */
export function wrongKeyMessage(format: Format | 'models'): string {
  return WRONG_KEY[format]
}
