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
/** OpenCode's ids have some thirty characters; a client may send any. */
const LONGEST = 200

export function createAffinity(now: () => number): Affinity {
  const sessions = new Map<string, { accountId: string; at: number }>()
  /** Makes room: those that are over, or else the one that has been there for longest. */
  const makeRoom = (): void => {
    const before = now() - KEPT_MS
    for (const [session, { at }] of sessions) if (at < before) sessions.delete(session)
    if (sessions.size > MOST) sessions.delete(sessions.keys().next().value ?? '')
  }
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
      if (session === undefined || session.length > LONGEST) return
      const known = sessions.get(session)
      if (known === undefined) {
        sessions.set(session, { accountId, at: now() })
        if (sessions.size > MOST) makeRoom()
        return
      }
      known.accountId = accountId
      known.at = now()
    },
    clear: () => sessions.clear(),
  }
}
