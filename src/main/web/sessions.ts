import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** A signed-in browser as it is kept: only a hash of its cookie, so that the file is worth nothing to a reader. */
export interface StoredSession {
  /** SHA-256 of the cookie's value, in hex. */
  readonly hash: string
  readonly createdAt: number
}

/** Where sessions outlive Berth. */
export interface SessionStore {
  load(): Promise<readonly StoredSession[]>
  save(sessions: readonly StoredSession[]): Promise<void>
}

/** Who may use the browser surface: one-time login tokens and the sessions they are exchanged for. */
export interface Sessions {
  /** Makes the only valid login token; an older unused one ends. */
  newToken(): string
  /** Exchanges a token for a cookie value, once. Undefined when the token is wrong or used. */
  exchange(token: string): Promise<string | undefined>
  isValid(cookie: string | undefined): boolean
}

/** Browsers kept signed in; the oldest goes first. */
const MAX_SESSIONS = 20
const MAX_AGE_MS = 90 * 24 * 60 * 60 * 1000

/** 32 random bytes, as text that may stand in an address and in a cookie. */
function secret(): string {
  return randomBytes(32).toString('base64url')
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Compares hashes, so that neither length nor content shows in the time it takes. */
function same(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b))
}

/** Loads the kept sessions. A session store that fails to load throws what it throws. */
export async function createSessions(deps: {
  readonly store?: SessionStore
  readonly now?: () => number
}): Promise<Sessions> {
  const now = deps.now ?? Date.now
  const fresh = (session: StoredSession) => now() - session.createdAt < MAX_AGE_MS
  let sessions = ((await deps.store?.load()) ?? []).filter(fresh)
  let token: string | undefined

  return {
    newToken: () => {
      token = secret()
      return token
    },
    exchange: async (given) => {
      if (token === undefined || !same(given, token)) return undefined
      token = undefined
      const cookie = secret()
      const session = { hash: sha256(cookie).toString('hex'), createdAt: now() }
      sessions = [...sessions.filter(fresh), session].slice(-MAX_SESSIONS)
      await deps.store?.save(sessions)
      return cookie
    },
    isValid: (cookie) => {
      if (cookie === undefined) return false
      const hash = sha256(cookie)
      return sessions.some(
        (session) => fresh(session) && timingSafeEqual(Buffer.from(session.hash, 'hex'), hash),
      )
    },
  }
}
