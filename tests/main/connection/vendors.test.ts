import { describe, expect, it } from 'vitest'
import { VENDORS } from '../../../src/main/connection/vendors.ts'
import { CANARY, type Scripted, sharedCatalog, tryKey, unreachable } from './lab.ts'

const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  azure: { AZURE_RESOURCE_NAME: 'mine' },
  'azure-cognitive-services': { AZURE_COGNITIVE_SERVICES_RESOURCE_NAME: 'mine' },
  'amazon-bedrock': { AWS_REGION: 'eu-west-1' },
  'cloudflare-ai-gateway': { CLOUDFLARE_ACCOUNT_ID: 'acc1', CLOUDFLARE_GATEWAY_ID: 'gw1' },
  'cloudflare-workers-ai': { CLOUDFLARE_ACCOUNT_ID: 'acc1' },
  databricks: { DATABRICKS_HOST: 'adb-1.azuredatabricks.net' },
  'snowflake-cortex': { SNOWFLAKE_ACCOUNT: 'org-acc' },
}

/** Provider → its first question, and the header the key is in. */
const QUESTIONS: readonly (readonly [string, string, string])[] = [
  ['anthropic', 'GET https://api.anthropic.com/v1/models?limit=1', 'x-api-key'],
  ['openai', 'GET https://api.openai.com/v1/models', 'authorization'],
  ['google', 'GET https://generativelanguage.googleapis.com/v1beta/models?pageSize=1', 'x-goog-api-key'],
  [
    'google-vertex',
    'POST https://aiplatform.googleapis.com/v1/publishers/google/models/gemini-2.5-flash:countTokens',
    'x-goog-api-key',
  ],
  ['openrouter', 'GET https://openrouter.ai/api/v1/key', 'authorization'],
  ['azure', 'GET https://mine.openai.azure.com/openai/v1/models', 'api-key'],
  ['azure-cognitive-services', 'GET https://mine.cognitiveservices.azure.com/openai/v1/models', 'api-key'],
  ['amazon-bedrock', 'GET https://bedrock-mantle.eu-west-1.api.aws/v1/models', 'authorization'],
  [
    'cloudflare-ai-gateway',
    'GET https://api.cloudflare.com/client/v4/accounts/acc1/ai-gateway/gateways/gw1',
    'authorization',
  ],
  [
    'cloudflare-workers-ai',
    'GET https://api.cloudflare.com/client/v4/accounts/acc1/ai/models/search?per_page=1',
    'authorization',
  ],
  ['cohere', 'POST https://api.cohere.com/v1/check-api-key', 'authorization'],
  ['databricks', 'GET https://adb-1.azuredatabricks.net/api/2.0/preview/scim/v2/Me', 'authorization'],
  ['deepseek', 'GET https://api.deepseek.com/user/balance', 'authorization'],
  ['github-copilot', 'GET https://api.github.com/user', 'authorization'],
  ['gitlab', 'GET https://gitlab.com/api/v4/user', 'authorization'],
  ['huggingface', 'GET https://huggingface.co/api/whoami-v2', 'authorization'],
  ['moonshotai', 'GET https://api.moonshot.ai/v1/users/me/balance', 'authorization'],
  ['moonshotai-cn', 'GET https://api.moonshot.cn/v1/users/me/balance', 'authorization'],
  ['poe', 'GET https://api.poe.com/usage/current_balance', 'authorization'],
  ['siliconflow', 'GET https://api.siliconflow.com/v1/user/info', 'authorization'],
  ['siliconflow-cn', 'GET https://api.siliconflow.cn/v1/user/info', 'authorization'],
  ['snowflake-cortex', 'GET https://org-acc.snowflakecomputing.com/api/v2/cortex/models', 'authorization'],
  ['v0', 'GET https://api.v0.dev/v1/user', 'authorization'],
  ['venice', 'GET https://api.venice.ai/api/v1/api_keys/rate_limits', 'authorization'],
  ['vercel', 'GET https://ai-gateway.vercel.sh/v1/credits', 'authorization'],
  ['xai', 'GET https://api.x.ai/v1/api-key', 'authorization'],
]

