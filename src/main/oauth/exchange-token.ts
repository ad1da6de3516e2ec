import { z } from 'zod'
import { checkLogin } from '../accounts/key.ts'
import type { Login } from '../accounts/types.ts'
import type { CallUpstream, UpstreamAnswer } from '../upstream-call.ts'
import type { LoginProvider } from './login-providers.ts'

/** What came of asking a vendor for new tokens. */
export type Exchanged =
  | { readonly came: 'tokens'; readonly login: Login }
  /** The vendor does not renew this login any more. `code` is its word for why; may be empty. */
  | { readonly came: 'refusal'; readonly code: string }
  /** Nothing can be said of the login. `problem` completes "… could not be renewed: ". */
  | { readonly came: 'trouble'; readonly problem: string }

/** For the whole of it. A request of a project may be waiting. Milliseconds. */
const TIMEOUT = 20_000
/** Ten years: what is longer is no lifetime. Seconds. */
const LONGEST_LIFE = 315_360_000

/** A field that is not as it should be is left out rather than the tokens lost with it: the old ones may be spent. */
const answered = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional().catch(undefined),
  id_token: z.string().optional().catch(undefined),
  expires_in: z.coerce.number().positive().max(LONGEST_LIFE).optional().catch(undefined),
})

/** RFC 6749 §5.2 has `error` as a word; OpenAI has an object there with a `code` in it. Too plain to be a token sent back. */
const word = z.string().regex(/^[a-z_]{1,40}$/)
const refused = z.object({ error: z.union([word, z.object({ code: word }).transform(({ code }) => code)]) })

/** Words that mean the end of a login: RFC 6749's, and OpenAI's, as its own Codex reads them. */
const DEAD: ReadonlySet<string> = new Set([
  'invalid_grant',
  'invalid_client',
  'unauthorized_client',
  'refresh_token_expired',
  'refresh_token_reused',
  'refresh_token_invalidated',
])

function jsonOf({ text }: UpstreamAnswer): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A vendor's 401 ends a login whatever it says, as OpenAI's Codex and GitLab's plugin have it; a web page's says nothing. */
function readRefusal({ status }: UpstreamAnswer, body: unknown, host: string): Exchanged {
  const code = refused.safeParse(body).data?.error ?? ''
  const isJson = typeof body === 'object' && body !== null
  if ((status >= 400 && status < 500 && DEAD.has(code)) || (status === 401 && isJson))
    return { came: 'refusal', code }
  const said = code === '' ? `${status}` : `${status}: ${code}`
  return { came: 'trouble', problem: `${host} answered with an error (${said}).` }
}

function readTokens(body: unknown, before: Login, provider: LoginProvider, at: number): Login | undefined {
  const { data } = answered.safeParse(body)
  if (data === undefined) return undefined
  const { access_token: access, refresh_token: refresh = before.refresh } = data
  const accountId = provider.accountId?.({ access, idToken: data.id_token }) ?? before.accountId
  const expires = at + (data.expires_in ?? provider.lifetime) * 1000
  try {
    checkLogin({ access, refresh })
  } catch {
    return undefined
  }
  return { type: 'oauth', access, refresh, expires, ...(accountId === undefined ? {} : { accountId }) }
}

function formOf({ refresh }: Login, { clientId }: LoginProvider): string {
  return new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: refresh,
    client_id: clientId,
  }).toString()
}

function headersOf({ clientId, clientSecret }: LoginProvider): Record<string, string> {
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
  return {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
    'user-agent': 'Berth',
    ...(clientSecret === undefined ? {} : { authorization: `Basic ${basic}` }),
  }
}

/**
 * Exchanges a login's refresh token for new tokens, once. A redirect is not followed. What it answers says nothing of a
 * token. Throws what `call` throws.
 * @param url an https address
 */
export async function exchangeToken(
  call: CallUpstream,
  { provider, url, login }: { readonly provider: LoginProvider; readonly url: string; readonly login: Login },
  now: () => number,
): Promise<Exchanged> {
  // From before it was asked: a token is taken for ended rather too soon.
  const at = now()
  const { host } = new URL(url)
  const answer = await call({
    method: 'POST',
    url,
    headers: headersOf(provider),
    body: formOf(login, provider),
    timeoutMs: TIMEOUT,
  })
  const body = jsonOf(answer)
  if (answer.status !== 200) return readRefusal(answer, body, host)
  const renewed = readTokens(body, login, provider, at)
  if (renewed !== undefined) return { came: 'tokens', login: renewed }
  return { came: 'trouble', problem: `${host} answered in a way that Berth does not understand.` }
}
