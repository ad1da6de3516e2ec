// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the catalog's way to write an address with a field in it
import type { ConnectionVerdict } from '../../preload/accounts.ts'

/**
 * How a vendor's credential is tried, as data. Each address is from the documentation named beside it. A provider that
 * is not here is asked in the style of its SDK package: `probe.ts`.
 */

/** The header a key travels in. */
export type KeyHeader = 'bearer' | 'x-api-key' | 'x-goog-api-key' | 'api-key'

/** One request that costs nothing. */
export interface Question {
  readonly method: 'GET' | 'POST'
  /** `${NAME}` is a field of the account, `${NAME:-x}` one that is x when it is left out. */
  readonly url: string
  readonly key: KeyHeader
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Statuses that say the key was taken and only the question was refused. */
  readonly accepted?: readonly number[]
  /**
   * What is asked next after one of these verdicts, for a key may be good and not allowed to ask this, or known and not
   * good for models.
   */
  readonly next?: { readonly after: readonly ConnectionVerdict[]; readonly ask: Question }
}

/** What a good answer says on top. `path` is a place in its JSON. */
export interface Flag {
  readonly path: string
  readonly is?: boolean
  readonly atMost?: number
  readonly verdict: ConnectionVerdict
  /** Completes "<vendor> says that …". */
  readonly says: string
}

export interface Vendor {
  readonly ask: Question
  /** Places in the answer's JSON, or `header:<name>`. */
  readonly identity?: { readonly kind: 'user' | 'organization'; readonly id: string; readonly name?: string }
  readonly flags?: readonly Flag[]
  /** A host of the vendor's own that models are not asked at, and the credential may be shown to all the same. */
  readonly alsoAt?: string
  /** An OAuth login is tried the same way as a key. */
  readonly logins?: true
}

const get = (url: string, key: KeyHeader = 'bearer'): Question => ({ method: 'GET', url, key })
const chat = (base: string, model: string): Question => ({
  method: 'POST',
  url: `${base}/chat/completions`,
  key: 'bearer',
  body: JSON.stringify({ model, messages: [], max_tokens: 1 }),
  accepted: [400, 404, 422],
})
const balance = (url: string): Vendor => ({
  ask: get(url),
  flags: [
    { path: 'data.available_balance', atMost: 0, verdict: 'no_credit', says: 'its balance is used up' },
  ],
})

const CLOUDFLARE = 'https://api.cloudflare.com/client/v4'
const ACCOUNT = `${CLOUDFLARE}/accounts/\${CLOUDFLARE_ACCOUNT_ID}`

