import type { Route } from '../../../../preload/shapes.ts'

/**
 * True for a connection that has nothing to do with an account: what OpenCode and the agent's tools fetch by themselves.
 * What was refused is never one: somebody should see it.
 */
export function isOther(route: Route): boolean {
  const anonymous = route.accountId === undefined && route.providerId === undefined
  return anonymous && route.outcome !== 'refused'
}

/** A line of the list: a request, or the other connections in one. */
export type Line =
  | { readonly kind: 'request'; readonly id: string; readonly route: Route }
  | { readonly kind: 'others'; readonly id: 'others'; readonly count: number }
  | { readonly kind: 'other'; readonly id: string; readonly route: Route }

/** Requests first, newest first; the others after them, as one line that opens. */
export function linesOf(routes: readonly Route[], open: boolean): Line[] {
  const others = routes.filter(isOther)
  const lines: Line[] = routes
    .filter((route) => !isOther(route))
    .map((route) => ({ kind: 'request', id: route.id, route }))
  if (others.length > 0) lines.push({ kind: 'others', id: 'others', count: others.length })
  if (open) lines.push(...others.map((route): Line => ({ kind: 'other', id: route.id, route })))
  return lines
}

export interface Outcome {
  readonly word: string
  readonly tone: 'ok' | 'trouble' | 'muted'
}

/** How a request ended, in a word: the status where one came back. */
export function outcomeOf(route: Route): Outcome {
  const { outcome, status } = route
  if (outcome === 'refused') return { word: 'refused', tone: 'trouble' }
  if (outcome === 'failed') return { word: 'failed', tone: isOther(route) ? 'muted' : 'trouble' }
  if (outcome === 'tunnelled') return { word: 'not read', tone: 'muted' }
  if (outcome === 'aborted') return { word: 'broken off', tone: 'muted' }
  if (status === undefined) return { word: 'under way', tone: 'muted' }
  return { word: String(status), tone: status < 400 ? 'ok' : 'trouble' }
}
