import { describe, expect, it } from 'vitest'
import type { Login } from '../../../src/main/accounts/types.ts'
import { exchangeToken } from '../../../src/main/oauth/exchange-token.ts'
import { LOGIN_PROVIDERS } from '../../../src/main/oauth/login-providers.ts'
import type { UpstreamCall } from '../../../src/main/upstream-call.ts'

const LOGIN: Login = {
  type: 'oauth',
  access: 'access-1',
  refresh: 'refresh-1',
  expires: 1,
  accountId: 'org-acct',
}

async function exchange(status: number, text: string, id = 'openai') {
  const calls: UpstreamCall[] = []
  const provider = LOGIN_PROVIDERS[id]
  const url = provider?.endpoint(LOGIN, {})
  if (provider === undefined || url === undefined) throw new Error(`no such provider: ${id}`)
  const came = await exchangeToken(
    async (call) => {
      calls.push(call)
      return { status, headers: {}, text }
    },
    { provider, url, login: LOGIN },
    () => 1000,
  )
  return { came, calls }
}

const token = (claims: unknown): string =>
  `eyJh.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`

describe('what a vendor says to a refresh token', () => {
  /** The shapes are RFC 6749's §5.2 and those OpenAI, GitLab and Snowflake answer with. */
  it.each<[number, unknown, string, string]>([
    [400, { error: 'invalid_grant', error_description: 'revoked' }, 'refusal', 'invalid_grant'],
    [400, { error: 'invalid_grant' }, 'refusal', 'invalid_grant'],
    [403, { error: 'unauthorized_client' }, 'refusal', 'unauthorized_client'],
    [401, { error: 'invalid_client' }, 'refusal', 'invalid_client'],
    [401, { error: { code: 'refresh_token_reused', message: 'x' } }, 'refusal', 'refresh_token_reused'],
    [401, { error: { code: 'refresh_token_expired' } }, 'refusal', 'refresh_token_expired'],
    [400, { error: { code: 'refresh_token_invalidated' } }, 'refusal', 'refresh_token_invalidated'],
    [401, { detail: 'Unauthorized' }, 'refusal', ''],
    // What could be a token that is sent back is not repeated.
    [401, { error: 'refresh-1' }, 'refusal', ''],
    [
      400,
      { error: 'invalid_request' },
      'trouble',
      'auth.openai.com answered with an error (400: invalid_request).',
    ],
    [
      400,
      { error: 'invalid_scope' },
      'trouble',
      'auth.openai.com answered with an error (400: invalid_scope).',
    ],
    [429, { error: 'slow_down' }, 'trouble', 'auth.openai.com answered with an error (429: slow_down).'],
    [
      500,
      { error: 'server_error' },
      'trouble',
      'auth.openai.com answered with an error (500: server_error).',
    ],
    [
      503,
      { error: 'invalid_grant' },
      'trouble',
      'auth.openai.com answered with an error (503: invalid_grant).',
    ],
    [302, {}, 'trouble', 'auth.openai.com answered with an error (302).'],
    [403, {}, 'trouble', 'auth.openai.com answered with an error (403).'],
  ])('%i %j: %s', async (status, body, kind, said) => {
    const { came } = await exchange(status, JSON.stringify(body))
    expect(came).toEqual(
      kind === 'refusal' ? { came: 'refusal', code: said } : { came: 'trouble', problem: said },
    )
  })

  it.each([
    [401, '<html>Log in to the company proxy</html>'],
    [403, '<html>Blocked</html>'],
    [200, '<html>Log in to the company proxy</html>'],
    [200, '{}'],
    [200, '{"access_token":""}'],
    [200, '{"access_token":"a b"}'],
    [200, '{"error":"invalid_grant"}'],
  ])('%i %s says nothing of the login', async (status, text) => {
    expect((await exchange(status, text)).came.came).toBe('trouble')
  })
})

describe('new tokens', () => {
  const renewed = async (answer: object, id = 'openai'): Promise<Login> => {
    const { came } = await exchange(200, JSON.stringify({ access_token: 'access-2', ...answer }), id)
    if (came.came !== 'tokens') throw new Error(came.came)
    return came.login
  }

  it.each<[unknown, number]>([
    [600, 601_000],
    ['600', 601_000],
    [undefined, 3_601_000],
    [0, 3_601_000],
    [-5, 3_601_000],
    ['soon', 3_601_000],
    [null, 3_601_000],
    [1e300, 3_601_000],
  ])('that end in %j seconds', async (expires_in, expires) => {
    expect((await renewed({ expires_in })).expires).toBe(expires)
  })

  it('are not lost over a field that is not as it should be', async () => {
    const answer = { refresh_token: null, id_token: 5, token_type: 'odd', scope: [] }
    expect(await renewed(answer)).toEqual({ ...LOGIN, access: 'access-2', expires: 3_601_000 })
  })

  it('of ChatGPT tell whose they are', async () => {
    const auth = { 'https://api.openai.com/auth': { chatgpt_account_id: 'acct-a' } }
    expect((await renewed({ id_token: token({ chatgpt_account_id: 'acct-b' }) })).accountId).toBe('acct-b')
    expect((await renewed({ id_token: token(auth) })).accountId).toBe('acct-a')
    expect((await renewed({ access_token: token(auth) })).accountId).toBe('acct-a')
    expect((await renewed({ id_token: token({ organizations: [{ id: 'org-1' }] }) })).accountId).toBe('org-1')
    for (const id_token of ['x', 'a.b.c', token(5), token({ organizations: [5] })])
      expect((await renewed({ id_token })).accountId).toBe('org-acct')
    expect((await renewed({ id_token: token(auth) }, 'xai')).accountId).toBe('org-acct')
  })
})

describe('the question', () => {
  it('is a form with the public client’s id', async () => {
    const { calls } = await exchange(200, '{}', 'xai')
    expect(calls).toEqual([
      {
        method: 'POST',
        url: 'https://auth.x.ai/oauth2/token',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
          'user-agent': 'Berth',
        },
        body: 'grant_type=refresh_token&refresh_token=refresh-1&client_id=b1a00492-073a-47ea-816f-4c329264a828',
        timeoutMs: 20_000,
      },
    ])
  })

  it('to Snowflake has its client’s Basic login', async () => {
    const { calls } = await exchange(200, '{}', 'snowflake-cortex')
    const basic = Buffer.from('LOCAL_APPLICATION:LOCAL_APPLICATION').toString('base64')
    expect(calls).toMatchObject([
      {
        url: 'https://org-acct.snowflakecomputing.com/oauth/token-request',
        headers: { authorization: `Basic ${basic}` },
      },
    ])
  })
})
