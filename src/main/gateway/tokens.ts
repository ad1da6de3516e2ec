import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** Passwords derived from the installation's secret, so that none has to be stored. */
export interface Tokens {
  /** The proxy password of a project. */
  proxy(projectId: string): string
  /** The password of a project's OpenCode server. */
  server(projectId: string): string
  /**
   * The project of a `Proxy-Authorization` value, or undefined. It does the same work whatever was wrong, so the time
   * it takes tells a guesser nothing.
   */
  projectOf(authorization: string | undefined, exists: (projectId: string) => boolean): string | undefined
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

export function createTokens(secret: Buffer): Tokens {
  const derive = (purpose: string, projectId: string): string =>
    createHmac('sha256', secret).update(`${purpose}\0${projectId}`).digest('base64url')
  const proxy = (projectId: string): string => derive('proxy-login', projectId)
  return {
    proxy,
    server: (projectId) => derive('server-password', projectId),
    projectOf(authorization, exists) {
      const { user, password } = readBasic(authorization ?? '')
      const matches = timingSafeEqual(digest(password), digest(proxy(user)))
      const known = exists(user)
      return matches && known ? user : undefined
    },
  }
}