describe('every vendor that is asked in its own way', () => {
  it('is in this table', () => {
    expect(QUESTIONS.map(([id]) => id).sort()).toEqual(Object.keys(VENDORS).sort())
  })

  it.each(QUESTIONS)('%s: %s with the key in %s; a good answer is good', async (id, question, header) => {
    const { check, calls } = await tryKey(() => ({ body: { ok: 1 } }), {
      providerId: id,
      fields: FIELDS[id] ?? {},
    })
    expect(check.verdict).toBe('good')
    expect(check.message).toBe(`${sharedCatalog().provider(id).name} accepts this key.`)
    const [first] = calls
    expect(`${first?.method} ${first?.url}`).toBe(question)
    expect(first?.headers[header]).toBe(header === 'authorization' ? `Bearer ${CANARY}` : CANARY)
    expect(first?.headers['user-agent']).toBe('Berth')
    expect(calls.every(({ timeoutMs }) => timeoutMs <= 20_000)).toBe(true)
  })

  it.each(QUESTIONS)('%s: a refused key is a wrong one', async (id) => {
    const refusal = { status: 401, body: { error: { message: 'Nobody knows it.' } } }
    const { check } = await tryKey(() => refusal, { providerId: id, fields: FIELDS[id] ?? {} })
    expect(check.verdict).toBe('wrong_key')
    expect(check.message).toContain('refused this key (401: Nobody knows it).')
  })

  it.each(QUESTIONS)('%s: no answer is told as such', async (id) => {
    const { check } = await tryKey(() => unreachable('ECONNREFUSED', 'It was not reached. Try later.'), {
      providerId: id,
      fields: FIELDS[id] ?? {},
    })
    expect(check).toMatchObject({ verdict: 'unreachable', message: 'It was not reached. Try later.' })
  })
})

describe('a host with a field of the account in it', () => {
  it.each([
    ['azure', 'Resource name'],
    ['databricks', 'Workspace host'],
    ['snowflake-cortex', 'Account identifier'],
    ['amazon-bedrock', 'Region'],
  ])('%s: a name nobody knows blames the %s', async (id, label) => {
    const gone = unreachable('ENOTFOUND', 'The name was not found.')
    const { check } = await tryKey(() => gone, { providerId: id, fields: FIELDS[id] ?? {} })
    expect(check.verdict).toBe('wrong_region')
    expect(check.message).toBe(`The name was not found. Check the ${label}.`)
  })

  it.each([
    ['azure', { error: { code: '404', message: 'Resource not found' } }],
    ['cloudflare-workers-ai', { success: false, errors: [{ code: 7003, message: 'Could not route' }] }],
  ])('%s: nothing there blames it too', async (id, body) => {
    const { check } = await tryKey(() => ({ status: 404, body }), {
      providerId: id,
      fields: FIELDS[id] ?? {},
    })
    expect(check.verdict).toBe('wrong_region')
    expect(check.message).toMatch(/Check the (Resource name|Account ID)\.$/)
  })

  it('Azure says the same to a wrong key and a wrong resource: both are named', async () => {
    const message =
      'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.'
    const { check } = await tryKey(() => ({ status: 401, body: { error: { code: '401', message } } }), {
      providerId: 'azure',
      fields: { AZURE_RESOURCE_NAME: 'mine' },
    })
    expect(check.verdict).toBe('wrong_key')
    expect(check.message).toContain('Check the Resource name as well.')
  })

  it('asks a GitLab of the user’s own', async () => {
    const { calls } = await tryKey(() => ({}), {
      providerId: 'gitlab',
      fields: { GITLAB_INSTANCE_URL: 'https://git.example.com' },
    })
    expect(calls[0]?.url).toBe('https://git.example.com/api/v4/user')
  })

  it('is not asked while a field is missing or could name another host', async () => {
    for (const fields of [{}, { AZURE_RESOURCE_NAME: 'evil.example/' }]) {
      const { check, calls } = await tryKey(() => ({}), { providerId: 'azure', fields })
      expect(calls).toEqual([])
      expect(check.verdict).toBe('unclear')
      expect(check.message).toContain('Resource name')
    }
  })
})

