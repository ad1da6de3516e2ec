import type { Failure } from '../../../../src/main/gateway/failure/types.ts'

/**
 * Failed answers as the vendors' public documentation shows them (the page is named at each), and what is to be read
 * from them. Times count from NOW.
 */

export const NOW = Date.parse('2026-11-20T12:00:00Z')

export interface Case {
  readonly from: string
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body: unknown
  readonly kind: Failure['kind']
  readonly waitMs?: number
}

const anthropic = (type: string, message = 'Something about it.') => ({
  type: 'error',
  error: { type, message },
})
const openai = (type: string | null, code: string | null, message = 'Something about it.') => ({
  error: { message, type, param: null, code },
})
const google = (code: number, status: string, message: string, details: unknown[] = []) => ({
  error: { code, message, status, details },
})
const retryInfo = (retryDelay: string) => ({
  '@type': 'type.googleapis.com/google.rpc.RetryInfo',
  retryDelay,
})
const quotaFailure = (quotaId: string) => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [
    { quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests', quotaId },
  ],
})

const ANTHROPIC = 'platform.claude.com, API errors and rate limits'
const OPENAI = 'platform.openai.com, error codes and rate limits'
const GEMINI = 'ai.google.dev, troubleshooting and rate limits'
const OPENROUTER = 'openrouter.ai, errors and debugging'
const AWS = 'docs.aws.amazon.com, Bedrock Converse errors'
const AZURE = 'learn.microsoft.com, Azure OpenAI quotas'

