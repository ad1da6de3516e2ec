import { describe, expect, it } from 'vitest'
import type { Login } from '../../../src/main/accounts/types.ts'
import { LOGIN_PROVIDERS, renewsLogin } from '../../../src/main/oauth/login-providers.ts'
import { openHarness } from '../accounts/harness.ts'

const login = (over: Partial<Login> = {}): Login => ({
  ...{ type: 'oauth', access: 'a', refresh: 'r', expires: 1, accountId: 'myorg-account' },
  ...over,
})

describe('logins', () => {
  it('are renewed where OpenCode renews them', async () => {
    const h = await openHarness()
    const withLogin = h.catalog
      .providers()
      .filter(({ methods }) => methods.some(({ type }) => type === 'oauth'))
    const byId = Object.fromEntries(withLogin.map(({ id }) => [id, renewsLogin(id, login())]))
    expect(byId).toEqual({
      digitalocean: false,
      'github-copilot': false,
      gitlab: true,
      openai: true,
      poe: false,
      'snowflake-cortex': true,
      xai: true,
    })
    h.close()
  })

  it('are not renewed without what that takes', () => {
    expect(renewsLogin('openai', login({ refresh: '' }))).toBe(false)
    expect(renewsLogin('constructor', login())).toBe(false)
    const { accountId: _, ...nobody } = login()
    expect(renewsLogin('openai', nobody)).toBe(true)
    expect(renewsLogin('snowflake-cortex', nobody)).toBe(false)
    // No account may lead a refresh token to another host.
    for (const accountId of ['', 'evil.test/', 'evil.test#', 'a@evil.test', 'a:1', '.x', 'a b'])
      expect(renewsLogin('snowflake-cortex', login({ accountId }))).toBe(false)
  })

  it('go to https addresses', () => {
    const urls = Object.values(LOGIN_PROVIDERS).map((one) => one.endpoint(login(), {}))
    expect(urls).toEqual([
      'https://gitlab.com/oauth/token',
      'https://auth.openai.com/oauth/token',
      'https://myorg-account.snowflakecomputing.com/oauth/token-request',
      'https://auth.x.ai/oauth2/token',
    ])
    const gitLab = (GITLAB_INSTANCE_URL: string) =>
      LOGIN_PROVIDERS.gitlab?.endpoint(login(), { GITLAB_INSTANCE_URL })
    expect(gitLab('https://git.mine.test/sub/')).toBe('https://git.mine.test/oauth/token')
    expect(gitLab('http://git.mine.test')).toBeUndefined()
    expect(gitLab('nothing')).toBeUndefined()
  })
})
