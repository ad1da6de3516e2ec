import type { Account } from '../../../preload/accounts.ts'
import type { FailureKind } from '../failure/types.ts'
import type { Standing } from './standing.ts'

/** Sentences about accounts that cool, as people read them. */

export const KIND_WORDS: Readonly<Record<FailureKind, string>> = {
  quota: 'quota',
  rate: 'rate limit',
  auth: 'login refused',
  forbidden: 'not allowed',
  overloaded: 'overloaded',
  server: 'server error',
  bad_request: 'bad request',
  network: 'no answer',
}

/** `41 s`, `4 min`, `2 h 10 min`: rounded up, so that nothing is said to be over before it is. */
export function waitText(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 120) return `${minutes} min`
  const rest = minutes % 60
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`
}

/** `OpenAI said: slow down.` */
function saidText(name: string, said: string): string {
  if (said === '') return ''
  return ` ${name} said: ${said}${/[.!?…]$/.test(said) ? '' : '.'}`
}

/** No account of a provider can be used now. `ms`: until the first is free. */
export function limitedText(
  name: string,
  { reason, said }: { reason: string; said: string },
  ms?: number,
): string {
  const free = ms === undefined ? '' : ` The first is free in ${waitText(ms)}.`
  return `No account of ${name} can be used now: ${reason}${free}${saidText(name, said)}`
}

/** `work-1 cooling 41 s, quota`. */
export function coolingText(account: Account, standing: Standing, now: number): string | undefined {
  const { cooling } = standing
  if (cooling === undefined) return undefined
  if (cooling.until <= now) return `${account.label} is being tried again`
  return `${account.label} cooling ${waitText(cooling.until - now)}, ${KIND_WORDS[cooling.kind]}`
}
