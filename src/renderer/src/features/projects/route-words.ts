import type { Route, RouteAttempt } from '../../../../preload/shapes.ts'
import { duration, tokens } from '../../lib/format.ts'

const FAILURES: Readonly<Record<NonNullable<RouteAttempt['failure']>, string>> = {
  quota: 'quota used up',
  rate: 'rate limited',
  overloaded: 'vendor overloaded',
  server: 'vendor’s error',
  auth: 'login refused',
  forbidden: 'not allowed',
  bad_request: 'request refused',
  network: 'no answer',
}

/** A try in short: the status where one came, else what was wrong. */
const endOf = ({ status, failure }: RouteAttempt): string =>
  status !== undefined ? String(status) : failure === undefined ? 'under way' : FAILURES[failure]

/** `429 work → 200 home`; nothing where there was one try only. */
export function chainOf({ attempts = [] }: Pick<Route, 'attempts'>): string | undefined {
  if (attempts.length < 2) return undefined
  return attempts.map((attempt) => `${endOf(attempt)} ${attempt.accountLabel}`).join(' → ')
}

/** `work: 429, quota used up`. */
export function attemptWords(attempt: RouteAttempt): string {
  const { accountLabel, status, failure } = attempt
  const why = failure === undefined ? [] : [FAILURES[failure]]
  const parts = [...(status === undefined ? [] : [String(status)]), ...why]
  return `${accountLabel}: ${parts.length === 0 ? 'under way' : parts.join(', ')}`
}

/** `claude-sonnet-4-8 · 21.4k in, 812 out · first byte 840 ms`, as far as it is known. */
export function routeLine(route: Route): string {
  const { modelId, tokens: used, firstByteMs } = route
  const parts: string[] = []
  if (modelId !== undefined) parts.push(modelId)
  if (used !== undefined)
    parts.push(`${tokens(used.input + used.cacheRead + used.cacheWrite)} in, ${tokens(used.output)} out`)
  if (firstByteMs !== undefined) parts.push(`first byte ${duration(firstByteMs)}`)
  return parts.join(' · ')
}

/** What is shown once a request is opened: names and values. */
export function routeFacts(route: Route): (readonly [name: string, value: string])[] {
  const { modelId, tokens: used, firstByteMs, durationMs } = route
  const facts: (readonly [string, string])[] = []
  if (modelId !== undefined) facts.push(['Model', modelId])
  if (used !== undefined) {
    facts.push(['Input', `${tokens(used.input)} anew, ${tokens(used.cacheRead)} cached`])
    if (used.cacheWrite > 0) facts.push(['To the cache', tokens(used.cacheWrite)])
    const reasoning = used.reasoning > 0 ? `, ${tokens(used.reasoning)} of it reasoning` : ''
    facts.push(['Output', `${tokens(used.output)}${reasoning}`])
  }
  if (firstByteMs !== undefined) facts.push(['First byte', duration(firstByteMs)])
  if (durationMs !== undefined) facts.push(['Took', duration(durationMs)])
  return facts
}
