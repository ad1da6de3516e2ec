import type { RequestListener } from 'node:http'

/** What somebody has who signed in. */
export interface SignedIn {
  readonly access: string
  readonly refresh: string
}

/** A real OpenID provider, that gives a new refresh token with every renewal and ends a login whose old one comes again. */
export interface OpenId {
  readonly handler: RequestListener
  signIn(person: string): Promise<SignedIn>
  /** Ends a login from the vendor's side. */
  revoke(login: SignedIn): Promise<void>
  /** Whose access token it is, while it is good. */
  whose(access: string): Promise<string | undefined>
}

export function openIdProvider(issuer: string, clientId: string, tokenPath: string): OpenId
