import type { ErrorAnswer } from './types.ts'
import type { ErrorWords } from './words.ts'

/** How long a vendor asks to wait, wherever it says so. All in milliseconds from now. */

type Headers = ErrorAnswer['headers']
type Repeats = NonNullable<ErrorAnswer['repeats']>

const number = (text: string | undefined): number | undefined => {
  if (text === undefined || text.trim() === '') return undefined
  const value = Number(text)
  return Number.isFinite(value) && value >= 0 ? value : undefined
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `1s`, `6m0s`, `1h2m3.5s`, `20ms`: OpenAI's rate limit headers and sentences, and protobuf's durations. */
export function durationMs(text: string): number | undefined {
  const whole = /^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/
  const trimmed = text.trim().toLowerCase()
  if (!whole.test(trimmed)) return undefined
  let total = 0
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g))
    total += Number(amount) * (UNITS[unit ?? 's'] ?? 0)
  return total
}

/** A moment as RFC 3339, an HTTP date, or a number of seconds or milliseconds since the epoch. */
function untilMoment(text: string, now: number): number | undefined {
  const value = number(text)
  if (value !== undefined) {
    // 10^9 s is 2001, 10^12 ms too: smaller numbers are no moments.
    if (value > 1e12) return Math.max(0, value - now)
    return value > 1e9 ? Math.max(0, value * 1000 - now) : undefined
  }
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

/** RFC 9110, 10.2.3: seconds or an HTTP date. */
function retryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  const seconds = number(text)
  return seconds === undefined ? untilMoment(text, now) : seconds * 1000
}

/** The reset times of windows that are used up: `<prefix>-remaining…: 0` beside `<prefix>-reset…`. */
function exhausted(headers: Headers, now: number): number | undefined {
  const waits = Object.entries(headers).flatMap(([name, value]) => {
    const window =
      /^anthropic-ratelimit-(.+)-remaining$/.exec(name)?.[1] ??
      /^x-ratelimit-remaining(?:-(.+))?$/.exec(name)?.[1]
    const isWindow = window !== undefined || name === 'x-ratelimit-remaining'
    if (!isWindow || value === undefined || Number(value) !== 0) return []
    const reset = name.startsWith('anthropic')
      ? headers[`anthropic-ratelimit-${window}-reset`]
      : headers[window === undefined ? 'x-ratelimit-reset' : `x-ratelimit-reset-${window}`]
    if (reset === undefined) return []
    const wait = durationMs(reset) ?? untilMoment(reset, now) ?? secondsFromNow(reset)
    return wait === undefined ? [] : [wait]
  })
  return waits.length === 0 ? undefined : Math.max(...waits)
}

function secondsFromNow(text: string): number | undefined {
  const value = number(text)
  return value === undefined ? undefined : value * 1000
}

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null

function errorOf(json: unknown): Json | undefined {
  const top = Array.isArray(json) ? json[0] : json
  if (!isObject(top)) return undefined
  return isObject(top.error) ? top.error : top
}

/** google.rpc.RetryInfo: github.com/googleapis/googleapis, google/rpc/error_details.proto. */
function retryInfo(error: Json): number | undefined {
  if (!Array.isArray(error.details)) return undefined
  for (const one of error.details)
    if (isObject(one) && typeof one.retryDelay === 'string') return durationMs(one.retryDelay)
  return undefined
}

/** ChatGPT's `resets_in_seconds` and `resets_at`; OpenRouter hands the upstream's headers on in `metadata.headers`. */
function resets(error: Json, now: number): number | undefined {
  if (typeof error.resets_in_seconds === 'number') return Math.max(0, error.resets_in_seconds * 1000)
  if (typeof error.resets_at === 'number') return untilMoment(String(error.resets_at), now)
  const metadata = isObject(error.metadata) ? error.metadata : undefined
  const headers = metadata !== undefined && isObject(metadata.headers) ? metadata.headers : undefined
  const reset = headers?.['X-RateLimit-Reset'] ?? headers?.['x-ratelimit-reset']
  return typeof reset === 'string' || typeof reset === 'number' ? untilMoment(String(reset), now) : undefined
}

/**
 * "Please try again in 7.66s" (OpenAI, Groq); "you will regain access on 2026-12-01 at 00:00 UTC" (Anthropic). Not where the
 * client may have said it: it would have the account left alone for as long as it likes.
 */
function inWords(message: string, now: number, repeats: Repeats): number | undefined {
  const own = ([words]: RegExpExecArray): boolean => !repeats(words.toLowerCase())
  const inTime =
    /(?:try again|retry|reset[s]?) (?:in|after) ((?:\d+(?:\.\d+)?\s?(?:ms|s|m|h|d)\s?)+)(?![a-z])/i.exec(
      message,
    )
  if (inTime !== null) return own(inTime) ? durationMs((inTime[1] ?? '').replaceAll(/\s/g, '')) : undefined
  const seconds = /(?:try again|retry) (?:in|after) (\d+(?:\.\d+)?) seconds?/i.exec(message)
  if (seconds !== null) return own(seconds) ? Number(seconds[1]) * 1000 : undefined
  const day = /regain access on (\d{4}-\d{2}-\d{2}) at (\d{2}:\d{2}) UTC/i.exec(message)
  return day === null || !own(day) ? undefined : untilMoment(`${day[1]}T${day[2]}:00Z`, now)
}

/**
 * How long the vendor asks to wait, in milliseconds; undefined when it does not say. The most exact word goes first:
 * headers in milliseconds, `retry-after`, the body, windows that are used up, the sentence.
 */
export function retryHint(
  headers: Headers,
  words: ErrorWords,
  now: number,
  repeats: Repeats,
): number | undefined {
  const error = errorOf(words.json)
  return (
    number(headers['retry-after-ms']) ??
    number(headers['x-ms-retry-after-ms']) ??
    retryAfter(headers['retry-after'], now) ??
    (error === undefined ? undefined : (retryInfo(error) ?? resets(error, now))) ??
    exhausted(headers, now) ??
    inWords(words.message, now, repeats)
  )
}
