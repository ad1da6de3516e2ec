import type { ConnectionVerdict } from '../../preload/accounts.ts'
import type { UpstreamAnswer } from '../upstream-call.ts'
import type { Outcome } from './session.ts'
import { readAnswer } from './verdict.ts'

/** What a test came to, before it is put into words. */
export interface Finding {
  readonly verdict: ConnectionVerdict
  /** The last answer, when one came. */
  readonly answer?: UpstreamAnswer
  /** The vendor's own words, not cleaned yet. */
  readonly words: string
  /** What went wrong on the way, as a sentence. */
  readonly problem?: string
  /** Completes "<vendor> says that …". */
  readonly says?: string
  readonly hint?: Hint
}

export type Hint =
  /** The server asks for no key, or takes any. */
  | 'keyless'
  /** The key was taken, but so might another one be. */
  | 'unproven'
  | 'web_page'
  | 'moved'
  /** The name of a host that has a field of the account in it was not found, or nothing is there. */
  | 'field'

const isPage = ({ text, headers }: UpstreamAnswer): boolean =>
  /^\s*<(?:!doctype|html)/i.test(text) || /text\/html/.test(headers['content-type'] ?? '')

/** Reads how a call went. `accepted`: see `readAnswer`. */
export function findingOf(outcome: Outcome, accepted: readonly number[] = []): Finding {
  if ('error' in outcome) {
    const { error } = outcome
    if (error === undefined)
      return { verdict: 'unreachable', words: '', problem: 'No answer came in time. Try again later.' }
    const verdict = error.code === 'provider_unreachable' ? 'unreachable' : 'unclear'
    return { verdict, words: '', problem: error.message }
  }
  const { answer } = outcome
  const { verdict, words } = readAnswer(answer, accepted)
  if (verdict === 'unclear') {
    if (answer.status >= 300 && answer.status < 400) return { verdict, words: '', answer, hint: 'moved' }
    if (isPage(answer) && answer.status < 500) return { verdict, words: '', answer, hint: 'web_page' }
  }
  return { verdict, words, answer }
}

/** True when nothing answered because the host's name is not known. */
export function isUnknownName(outcome: Outcome): boolean {
  return 'error' in outcome && outcome.error?.data?.system === 'ENOTFOUND'
}
