import { describe, expect, it } from 'vitest'
import { readAnswer } from '../../../src/main/connection/verdict.ts'
import { answerOf } from './lab.ts'

const error = (message: string, more: object = {}) => ({ error: { message, ...more } })

describe('what an answer says of the key', () => {
  it.each([
    // OpenAI: platform.openai.com/docs/guides/error-codes
    [401, error('Incorrect API key provided: sk-…', { code: 'invalid_api_key' }), 'wrong_key'],
    [401, error('Your account has been deactivated', { code: 'account_deactivated' }), 'revoked'],
    [401, error('Your request IP does not match the allowlist', { code: 'ip_not_authorized' }), 'forbidden'],
    [
      401,
      error('Please make your request to eu.api.openai.com', { code: 'incorrect_hostname' }),
      'wrong_region',
    ],
    [
      403,
      error('Country, region, or territory not supported', { code: 'unsupported_country_region_territory' }),
      'wrong_region',
    ],
    [403, error('You have insufficient permissions for this operation'), 'forbidden'],
    [429, error('Rate limit reached for requests', { code: 'rate_limit_exceeded' }), 'rate_limited'],
    [429, error('You exceeded your current quota', { code: 'insufficient_quota' }), 'no_credit'],
    [500, error('The server had an error'), 'unclear'],
    // Anthropic
    [
      401,
      { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } },
      'wrong_key',
    ],
    [
      403,
      { type: 'error', error: { type: 'permission_error', message: 'Not for this workspace' } },
      'forbidden',
    ],
    [
      400,
      {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'Your credit balance is too low to access the Anthropic API',
        },
      },
      'no_credit',
    ],
    [529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'unclear'],
    // Google
    [
      400,
      error('API key not valid. Please pass a valid API key.', {
        status: 'INVALID_ARGUMENT',
        details: [{ reason: 'API_KEY_INVALID' }],
      }),
      'wrong_key',
    ],
    [
      400,
      error('API key expired. Please renew the API key.', {
        status: 'INVALID_ARGUMENT',
        details: [{ reason: 'API_KEY_INVALID' }],
      }),
      'expired',
    ],
    [
      400,
      error('User location is not supported for the API use.', { status: 'FAILED_PRECONDITION' }),
      'wrong_region',
    ],
    [
      403,
      error('Generative Language API has not been used in project 1 before or it is disabled.', {
        status: 'PERMISSION_DENIED',
      }),
      'forbidden',
    ],
    [
      429,
      error('You exceeded your current quota, please check your plan and billing details.', {
        status: 'RESOURCE_EXHAUSTED',
      }),
      'rate_limited',
    ],
    // OpenRouter, OpenCode Zen, DeepSeek, Moonshot, Z.AI
    [402, error('Insufficient credits'), 'no_credit'],
    [401, { type: 'error', error: { type: 'CreditsError', message: 'No payment method' } }, 'no_credit'],
    [
      401,
      error('Authentication Fails, Your api key: ****abcd is invalid', { type: 'authentication_error' }),
      'wrong_key',
    ],
    [402, error('Insufficient Balance'), 'no_credit'],
    [
      429,
      error('Your account is suspended, please check your plan', { type: 'exceeded_current_quota_error' }),
      'no_credit',
    ],
    [
      429,
      error('Insufficient balance or no resource package. Please recharge.', { code: '1113' }),
      'no_credit',
    ],
    // "or" says nothing more than "wrong"
    [401, error('The API Key appears to be invalid or may have expired.'), 'wrong_key'],
    [401, error('Invalid or revoked token'), 'wrong_key'],
    [
      401,
      {
        error: 'invalid_token',
        error_description: 'Token was revoked. You have to re-authorize from the user.',
      },
      'revoked',
    ],
    [401, { error: 'invalid_token', error_description: 'Token is expired.' }, 'expired'],
    [401, { message: '401 Unauthorized' }, 'wrong_key'],
    // AWS, Databricks, Cloudflare, xAI, Snowflake
    [403, { Message: 'Authentication failed: Please make sure your API Key is valid.' }, 'wrong_key'],
    [403, { error_code: 403, message: 'Invalid access token.' }, 'wrong_key'],
    [
      400,
      {
        success: false,
        errors: [
          { code: 6003, message: 'Invalid request headers' },
          { code: 6111, message: 'Invalid format for Authorization header' },
        ],
      },
      'unclear',
    ],
    [400, { code: 'invalid-argument', error: 'Incorrect API key provided: xa***bb.' }, 'wrong_key'],
    [403, { message: 'Network policy is required.' }, 'forbidden'],
    // MiniMax says 200
    [200, { base_resp: { status_code: 1004, status_msg: 'login fail' } }, 'wrong_key'],
    [200, { base_resp: { status_code: 1008, status_msg: 'insufficient balance' } }, 'no_credit'],
    [200, { base_resp: { status_code: 0, status_msg: 'success' }, data: [] }, 'good'],
    [200, { error: { message: 'invalid api key' } }, 'wrong_key'],
    [200, { error: null, data: [] }, 'good'],
    [200, { success: false, message: 'no' }, 'unclear'],
    // Not an API
    [200, '<!doctype html><title>Hello</title>', 'unclear'],
    [200, '', 'unclear'],
    [200, '[{"id":"a"}]', 'good'],
    [302, '', 'unclear'],
    [404, error('not found'), 'unclear'],
    [403, '<html>blocked</html>', 'forbidden'],
    [401, 'no', 'wrong_key'],
  ])('%i %j is %s', (status, body, verdict) => {
    expect(readAnswer(answerOf({ status, body })).verdict).toBe(verdict)
  })

  it('takes a refused question for an accepted key only where the question says so', () => {
    const refused = answerOf({ status: 400, body: error('messages: at least one is required') })
    expect(readAnswer(refused).verdict).toBe('unclear')
    expect(readAnswer(refused, [400]).verdict).toBe('good')
    const wrong = answerOf({ status: 400, body: error('Invalid API key') })
    expect(readAnswer(wrong, [400]).verdict).toBe('wrong_key')
  })

  it('is not slow with a long hostile text', () => {
    const text = `api key ${'a'.repeat(200_000)} ${'balance '.repeat(20_000)}`
    const started = performance.now()
    readAnswer(answerOf({ status: 403, body: { message: text } }))
    expect(performance.now() - started).toBeLessThan(500)
  })
})