const byUrl =
  (answers: Readonly<Record<string, Scripted>>) =>
  ({ url }: { readonly url: string }): Scripted => {
    const found = Object.entries(answers).find(([part]) => url.includes(part))
    if (found === undefined) throw new Error(`nobody was to ask ${url}`)
    return found[1]
  }

describe('a second question', () => {
  it('OpenAI: a restricted key may not list models and is good all the same', async () => {
    const { check, calls } = await tryKey(
      byUrl({
        '/v1/models': { status: 403, body: { error: { message: 'Missing scopes: api.model.read' } } },
        '/v1/chat/completions': { status: 400, body: { error: { message: 'messages is empty' } } },
      }),
      { providerId: 'openai' },
    )
    expect(check.verdict).toBe('good')
    expect(JSON.parse(calls[1]?.body ?? '')).toMatchObject({ messages: [], max_tokens: 1 })
  })

  it('Bedrock: asks the host for conversations where the other is missing or refuses to list', async () => {
    const refuses = { status: 400, body: { message: 'The messages field is empty' } }
    for (const first of [unreachable('ENOTFOUND'), { status: 403, body: { message: 'may not list' } }]) {
      const { check, calls } = await tryKey((_, index) => (index === 0 ? first : refuses), {
        providerId: 'amazon-bedrock',
        fields: { AWS_REGION: 'eu-west-1' },
      })
      expect(check.verdict).toBe('good')
      expect(calls[1]?.url).toContain('https://bedrock-runtime.eu-west-1.amazonaws.com/model/')
    }
  })

  it('Bedrock: its words for a wrong key are read', async () => {
    const { check } = await tryKey(
      () => ({
        status: 403,
        body: { Message: 'Authentication failed: Please make sure your API Key is valid.' },
      }),
      { providerId: 'amazon-bedrock', fields: { AWS_REGION: 'us-east-1' } },
    )
    expect(check.verdict).toBe('wrong_key')
  })

  it('Cloudflare: a token that may not look at the gateway is looked at itself, a user’s or an account’s', async () => {
    const no = {
      status: 403,
      body: { success: false, errors: [{ code: 10000, message: 'Authentication error' }] },
    }
    const active = { body: { success: true, result: { status: 'active' } } }
    const fields = FIELDS['cloudflare-ai-gateway'] ?? {}
    const user = await tryKey(byUrl({ 'ai-gateway': no, 'user/tokens': active }), {
      providerId: 'cloudflare-ai-gateway',
      fields,
    })
    expect(user.check.verdict).toBe('good')
    const account = await tryKey(byUrl({ 'ai-gateway': no, 'user/tokens': no, 'acc1/tokens': active }), {
      providerId: 'cloudflare-ai-gateway',
      fields,
    })
    expect(account.check.verdict).toBe('good')
    expect(account.calls).toHaveLength(3)
  })

  it('Copilot: a token GitHub knows and Copilot refuses is not a wrong one', async () => {
    const { check } = await tryKey(
      byUrl({
        'api.github.com': { body: { id: 583231, login: 'octocat' } },
        'githubcopilot.com': { status: 401, body: 'unauthorized: not licensed to use Copilot' },
      }),
      { providerId: 'github-copilot' },
    )
    expect(check).toMatchObject({
      verdict: 'forbidden',
      identity: { kind: 'user', id: '583231', name: 'octocat' },
    })
    expect(check.message).toContain('not licensed to use Copilot')
  })

  it('Databricks: a token for serving alone is good', async () => {
    const { check } = await tryKey(
      byUrl({
        scim: { status: 403, body: { message: 'Provided OAuth token does not have required scopes: scim' } },
        'chat/completions': { status: 404, body: { error_code: 'ENDPOINT_NOT_FOUND', message: 'none' } },
      }),
      { providerId: 'databricks', fields: FIELDS.databricks ?? {} },
    )
    expect(check.verdict).toBe('good')
  })
})

