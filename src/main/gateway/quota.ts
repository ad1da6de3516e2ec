import type { QuotaWindow } from '../../preload/pools.ts'
import { durationMs } from './failure/hints.ts'

/**
 * What a vendor's answer says of the windows its account may use. Each vendor's windows are its own and are kept apart.
 * Sources: Anthropic's rate limit headers (docs.claude.com/en/api/rate-limits; the `unified` ones of subscriptions are seen
 * in answers and documented nowhere), OpenAI's (platform.openai.com/docs/guides/rate-limits, also Groq and others),
 * Cerebras' `-requests-day`, ChatGPT's as github.com/openai/codex reads them (codex-rs, rate limit headers).
 */

type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>
type Part = Partial<Pick<QuotaWindow, 'limit' | 'remaining' | 'usedPercent' | 'resetsAt'>>

/** No vendor has more; a hostile one is not let write more. */
const MOST_WINDOWS = 16
const LONGEST_NAME = 40

const numberOf = (text: string): number | undefined => {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) && value >= 0 ? value : undefined
}

/** A moment, in any form these headers have: a date, a duration, seconds or milliseconds since the epoch, or seconds. */
function momentOf(text: string, now: number): number | undefined {
  const value = numberOf(text)
  if (value !== undefined) {
    if (value > 1e12) return value
    return value > 1e9 ? value * 1000 : now + value * 1000
  }
  const span = durationMs(text)
  if (span !== undefined) return now + span
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : at
}

function percentOf(text: string, factor: number): number | undefined {
  const value = numberOf(text)
  return value === undefined ? undefined : Math.min(100, Math.round(value * factor * 10) / 10)
}

/** What one header says, and of which window. */
type Told = readonly [window: string, field: keyof Part, value: number | undefined]

function amount(window: string, field: string, text: string, now: number): Told | undefined {
  if (field === 'reset') return [window, 'resetsAt', momentOf(text, now)]
  if (field === 'limit' || field === 'remaining') return [window, field, numberOf(text)]
  return undefined
}

function anthropic(name: string, text: string, now: number): Told | undefined {
  const unified = /^unified-(.+)-(utilization|reset)$/.exec(name)
  if (unified !== null) {
    const [, window = '', field] = unified
    return field === 'reset'
      ? [window, 'resetsAt', momentOf(text, now)]
      : [window, 'usedPercent', percentOf(text, 100)]
  }
  const plain = name.startsWith('unified-') ? null : /^(.+)-(limit|remaining|reset)$/.exec(name)
  return plain === null ? undefined : amount(plain[1] ?? '', plain[2] ?? '', text, now)
}

function codex(window: string, field: string, text: string, now: number): Told | undefined {
  if (field === 'used-percent') return [window, 'usedPercent', percentOf(text, 1)]
  const moment = field === 'reset-at' || field === 'reset-after-seconds'
  return moment ? [window, 'resetsAt', momentOf(text, now)] : undefined
}

const ANTHROPIC = 'anthropic-ratelimit-'
const OPENAI = /^x-ratelimit-(limit|remaining|reset)(?:-([a-z0-9-]+))?$/
const CODEX = /^x-codex-(primary|secondary)-(used-percent|reset-at|reset-after-seconds)$/

function told(name: string, text: string, now: number): Told | undefined {
  if (name.startsWith(ANTHROPIC)) return anthropic(name.slice(ANTHROPIC.length), text, now)
  const openai = OPENAI.exec(name)
  // One without a name is of requests: OpenRouter's.
  if (openai !== null) return amount(openai[2] ?? 'requests', openai[1] ?? '', text, now)
  const chatgpt = CODEX.exec(name)
  return chatgpt === null ? undefined : codex(chatgpt[1] ?? '', chatgpt[2] ?? '', text, now)
}

/** ChatGPT's windows are called by their length, which it tells: `5h`, `7d`. */
function codexName(window: string, headers: AnswerHeaders): string {
  const minutes = Number(headers[`x-codex-${window}-window-minutes`])
  if (!(minutes > 0)) return window
  if (minutes % 1440 === 0) return `${minutes / 1440}d`
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}min`
}

/** Whether a header may be one of these, for most are not. */
const mayBe = (name: string): boolean =>
  name.startsWith('x-ratelimit-') || name.startsWith(ANTHROPIC) || name.startsWith('x-codex-')

/**
 * The windows an answer tells of; none when it tells of none.
 * @param headers by lower-case name
 * @param now milliseconds since the epoch
 */
export function quotaWindows(headers: AnswerHeaders, now: number): QuotaWindow[] {
  const windows = new Map<string, Part>()
  for (const name of Object.keys(headers)) {
    if (!mayBe(name)) continue
    const given = headers[name]
    const text = Array.isArray(given) ? given[0] : given
    if (text === undefined) continue
    const [window, field, value] = told(name, text, now) ?? []
    if (window === undefined || field === undefined || value === undefined) continue
    const key = name.startsWith('x-codex-') ? codexName(window, headers) : window
    if (key.length > LONGEST_NAME || (windows.size >= MOST_WINDOWS && !windows.has(key))) continue
    windows.set(key, { ...windows.get(key), [field]: value })
  }
  return [...windows].flatMap(([name, part]) => (isWorth(part) ? [{ name, ...part, at: now }] : []))
}

/** A moment alone says nothing of how much is left. */
const isWorth = ({ remaining, usedPercent }: Part): boolean =>
  remaining !== undefined || usedPercent !== undefined
