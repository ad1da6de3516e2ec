import type { Format, RecordedRequest } from './types.ts'

/** Which wire format a path belongs to, whatever stands before it. */
export function formatOf(method: string, path: string): Format | 'models' | undefined {
  const { pathname } = new URL(path, 'http://model')
  if (method === 'GET') return pathname.endsWith('/models') ? 'models' : undefined
  if (method !== 'POST') return undefined
  if (pathname.endsWith('/chat/completions')) return 'openai-chat'
  if (pathname.endsWith('/responses')) return 'openai-responses'
  if (pathname.endsWith('/messages')) return 'anthropic'
  if (/:(stream)?generateContent$/i.test(pathname)) return 'gemini'
  return undefined
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Whether the client asked for a stream. */
export function wantsStream(request: RecordedRequest): boolean {
  if (request.format === 'gemini') return /:streamGenerateContent/i.test(request.path)
  return parsed(request.body).stream === true
}

export function modelOf(request: RecordedRequest): string {
  const inPath = /\/models\/([^/:]+):/.exec(request.path)?.[1]
  const inBody = parsed(request.body).model
  return inPath ?? (typeof inBody === 'string' ? inBody : 'unknown')
}

/** OpenCode's system prompt for titles begins with these words (seen in 1.18.33). */
export function isTitleRequest(body: string): boolean {
  return body.includes('You are a title generator')
}

/** The bare credential, wherever vendors let it be put. */
export function credentialOf(request: RecordedRequest): string | undefined {
  const { headers } = request
  const bearer = headers.authorization
  if (typeof bearer === 'string') return bearer.replace(/^Bearer\s+/i, '')
  for (const name of ['x-api-key', 'x-goog-api-key', 'api-key', 'cf-aig-authorization']) {
    const value = headers[name]
    if (typeof value === 'string') return value.replace(/^Bearer\s+/i, '')
  }
  return new URL(request.path, 'http://model').searchParams.get('key') ?? undefined
}

function textsOf(content: unknown): string[] {
  if (typeof content === 'string') return [content]
  if (!Array.isArray(content)) return []
  return content.flatMap((part: unknown) =>
    isRecord(part) && typeof part.text === 'string' ? [part.text] : [],
  )
}

/** The last text a user wrote in the request, in any of the formats; empty when there is none. */
export function lastUserText(request: RecordedRequest): string {
  const body = parsed(request.body)
  const turns = [body.messages, body.input, body.contents].find(Array.isArray) ?? []
  const texts = turns.flatMap((turn: unknown) =>
    isRecord(turn) && turn.role === 'user' ? textsOf(turn.content ?? turn.parts) : [],
  )
  return texts.at(-1) ?? (typeof body.input === 'string' ? body.input : '')
}
