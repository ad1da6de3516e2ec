import { retryHint } from './hints.ts'
import type { ErrorAnswer, Failure, FailureKind } from './types.ts'
import { type ErrorWords, errorWords, saidOf } from './words.ts'

/**
 * Which kind of failure an answer tells of. The words come first, for vendors differ in the status they give: a used up
 * account is a 429 at OpenAI, a 402 at OpenRouter and a 400 at Anthropic. Sources stand beside each group.
 */

interface Rule {
  readonly kind: FailureKind
  /** One of these among the error's machine-readable words. */
  readonly tag?: RegExp
  readonly message?: RegExp
  /** Only for these statuses. Absent: any. */
  readonly status?: readonly number[]
}

const RULES: readonly Rule[] = [
  // platform.claude.com "Errors": overloaded_error is 529, and at times 429. Moonshot: engine_overloaded_error (429).
  {
    kind: 'overloaded',
    tag: /^(?:engine_)?overloaded(?:_error)?$|^model_overloaded$|^slow_down$|^modelnotreadyexception/,
  },
  // platform.openai.com "Error codes": four billing codes share the type insufficient_quota.
  {
    kind: 'quota',
    tag: /^(?:insufficient_quota|credit_balance_exhausted|billing_error|billing_hard_limit_reached|(?:organization|project)_(?:spend|usage)_limit_exceeded)$/,
  },
  // ChatGPT: usage_limit_reached. Moonshot: exceeded_current_quota_error. OpenRouter: limit_source. AWS: service quotas.
  {
    kind: 'quota',
    tag: /^(?:usage_limit_reached|usage_not_included|exceeded_current_quota_error|insufficient_(?:balance|credits|user_quota)|openrouter_(?:credits|key_limit)|servicequotaexceededexception|quota_exceeded|quotaexceeded)/,
  },
  // ai.google.dev "Rate limits": the id of a daily quota ends in PerDay…; one per minute is a rate.
  { kind: 'quota', tag: /perday/ },
  { kind: 'rate', tag: /perminute/ },
  // Anthropic answers an empty balance and a workspace's limit with 400 invalid_request_error.
  {
    kind: 'quota',
    message:
      /credit balance is too low|reached your specified (?:workspace )?API usage limits|used all available credits|monthly spending limit|insufficient (?:balance|credit|funds)|exceeded your monthly included credits|plan's usage limit|out of credits/i,
  },
  // Groq and OpenAI name daily limits in the sentence: "on tokens per day (TPD)".
  {
    kind: 'quota',
    status: [429],
    message:
      /(?:tokens|requests) per (?:day|month)|\((?:TPD|RPD)\)|calls ?\/ ?month|daily limit|weekly limit/i,
  },
  // ai.google.dev: a wrong key is a 400 with the reason API_KEY_INVALID. AWS: expired or unknown tokens are 403.
  {
    kind: 'auth',
    tag: /^(?:api_key_invalid|authentication_error|invalid_authentication_error|invalid_api_key|account_deactivated|unauthenticated|unrecognizedclientexception|expiredtoken(?:exception)?|invalidsignatureexception|token_expired|token_revoked|access_token_expired)/,
  },
  {
    kind: 'auth',
    status: [400, 401, 403],
    message:
      /api[ _-]?key (?:not valid|is invalid|expired|was reported as leaked|has been (?:disabled|revoked))|(?:invalid|incorrect|expired|revoked)[ _-](?:x-)?(?:api[ _-]?key|access[ _-]?token|authentication|credentials?)|organization has been disabled|bearer token has expired/i,
  },
  // openrouter.ai "Errors": a 403 is a flagged input too, which every account would be told.
  { kind: 'bad_request', status: [403], message: /moderation|flagged/i },
  { kind: 'rate', status: [403], tag: /^(?:ratelimitexceeded|userratelimitexceeded)$/ },
]

type Repeats = NonNullable<ErrorAnswer['repeats']>

/** Different words of a message that one rule looks at: a vendor may repeat some and say others itself. */
const MOST_WORDS = 5

function wordsIn(message: string, pattern: RegExp): string[] {
  const found = new Set<string>()
  for (const [words] of message.matchAll(new RegExp(pattern, 'gi'))) {
    found.add(words.toLowerCase())
    if (found.size === MOST_WORDS) break
  }
  return [...found]
}

function matches(rule: Rule, status: number, { tags, message }: ErrorWords, repeats: Repeats): boolean {
  if (rule.status !== undefined && !rule.status.includes(status)) return false
  if (rule.tag !== undefined && tags.some((tag) => rule.tag?.test(tag))) return true
  return rule.message !== undefined && wordsIn(message, rule.message).some((words) => !repeats(words))
}

/** By the status alone: RFC 9110, and 529 as Anthropic uses it. Undefined for one that is no failure. */
function kindOfStatus(status: number): FailureKind | undefined {
  if (status < 400) return undefined
  switch (status) {
    case 401:
      return 'auth'
    case 402:
      return 'quota'
    case 403:
      return 'forbidden'
    case 408:
      return 'server'
    case 429:
      return 'rate'
    case 503:
    case 529:
      return 'overloaded'
    default:
      return status >= 500 ? 'server' : 'bad_request'
  }
}

/** A 5xx is the vendor's own whatever it says, unless it names the account's quota or credential. */
function kindOf(status: number, words: ErrorWords, repeats: Repeats): FailureKind {
  const byStatus = kindOfStatus(status) ?? 'server'
  const rule = RULES.find((one) => matches(one, status, words, repeats))
  return rule?.kind ?? byStatus
}

/**
 * Reads a failed answer of any wire format.
 * @param now milliseconds since the epoch
 */
export function readFailure(answer: ErrorAnswer, now: number): Failure {
  const { status, headers, body, repeats = () => false } = answer
  const words = errorWords(body)
  const kind = kindOf(status, words, repeats)
  const hint = retryHint(headers, words, now, repeats)
  return {
    kind,
    status,
    ...(hint === undefined ? {} : { retryAfterMs: Math.min(Math.ceil(hint), Number.MAX_SAFE_INTEGER) }),
    said: saidOf(words),
  }
}

/** No answer came, or it broke off. */
export const networkFailure = (said: string): Failure => ({ kind: 'network', said })