export const VENDORS: Readonly<Record<string, Vendor>> = {
  // learn.microsoft.com/rest/api/microsoft-foundry/azureopenai/models; the header is the one OpenCode uses.
  azure: { ask: get('https://${AZURE_RESOURCE_NAME}.openai.azure.com/openai/v1/models', 'api-key') },
  'azure-cognitive-services': {
    ask: get(
      'https://${AZURE_COGNITIVE_SERVICES_RESOURCE_NAME}.cognitiveservices.azure.com/openai/v1/models',
      'api-key',
    ),
  },
  // docs.aws.amazon.com/bedrock/latest/userguide/models-get-info.html and api-keys-use.html. Not every region has the
  // first host and not every key may list; the second question is a conversation without a message.
  'amazon-bedrock': {
    ask: {
      ...get('https://bedrock-mantle.${AWS_REGION}.api.aws/v1/models'),
      next: {
        after: ['forbidden', 'unreachable', 'wrong_region', 'unclear'],
        ask: {
          method: 'POST',
          url: 'https://bedrock-runtime.${AWS_REGION}.amazonaws.com/model/amazon.nova-micro-v1:0/converse',
          key: 'bearer',
          body: '{"messages":[]}',
          accepted: [400, 404],
        },
      },
    },
  },
  // docs.anthropic.com/en/api/models-list; the organisation's header: docs.anthropic.com/en/api/overview.
  anthropic: {
    ask: {
      ...get('https://api.anthropic.com/v1/models?limit=1', 'x-api-key'),
      headers: { 'anthropic-version': '2023-06-01' },
    },
    identity: { kind: 'organization', id: 'header:anthropic-organization-id' },
  },
  // developers.cloudflare.com/api, AI Gateway "Get": needs a permission that a token for requests only lacks, hence the
  // tokens' own question, for those of a user and those of an account.
  'cloudflare-ai-gateway': {
    ask: {
      ...get(`${ACCOUNT}/ai-gateway/gateways/\${CLOUDFLARE_GATEWAY_ID}`),
      next: {
        after: ['wrong_key', 'forbidden'],
        ask: {
          ...get(`${CLOUDFLARE}/user/tokens/verify`),
          next: { after: ['wrong_key', 'forbidden'], ask: get(`${ACCOUNT}/tokens/verify`) },
        },
      },
    },
  },
  // developers.cloudflare.com/api/resources/ai/subresources/models/methods/list
  'cloudflare-workers-ai': { ask: get(`${ACCOUNT}/ai/models/search?per_page=1`) },
  // docs.cohere.com/reference/check-api-key
  cohere: {
    ask: { method: 'POST', url: 'https://api.cohere.com/v1/check-api-key', key: 'bearer' },
    identity: { kind: 'organization', id: 'organization_id' },
    flags: [{ path: 'valid', is: false, verdict: 'wrong_key', says: 'the key is not valid' }],
  },
  // docs.databricks.com/api/workspace/currentuser/me; a token for serving alone may not ask who it is.
  databricks: {
    ask: {
      ...get('https://${DATABRICKS_HOST}/api/2.0/preview/scim/v2/Me'),
      next: {
        after: ['forbidden'],
        ask: chat('https://${DATABRICKS_HOST}/ai-gateway/mlflow/v1', 'berth-asks-nothing'),
      },
    },
    identity: { kind: 'user', id: 'id', name: 'userName' },
  },
  // api-docs.deepseek.com/api/get-user-balance
  deepseek: {
    ask: get('https://api.deepseek.com/user/balance'),
    flags: [{ path: 'is_available', is: false, verdict: 'no_credit', says: 'its balance is used up' }],
  },
  // docs.github.com/rest/users/users. Whether Copilot takes what GitHub knows is another question.
  'github-copilot': {
    ask: {
      ...get('https://api.github.com/user'),
      next: { after: ['good'], ask: get('https://api.githubcopilot.com/models') },
    },
    identity: { kind: 'user', id: 'id', name: 'login' },
    alsoAt: 'api.github.com',
    logins: true,
  },
  // docs.gitlab.com/api/users; tokens and logins alike.
  gitlab: {
    ask: get('${GITLAB_INSTANCE_URL:-https://gitlab.com}/api/v4/user'),
    identity: { kind: 'user', id: 'id', name: 'username' },
    logins: true,
  },
  // ai.google.dev/api/models
  google: {
    ask: get('https://generativelanguage.googleapis.com/v1beta/models?pageSize=1', 'x-goog-api-key'),
  },
  // cloud.google.com/vertex-ai/generative-ai/docs/reference/express-mode/rest/v1/publishers.models/countTokens: free.
  'google-vertex': {
    ask: {
      method: 'POST',
      url: 'https://aiplatform.googleapis.com/v1/publishers/google/models/gemini-2.5-flash:countTokens',
      key: 'x-goog-api-key',
      body: '{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}',
      accepted: [404],
    },
  },
  // huggingface.co/docs/hub/api, "whoami-v2"
  huggingface: {
    ask: get('https://huggingface.co/api/whoami-v2'),
    identity: { kind: 'user', id: 'id', name: 'name' },
    alsoAt: 'huggingface.co',
    logins: true,
  },
  // platform.kimi.ai/docs/api/balance: at 0 no request is served.
  moonshotai: balance('https://api.moonshot.ai/v1/users/me/balance'),
  'moonshotai-cn': balance('https://api.moonshot.cn/v1/users/me/balance'),
  // platform.openai.com/docs/api-reference/models. A restricted key may be for requests alone (help.openai.com, 8867743).
  openai: {
    ask: {
      ...get('https://api.openai.com/v1/models'),
      next: { after: ['forbidden'], ask: chat('https://api.openai.com/v1', 'gpt-4o-mini') },
    },
    identity: { kind: 'organization', id: 'header:openai-organization' },
  },
  // openrouter.ai/docs/api/api-reference/api-keys/get-current-key; the list of models is public.
  openrouter: {
    ask: get('https://openrouter.ai/api/v1/key'),
    identity: { kind: 'user', id: 'data.creator_user_id', name: 'data.label' },
    flags: [
      {
        path: 'data.limit_remaining',
        atMost: 0,
        verdict: 'no_credit',
        says: 'the key has reached its own credit limit',
      },
      {
        path: 'data.is_management_key',
        is: true,
        verdict: 'forbidden',
        says: 'this is a key to manage other keys, which serves no model',
      },
    ],
  },
  // creator.poe.com/api-reference, "current balance"
  poe: {
    ask: get('https://api.poe.com/usage/current_balance'),
    flags: [
      { path: 'current_point_balance', atMost: 0, verdict: 'no_credit', says: 'its points are used up' },
    ],
  },
  // docs.siliconflow.com/api-reference, "Get user account information"
  siliconflow: {
    ask: get('https://api.siliconflow.com/v1/user/info'),
    identity: { kind: 'user', id: 'data.id', name: 'data.name' },
  },
  'siliconflow-cn': {
    ask: get('https://api.siliconflow.cn/v1/user/info'),
    identity: { kind: 'user', id: 'data.id', name: 'data.name' },
  },
  // docs.snowflake.com/developer-guide/snowflake-rest-api/cortex-inference/cortex-inference-introduction
  'snowflake-cortex': {
    ask: get('https://${SNOWFLAKE_ACCOUNT}.snowflakecomputing.com/api/v2/cortex/models'),
  },
  // v0.app/docs/api/platform, "Get user"
  v0: {
    ask: get('https://api.v0.dev/v1/user'),
    identity: { kind: 'user', id: 'id', name: 'name' },
  },
  // docs.venice.ai/api-reference, "Rate limits and balances"
  venice: {
    ask: get('https://api.venice.ai/api/v1/api_keys/rate_limits'),
    flags: [
      {
        path: 'data.accessPermitted',
        is: false,
        verdict: 'no_credit',
        says: 'the account may make no requests until it has a balance',
      },
    ],
  },
  // vercel.com/docs/ai-gateway/usage; the list of models is public.
  vercel: { ask: get('https://ai-gateway.vercel.sh/v1/credits') },
  // docs.x.ai/docs/api-reference, "API key"
  xai: {
    ask: get('https://api.x.ai/v1/api-key'),
    identity: { kind: 'organization', id: 'team_id' },
    flags: [
      { path: 'api_key_disabled', is: true, verdict: 'revoked', says: 'the key was switched off' },
      { path: 'api_key_blocked', is: true, verdict: 'revoked', says: 'the key was blocked' },
      { path: 'team_blocked', is: true, verdict: 'forbidden', says: 'its team is blocked' },
    ],
  },
}

/** What an OAuth login is tried with where it is not what a key is tried with. */
export const LOGINS: Readonly<Record<string, Vendor>> = {
  // docs.x.ai/docs/api-reference, "List models"
  xai: { ask: get('https://api.x.ai/v1/models') },
}