describe('what a good answer says on top', () => {
  it.each([
    ['openrouter', { data: { limit_remaining: 0 } }, 'no_credit', /credit limit/],
    ['openrouter', { data: { limit_remaining: null } }, 'good', /accepts/],
    [
      'openrouter',
      { data: { limit_remaining: 74.5, is_management_key: true } },
      'forbidden',
      /manage other keys/,
    ],
    ['deepseek', { is_available: false }, 'no_credit', /balance is used up/],
    ['deepseek', { is_available: true }, 'good', /accepts/],
    ['moonshotai', { data: { available_balance: -0.2 } }, 'no_credit', /balance is used up/],
    ['moonshotai', { data: { available_balance: 49.5 } }, 'good', /accepts/],
    ['poe', { current_point_balance: 0 }, 'no_credit', /points/],
    ['poe', { current_point_balance: '15' }, 'good', /accepts/],
    ['venice', { data: { accessPermitted: false } }, 'no_credit', /no requests/],
    ['cohere', { valid: false }, 'wrong_key', /not valid/],
    ['xai', { api_key_disabled: true }, 'revoked', /switched off/],
    ['xai', { api_key_blocked: true }, 'revoked', /blocked/],
    ['xai', { team_blocked: true }, 'forbidden', /team is blocked/],
    ['xai', { api_key_disabled: false, team_blocked: false }, 'good', /accepts/],
  ])('%s: %j is %s', async (providerId, body, verdict, message) => {
    const { check } = await tryKey(() => ({ body }), { providerId })
    expect(check.verdict).toBe(verdict)
    expect(check.message).toMatch(message)
  })

  it.each([
    ['anthropic', {}, { 'anthropic-organization-id': 'org-1' }, { kind: 'organization', id: 'org-1' }],
    ['openai', {}, { 'openai-organization': 'acme' }, { kind: 'organization', id: 'acme' }],
    [
      'openrouter',
      { data: { creator_user_id: 'user_1', label: 'laptop' } },
      {},
      { kind: 'user', id: 'user_1', name: 'laptop' },
    ],
    ['huggingface', { id: 'abc', name: 'ann' }, {}, { kind: 'user', id: 'abc', name: 'ann' }],
    ['gitlab', { id: 7, username: 'ann' }, {}, { kind: 'user', id: '7', name: 'ann' }],
    ['cohere', { valid: true, organization_id: 'o1' }, {}, { kind: 'organization', id: 'o1' }],
    ['xai', { team_id: 't1' }, {}, { kind: 'organization', id: 't1' }],
  ])('%s: whose the key is', async (providerId, body, headers, identity) => {
    const { check } = await tryKey(() => ({ body, headers }), { providerId })
    expect(check.identity).toEqual(identity)
  })

  it.each([
    [
      'openrouter',
      { data: { limit: 20, limit_remaining: 12.5 } },
      [{ name: 'key limit', unit: 'USD', limit: 20, remaining: 12.5 }],
    ],
    [
      'openrouter',
      { data: { limit: null, limit_remaining: null, usage: 3 } },
      [{ name: 'key', unit: 'USD', used: 3 }],
    ],
    ['openrouter', { data: { limit: null, limit_remaining: null } }, undefined],
    ['openrouter', { data: { limit: 20, limit_remaining: 'much' } }, undefined],
    [
      'moonshotai-cn',
      { data: { available_balance: 49.5 } },
      [{ name: 'balance', unit: 'CNY', remaining: 49.5 }],
    ],
    ['openai', { data: { limit: 20, limit_remaining: 12.5 } }, undefined],
  ])('%s: what is left, without another question: %j', async (providerId, body, expected) => {
    const { check } = await tryKey(() => ({ body }), { providerId, now: () => 5 })
    expect(check.quota).toEqual(expected?.map((window) => ({ ...window, asked: true, at: 5 })))
  })

  it.each([
    [
      'a label made of the key',
      { creator_user_id: 'user_1', label: 'sk-or-v1-au7...890' },
      { kind: 'user', id: 'user_1' },
    ],
    ['the key as its own id', { creator_user_id: CANARY }, undefined],
    ['no id', { label: 'laptop' }, undefined],
  ])('is told of nobody by %s', async (_, data, identity) => {
    const { check } = await tryKey(() => ({ body: { data } }), { providerId: 'openrouter' })
    expect(check.identity).toEqual(identity)
  })
})
