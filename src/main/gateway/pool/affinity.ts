/**
 * Which account each OpenCode session uses, so that a vendor's prompt cache is not thrown away by a change. A session
 * that is not heard of for a while has lost its cache anyway.
 */
export interface Affinity {
  of(session: string | undefined): string | undefined
  keep(session: string | undefined, accountId: string): void
  clear(): void
}

/** Vendors keep caches for five minutes to an hour. */
const KEPT_MS = 60 * 60_000
const MOST = 5000

export function createAffinity(now: () => number): Affinity {
  const sessions = new Map<string, { readonly accountId: string; readonly at: number }>()
  return {
    of(session) {
      if (session === undefined) return undefined
      const known = sessions.get(session)
      if (known === undefined) return undefined
      if (now() - known.at <= KEPT_MS) return known.accountId
      sessions.delete(session)
      return undefined
    },
    keep(session, accountId) {
      if (session === undefined) return
      // Put last, so that the first is the one that was not heard of for longest.
      sessions.delete(session)
      sessions.set(session, { accountId, at: now() })
      if (sessions.size > MOST) sessions.delete(sessions.keys().next().value ?? '')
    },
    clear: () => sessions.clear(),
  }
}
