import { scrub } from '../../log/scrub.ts'

/** What an error body says, gathered from wherever its wire format puts it. All lower case but `message`. */
export interface ErrorWords {
  /** Machine-readable words: `type`, `code`, `status`, `reason`, exception names. */
  readonly tags: readonly string[]
  readonly message: string
  /** The parsed body, for hints at places of their own. Undefined when it is not JSON. */
  readonly json: unknown
}

const MOST_TAGS = 40
const LONGEST = 200
/** Characters of a message that are cleaned to be shown. */
const LOOKED_AT = 2000

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** The members that name a kind of error, over all formats read here. */
const TAG_KEYS = ['type', 'code', 'status', 'reason', '__type', 'limit_source', 'error_type']

/** The error's own object: OpenAI, Anthropic, Gemini and OpenRouter put it under `error`, others at the top. */
function levelsOf(json: unknown): Json[] {
  // Gemini's streams answer an error as an array of one.
  const top = Array.isArray(json) ? json[0] : json
  if (!isObject(top)) return []
  const error = top.error
  const response = isObject(top.response) ? top.response.error : undefined
  const inner = isObject(error) ? error : undefined
  const metadata = inner !== undefined && isObject(inner.metadata) ? inner.metadata : undefined
  const details = inner !== undefined && Array.isArray(inner.details) ? inner.details : []
  return [top, inner, response, metadata, ...details].filter(isObject)
}

/** Gemini names what was exceeded in `QuotaFailure.violations[].quotaId`: ai.google.dev, "Rate limits". */
function quotaIds(level: Json): string[] {
  if (!Array.isArray(level.violations)) return []
  return level.violations.flatMap((one) =>
    isObject(one) && typeof one.quotaId === 'string' ? [one.quotaId] : [],
  )
}

function messageOf(levels: readonly Json[], body: string): string {
  for (const level of [...levels].reverse())
    for (const value of [level.message, level.error, level.detail])
      if (typeof value === 'string' && value !== '') return value
  return levels.length === 0 ? body : ''
}

/** Reads an error body of any of the wire formats. Never throws. */
export function errorWords(body: string): ErrorWords {
  const json = parse(body)
  const levels = levelsOf(json)
  const tags = levels.flatMap((level) => [
    ...TAG_KEYS.flatMap((key) => {
      const value = level[key]
      return typeof value === 'string' || typeof value === 'number' ? [String(value)] : []
    }),
    ...quotaIds(level),
  ])
  return {
    tags: tags.slice(0, MOST_TAGS).map((tag) => tag.toLowerCase()),
    message: messageOf(levels.slice(0, 3), body),
    json,
  }
}

/** One line that may be shown. */
export function saidOf({ message }: ErrorWords): string {
  const line = message
    .slice(0, LOOKED_AT)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return scrub(line).slice(0, LONGEST)
}