export const documented: readonly Case[] = [
  { from: ANTHROPIC, status: 400, body: anthropic('invalid_request_error'), kind: 'bad_request' },
  {
    from: ANTHROPIC,
    status: 401,
    body: anthropic('authentication_error', 'invalid x-api-key'),
    kind: 'auth',
  },
  { from: ANTHROPIC, status: 402, body: anthropic('billing_error'), kind: 'quota' },
  { from: ANTHROPIC, status: 403, body: anthropic('permission_error'), kind: 'forbidden' },
  { from: ANTHROPIC, status: 404, body: anthropic('not_found_error'), kind: 'bad_request' },
  { from: ANTHROPIC, status: 413, body: anthropic('request_too_large'), kind: 'bad_request' },
  {
    from: ANTHROPIC,
    status: 429,
    headers: { 'retry-after': '12' },
    body: anthropic('rate_limit_error'),
    kind: 'rate',
    waitMs: 12_000,
  },
  {
    from: `${ANTHROPIC}: a used up window`,
    status: 429,
    headers: {
      'anthropic-ratelimit-requests-remaining': '12',
      'anthropic-ratelimit-requests-reset': '2026-11-20T12:00:05Z',
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '2026-11-20T12:00:47Z',
    },
    body: anthropic('rate_limit_error'),
    kind: 'rate',
    waitMs: 47_000,
  },
  {
    from: `${ANTHROPIC}: overload with a 429`,
    status: 429,
    body: anthropic('overloaded_error'),
    kind: 'overloaded',
  },
  { from: ANTHROPIC, status: 500, body: anthropic('api_error'), kind: 'server' },
  { from: ANTHROPIC, status: 504, body: anthropic('timeout_error'), kind: 'server' },
  { from: ANTHROPIC, status: 529, body: anthropic('overloaded_error', 'Overloaded'), kind: 'overloaded' },
  {
    from: `${ANTHROPIC}: an empty balance`,
    status: 400,
    body: anthropic(
      'invalid_request_error',
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.',
    ),
    kind: 'quota',
  },
  {
    from: `${ANTHROPIC}: a workspace's limit`,
    status: 400,
    body: anthropic(
      'invalid_request_error',
      'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
    ),
    kind: 'quota',
    waitMs: Date.parse('2026-12-01T00:00:00Z') - NOW,
  },

  { from: OPENAI, status: 400, body: openai('invalid_request_error', null), kind: 'bad_request' },
  {
    from: OPENAI,
    status: 401,
    body: openai('invalid_request_error', 'invalid_api_key', 'Incorrect API key provided: sk-…abcd.'),
    kind: 'auth',
  },
  { from: OPENAI, status: 401, body: openai('invalid_request_error', 'account_deactivated'), kind: 'auth' },
  {
    from: `${OPENAI}: a country`,
    status: 403,
    body: openai('request_forbidden', 'unsupported_country_region_territory'),
    kind: 'forbidden',
  },
  {
    from: OPENAI,
    status: 404,
    body: openai('invalid_request_error', 'model_not_found'),
    kind: 'bad_request',
  },
  {
    from: OPENAI,
    status: 429,
    headers: {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '1m2s',
      'x-ratelimit-remaining-tokens': '900',
      'x-ratelimit-reset-tokens': '6ms',
    },
    body: openai('requests', 'rate_limit_exceeded'),
    kind: 'rate',
    waitMs: 62_000,
  },
  {
    from: `${OPENAI}: in the sentence`,
    status: 429,
    body: openai(
      'tokens',
      'rate_limit_exceeded',
      'Rate limit reached for gpt-5 on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Please try again in 2.14s.',
    ),
    kind: 'rate',
    waitMs: 2140,
  },
  {
    from: `${OPENAI}: a day's tokens`,
    status: 429,
    body: openai(
      'tokens',
      'rate_limit_exceeded',
      'Rate limit reached for gpt-5 on tokens per day (TPD): Limit 1000000. Please try again in 6m0s.',
    ),
    kind: 'quota',
    waitMs: 360_000,
  },
  { from: OPENAI, status: 429, body: openai('insufficient_quota', 'insufficient_quota'), kind: 'quota' },
  {
    from: OPENAI,
    status: 429,
    body: openai('insufficient_quota', 'project_spend_limit_exceeded'),
    kind: 'quota',
  },
  { from: OPENAI, status: 500, body: openai('server_error', null), kind: 'server' },
  { from: OPENAI, status: 503, body: openai('server_error', 'slow_down'), kind: 'overloaded' },
  {
    from: 'chatgpt.com: Codex usage limit, as github.com/openai/codex reads it',
    status: 429,
    body: {
      error: {
        type: 'usage_limit_reached',
        message: 'The usage limit has been reached',
        plan_type: 'plus',
        resets_in_seconds: 7200,
      },
    },
    kind: 'quota',
    waitMs: 7_200_000,
  },
  {
    from: 'chatgpt.com: a reset as a moment',
    status: 429,
    body: { error: { type: 'usage_limit_reached', message: '', resets_at: NOW / 1000 + 90 } },
    kind: 'quota',
    waitMs: 90_000,
  },

  {
    from: GEMINI,
    status: 400,
    body: google(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.'),
    kind: 'bad_request',
  },
  {
    from: GEMINI,
    status: 400,
    body: google(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'API_KEY_INVALID',
        domain: 'googleapis.com',
      },
    ]),
    kind: 'auth',
  },
  {
    from: GEMINI,
    status: 403,
    body: google(
      403,
      'PERMISSION_DENIED',
      'Your API key was reported as leaked. Please use another API key.',
    ),
    kind: 'auth',
  },
  {
    from: GEMINI,
    status: 403,
    body: google(403, 'PERMISSION_DENIED', 'The caller does not have permission'),
    kind: 'forbidden',
  },
  {
    from: GEMINI,
    status: 404,
    body: google(404, 'NOT_FOUND', 'models/x is not found for API version v1beta.'),
    kind: 'bad_request',
  },
  {
    from: `${GEMINI}: a minute's requests`,
    status: 429,
    body: google(
      429,
      'RESOURCE_EXHAUSTED',
      'You exceeded your current quota, please check your plan and billing details.',
      [quotaFailure('GenerateRequestsPerMinutePerProjectPerModel-FreeTier'), retryInfo('34.074824224s')],
    ),
    kind: 'rate',
    waitMs: 34_075,
  },
  {
    from: `${GEMINI}: a day's requests, in a stream's array`,
    status: 429,
    body: [
      google(
        429,
        'RESOURCE_EXHAUSTED',
        'You exceeded your current quota, please check your plan and billing details.',
        [quotaFailure('GenerateRequestsPerDayPerProjectPerModel-FreeTier'), retryInfo('41s')],
      ),
    ],
    kind: 'quota',
    waitMs: 41_000,
  },
  {
    from: GEMINI,
    status: 429,
    body: google(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'),
    kind: 'rate',
  },
  {
    from: GEMINI,
    status: 500,
    body: google(500, 'INTERNAL', 'An internal error has occurred.'),
    kind: 'server',
  },
  {
    from: GEMINI,
    status: 503,
    body: google(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'),
    kind: 'overloaded',
  },
  { from: GEMINI, status: 504, body: google(504, 'DEADLINE_EXCEEDED', 'Deadline exceeded'), kind: 'server' },

  {
    from: OPENROUTER,
    status: 400,
    body: { error: { code: 400, message: 'Bad request' } },
    kind: 'bad_request',
  },
  {
    from: OPENROUTER,
    status: 401,
    body: { error: { code: 401, message: 'No auth credentials found' } },
    kind: 'auth',
  },
  {
    from: OPENROUTER,
    status: 402,
    body: {
      error: {
        code: 402,
        message: 'Insufficient credits',
        metadata: { limit_source: 'openrouter_key_limit' },
      },
    },
    kind: 'quota',
  },
  {
    from: `${OPENROUTER}: moderation`,
    status: 403,
    body: {
      error: {
        code: 403,
        message: 'Your input was flagged',
        metadata: { reasons: ['violence'], flagged_input: '…' },
      },
    },
    kind: 'bad_request',
  },
  {
    from: OPENROUTER,
    status: 429,
    body: {
      error: {
        code: 429,
        message: 'Rate limit exceeded',
        metadata: {
          headers: {
            'X-RateLimit-Limit': '20',
            'X-RateLimit-Remaining': '0',
            'X-RateLimit-Reset': String(NOW + 15_000),
          },
        },
      },
    },
    kind: 'rate',
    waitMs: 15_000,
  },
  {
    from: OPENROUTER,
    status: 502,
    body: { error: { code: 502, message: 'Provider returned error' } },
    kind: 'server',
  },
  {
    from: OPENROUTER,
    status: 503,
    body: { error: { code: 503, message: 'No instances available' } },
    kind: 'overloaded',
  },

  {
    from: AWS,
    status: 429,
    body: { message: 'Too many requests, please wait before trying again.', __type: 'ThrottlingException' },
    kind: 'rate',
  },
  { from: AWS, status: 400, body: { __type: 'ServiceQuotaExceededException', message: 'x' }, kind: 'quota' },
  {
    from: AWS,
    status: 403,
    body: {
      __type: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    },
    kind: 'auth',
  },
  { from: AWS, status: 403, body: { Message: 'You do not have access to the model.' }, kind: 'forbidden' },
  {
    from: AWS,
    status: 503,
    body: { __type: 'ServiceUnavailableException', message: 'x' },
    kind: 'overloaded',
  },

  {
    from: AZURE,
    status: 429,
    headers: { 'retry-after-ms': '1500', 'retry-after': '2' },
    body: openai(null, '429', 'Requests have exceeded call rate limit.'),
    kind: 'rate',
    waitMs: 1500,
  },
  {
    from: AZURE,
    status: 429,
    headers: { 'x-ms-retry-after-ms': '800' },
    body: openai(null, 'RateLimitReached'),
    kind: 'rate',
    waitMs: 800,
  },
  {
    from: AZURE,
    status: 401,
    body: openai(null, '401', 'Access denied due to invalid subscription key or wrong API endpoint.'),
    kind: 'auth',
  },

  {
    from: 'console.groq.com, rate limits',
    status: 429,
    headers: { 'retry-after': '2' },
    body: openai('tokens', 'rate_limit_exceeded'),
    kind: 'rate',
    waitMs: 2000,
  },
  {
    from: 'docs.mistral.ai',
    status: 429,
    body: { object: 'error', message: 'Requests rate limit exceeded', type: 'rate_limited', code: '1300' },
    kind: 'rate',
  },
  {
    from: 'docs.x.ai',
    status: 429,
    body: {
      code: 'Some resource has been exhausted',
      error: 'Your team has either used all available credits or reached its monthly spending limit.',
    },
    kind: 'quota',
  },
  {
    // Not in its documentation: reported for access tokens that have ended, in NousResearch/hermes-agent#82052.
    from: 'api.x.ai, with a login',
    status: 403,
    body: {
      code: 'unauthenticated:bad-credentials',
      error: 'The OAuth2 access token could not be validated.',
    },
    kind: 'auth',
  },
  {
    from: 'api-docs.deepseek.com, error codes',
    status: 402,
    body: openai('unknown_error', 'invalid_request_error', 'Insufficient Balance'),
    kind: 'quota',
  },
  {
    from: 'platform.moonshot.ai',
    status: 429,
    body: { error: { type: 'exceeded_current_quota_error', message: 'x' } },
    kind: 'quota',
  },
  {
    from: 'platform.moonshot.ai',
    status: 429,
    body: { error: { type: 'engine_overloaded_error', message: 'x' } },
    kind: 'overloaded',
  },
  {
    from: 'docs.cohere.com, errors',
    status: 429,
    body: { message: 'You are using a Trial key, which is limited to 1000 API calls / month.' },
    kind: 'quota',
  },
  {
    from: 'huggingface.co, inference providers',
    status: 402,
    body: { error: 'You have exceeded your monthly included credits for Inference Providers.' },
    kind: 'quota',
  },
  {
    from: 'RFC 9110: retry-after as a date',
    status: 503,
    headers: { 'retry-after': 'Fri, 20 Nov 2026 12:01:30 GMT' },
    body: 'busy',
    kind: 'overloaded',
    waitMs: 90_000,
  },
  {
    from: 'a proxy in between, in HTML',
    status: 502,
    body: '<html><body><h1>502 Bad Gateway</h1></body></html>',
    kind: 'server',
  },
  { from: 'nothing but a status', status: 429, body: '', kind: 'rate' },
]
