import type { ConnectionVerdict } from '../../preload/accounts.ts'
import type { UpstreamAnswer } from '../upstream-call.ts'
import { at, parseJson, textAt } from './json.ts'

/** What one answer says about the credential that was on the request. */
export interface Reading {
  readonly verdict: ConnectionVerdict
  /** The vendor's own words, not cleaned yet; empty when there are none. */
  readonly words: string
}

/** Where vendors put an error's text. `error_description` is OAuth's (RFC 6750), `base_resp` MiniMax's. */
const MESSAGES = [
  'error.message',
  'error.error.message',
  'error_description',
  'message',
  'Message',
  'detail.message',
  'detail',
  'errors.0.message',
  'error.0.message',
  'base_resp.status_msg',
  'msg',
  'error',
]
const CODES = [
  'error.code',
  'error.type',
  'error.status',
  'error.details.0.reason',
  'code',
  'type',
  'errors.0.code',
  'base_resp.status_code',
]

const NO_CREDIT =
  /insufficient[_ ](?:account )?(?:quota|balance|credits?|funds)|exceeded_current_quota|(?:credits?|balance)\b[^.]{0,40}\b(?:too low|exhausted|insufficient|not enough|depleted|run out|used up|negative)|out of credits?|no (?:remaining )?credits?\b|creditserror|billing[_ ](?:hard[_ ]limit|not[_ ]active)|payment[_ ](?:required|method)|in arrears|spend(?:ing)?[_ ]limit|余额不足|欠费/i
const REGION =
  /unsupported_country|country, region,? or territory|location is not supported|not (?:available|supported) in your (?:country|region|location)|incorrect_hostname|(?:make|send) your request to [a-z]{2,4}\.|(?<!or )wrong[_ ](?:api )?region/i
const NETWORK =
  /ip_not_authorized|\bip\b[^.]{0,40}(?:not (?:authorized|allowed)|does not match|allow-?list)|network policy/i
const EXPIRED =
  /(?:key|token|credential|login|session)\b[^.]{0,40}\bexpired|expired[_ ](?:api[_ ])?(?:key|token)|api_key_expired|token_expired/i
const REVOKED =
  /(?:key|token|account|credential)s?\b[^.]{0,40}\b(?:revoked|disabled|deactivated|deleted|blocked|banned|suspended)|(?:revoked|disabled|deactivated)[_ ](?:api[_ ])?(?:key|token)|account_deactivated/i
/** "invalid or expired" says no more than "invalid". */
const UNSURE =
  /\bor\b[^.]{0,30}\b(?:expired|revoked|disabled|deleted)|(?:expired|revoked|disabled|deleted),? or\b/i
/** Beside 401: Gemini and xAI answer 400 to a wrong key, AWS and Databricks 403. */
const WRONG_KEY =
  /api[_ -]?key\b[^.]{0,30}\b(?:not valid|invalid|incorrect|not found|unknown|is valid)|(?:invalid|incorrect|wrong|unknown|bad|malformed)[_ -](?:x-)?(?:provided )?(?:api[_ -]?key|access[_ -]?token|bearer[_ -]?token|token|authentication|credentials?|subscription key)|api_key_invalid|authentication[_ ](?:error|failed)|unauthenticated|unauthori[sz]ed|format for authorization header/i
/** OpenAI's word for a limit on the whole account; other vendors copy it. */
const QUOTA = /insufficient_quota|exceeded_current_quota/i

function ofWords(said: string): ConnectionVerdict | undefined {
  if (NO_CREDIT.test(said)) return 'no_credit'
  if (REGION.test(said)) return 'wrong_region'
  if (NETWORK.test(said)) return 'forbidden'
  if (UNSURE.test(said)) return undefined
  if (EXPIRED.test(said)) return 'expired'
  return REVOKED.test(said) ? 'revoked' : undefined
}

/** MiniMax says 200 to everything and puts its status inside (platform.minimax.io, "Error codes"). */
const MINIMAX: Readonly<Record<string, ConnectionVerdict>> = {
  1002: 'rate_limited',
  1004: 'wrong_key',
  1008: 'no_credit',
  2049: 'wrong_key',
}

function ofSuccess(json: unknown, said: string): ConnectionVerdict {
  const inside = textAt(json, ['base_resp.status_code'])
  if (inside !== undefined && inside !== '0') return MINIMAX[inside] ?? 'unclear'
  if (typeof json !== 'object' || json === null) return 'unclear'
  const error = at(json, 'error')
  const failed = at(json, 'success') === false || (typeof error === 'object' && error !== null)
  if (!failed) return 'good'
  return ofWords(said) ?? (WRONG_KEY.test(said) ? 'wrong_key' : 'unclear')
}

function ofStatus(status: number, said: string): ConnectionVerdict {
  const worded = ofWords(said)
  switch (status) {
    case 401:
      return worded ?? 'wrong_key'
    case 402:
      return 'no_credit'
    case 403:
      return worded ?? (WRONG_KEY.test(said) ? 'wrong_key' : 'forbidden')
    case 429:
      // "Exceeded your quota" alone is a limit of a minute as well (Gemini), so only the code or a balance counts.
      return QUOTA.test(said) || worded === 'no_credit' ? 'no_credit' : 'rate_limited'
    default:
      if (status < 400 || status >= 500) return 'unclear'
      return worded ?? (WRONG_KEY.test(said) ? 'wrong_key' : 'unclear')
  }
}

/** What an error says of itself: its text for people, and that with its codes for a look by pattern. */
function speech(json: unknown, text: string): { words: string; said: string } {
  const words = textAt(json, MESSAGES) ?? (json === undefined && !/^\s*</.test(text) ? text : '')
  const codes = CODES.flatMap((path) => textAt(json, [path]) ?? [])
  return { words, said: [...codes, words].join(' ').slice(0, 2000) }
}

/**
 * Reads an answer. `accepted` are statuses that a question gets when its key is right and only the question itself is
 * refused: then the answer is good unless its words blame the key or the account.
 */
export function readAnswer(answer: UpstreamAnswer, accepted: readonly number[] = []): Reading {
  const json = parseJson(answer.text)
  const { words, said } = speech(json, answer.text)
  if (answer.status >= 200 && answer.status < 300) return { verdict: ofSuccess(json, said), words }
  const verdict = ofStatus(answer.status, said)
  const taken = verdict === 'unclear' && accepted.includes(answer.status)
  return { verdict: taken ? 'good' : verdict, words }
}
