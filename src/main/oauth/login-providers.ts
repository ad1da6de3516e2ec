import type { Login } from '../accounts/types.ts'

/**
 * How logins are renewed, as data. Every fact is from OpenCode 1.18.33's own plugins, which made these logins: a token can be
 * renewed only by the client it was given to. All of them post a form (RFC 6749 §6) without a scope. Client ids are public.
 *
 * Not here, because there is nothing to exchange: GitHub Copilot (its login has no end), Poe (an API key under both names,
 * good for a time) and DigitalOcean (a token of the implicit grant, which OpenCode stores as a key).
 */
export interface LoginProvider {
  /**
   * Where refresh tokens are exchanged, an https address; undefined when the login does not say. `instance` is the field of an
   * account on a server of its own.
   */
  endpoint(login: Login, fields: Readonly<Record<string, string>>): string | undefined
  readonly clientId: string
  /** As public as the client's id, and sent with it as a Basic login. */
  readonly clientSecret?: string
  /** Seconds a new access token lives when the answer does not say. */
  readonly lifetime: number
  /** The vendor's id of the account, where the new tokens tell it. */
  accountId?(tokens: Tokens): string | undefined
}

/** What a vendor's answer has that may tell whose it is. */
export interface Tokens {
  readonly access: string
  readonly idToken: string | undefined
}

const HOUR = 3600
/** What Snowflake calls an account is the first part of a host name. */
const SNOWFLAKE = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?$/

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** A token's claims, unchecked: they come over TLS from the vendor itself, and say no more than whose account it is. */
function claimsOf(token: string | undefined): Record<string, unknown> {
  const parts = token?.split('.') ?? []
  if (parts.length !== 3) return {}
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'))
    return isObject(claims) ? claims : {}
  } catch {
    return {}
  }
}

function chatGptAccount(token: string | undefined): string | undefined {
  const claims = claimsOf(token)
  const own = claims['https://api.openai.com/auth']
  const [organization] = Array.isArray(claims.organizations) ? claims.organizations : []
  const found = [
    claims.chatgpt_account_id,
    isObject(own) ? own.chatgpt_account_id : undefined,
    isObject(organization) ? organization.id : undefined,
  ]
  return found.find((id): id is string => typeof id === 'string' && id !== '')
}

function gitLab(instance: string | undefined): string | undefined {
  const base = instance === undefined || instance === '' ? 'https://gitlab.com' : instance
  const url = URL.canParse(base) ? new URL(base) : undefined
  return url?.protocol === 'https:' ? `${url.origin}/oauth/token` : undefined
}

export const LOGIN_PROVIDERS: Readonly<Record<string, LoginProvider>> = {
  gitlab: {
    endpoint: (_, { GITLAB_INSTANCE_URL }) => gitLab(GITLAB_INSTANCE_URL),
    clientId: '1d89f9fdb23ee96d4e603201f6861dab6e143c5c3c00469a018a2d94bdc03d4e',
    lifetime: 2 * HOUR,
  },
  // ChatGPT, for Codex.
  openai: {
    endpoint: () => 'https://auth.openai.com/oauth/token',
    clientId: 'app_EMoamEEZ73f0CkXaXp7hrann',
    lifetime: HOUR,
    accountId: ({ idToken, access }) => chatGptAccount(idToken) ?? chatGptAccount(access),
  },
  'snowflake-cortex': {
    endpoint: ({ accountId = '' }) =>
      SNOWFLAKE.test(accountId)
        ? `https://${accountId}.snowflakecomputing.com/oauth/token-request`
        : undefined,
    clientId: 'LOCAL_APPLICATION',
    clientSecret: 'LOCAL_APPLICATION',
    lifetime: 600,
  },
  xai: {
    endpoint: () => 'https://auth.x.ai/oauth2/token',
    clientId: 'b1a00492-073a-47ea-816f-4c329264a828',
    lifetime: HOUR,
  },
}

/** Whether such a login can be renewed. Its account's fields may still lead nowhere. */
export function renewsLogin(providerId: string, login: Login): boolean {
  const known = Object.hasOwn(LOGIN_PROVIDERS, providerId) ? LOGIN_PROVIDERS[providerId] : undefined
  return login.refresh !== '' && known?.endpoint(login, {}) !== undefined
}
