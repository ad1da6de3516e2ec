import { createHash, createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto'

/** Passwords derived from the installation's secret, so that none has to be stored. */
export interface Tokens {
  /** The proxy password of a project. */
  proxy(projectId: string): string
  /** The password of a project's OpenCode server. */
  server(projectId: string): string
  /**
   * The project of a `Proxy-Authorization` value, or undefined. It does the same work whatever was wrong, so the time
   * it takes tells a guesser nothing. `connection` is what it came by.
   */
  projectOf(
    authorization: string | undefined,
    exists: (projectId: string) => boolean,
    connection: object,
  ): string | undefined
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** The user and password of a Basic login; empty strings when it is not one. */
function readBasic(authorization: string): { user: string; password: string } {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization)?.[1] ?? ''
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0
    ? { user: '', password: '' }
    : { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** Right logins that are remembered: a client may write the same one in more than one way. */
const MOST_REMEMBERED = 1000

/**
 * Right logins are remembered by their digest, for deriving a password takes longer than all else about a request. Whoever
 * guesses knows nothing of a digest's neighbours, so looking one up tells him no more than the answer does. On the
 * connection that a right login came by it is compared as it is: whoever sends there knows it already.
 */
export function createTokens(secret: Buffer): Tokens {
  const key = createSecretKey(secret)
  const right = new Map<string, string>()
  const byConnection = new WeakMap<object, { readonly authorization: string; readonly projectId: string }>()
  const remember = (login: string, projectId: string): void => {
    if (right.size >= MOST_REMEMBERED) right.clear()
    right.set(login, projectId)
  }
  const derive = (purpose: string, projectId: string): string =>
    createHmac('sha256', key).update(`${purpose}\0${projectId}`).digest('base64url')
  const proxy = (projectId: string): string => derive('proxy-login', projectId)
  const find = (authorization: string, exists: (projectId: string) => boolean): string | undefined => {
    const login = hash('sha256', authorization, 'base64')
    const before = right.get(login)
    if (before !== undefined) return exists(before) ? before : undefined
    const { user, password } = readBasic(authorization)
    const matches = timingSafeEqual(digest(password), digest(proxy(user)))
    const known = exists(user)
    if (matches) remember(login, user)
    return matches && known ? user : undefined
  }
  return {
    proxy,
    server: (projectId) => derive('server-password', projectId),
    projectOf(authorization = '', exists, connection) {
      const same = byConnection.get(connection)
      if (same?.authorization === authorization) return exists(same.projectId) ? same.projectId : undefined
      const projectId = find(authorization, exists)
      if (projectId !== undefined) byConnection.set(connection, { authorization, projectId })
      return projectId
    },
  }
}
