import { describe, expect, it } from 'vitest'
import { quotaWindows } from '../../../src/main/gateway/quota.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
const S = 1000

const cases: [string, Record<string, string | string[]>, object[]][] = [
  [
    'Anthropic’s, each apart',
    {
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-11-20T12:01:00Z',
      'anthropic-ratelimit-input-tokens-limit': '30000',
      'anthropic-ratelimit-input-tokens-remaining': '29000',
      'anthropic-ratelimit-input-tokens-reset': '2026-11-20T12:00:02Z',
    },
    [
      { name: 'requests', limit: 50, remaining: 0, resetsAt: NOW + 60 * S, at: NOW },
      { name: 'input-tokens', limit: 30_000, remaining: 29_000, resetsAt: NOW + 2 * S, at: NOW },
    ],
  ],
  [
    'those of a subscription, as shares',
    {
      'anthropic-ratelimit-unified-status': 'allowed',
      'anthropic-ratelimit-unified-reset': String(NOW / S + 60),
      'anthropic-ratelimit-unified-5h-status': 'allowed',
      'anthropic-ratelimit-unified-5h-utilization': '0.426',
      'anthropic-ratelimit-unified-5h-reset': String(NOW / S + 60),
      'anthropic-ratelimit-unified-7d-utilization': '1.2',
    },
    [
      { name: '5h', usedPercent: 42.6, resetsAt: NOW + 60 * S, at: NOW },
      { name: '7d', usedPercent: 100, at: NOW },
    ],
  ],
  [
    'OpenAI’s, with durations',
    {
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-limit-tokens': '150000',
      'x-ratelimit-remaining-tokens': '149984',
      'x-ratelimit-reset-tokens': '6m0s',
    },
    [
      { name: 'requests', limit: 60, remaining: 59, resetsAt: NOW + S, at: NOW },
      { name: 'tokens', limit: 150_000, remaining: 149_984, resetsAt: NOW + 360 * S, at: NOW },
    ],
  ],
  [
    'Cerebras’, with seconds and a day',
    { 'x-ratelimit-remaining-requests-day': '10', 'x-ratelimit-reset-requests-day': '33011.382867' },
    [{ name: 'requests-day', remaining: 10, resetsAt: NOW + 33_011_382.867, at: NOW }],
  ],
  [
    'OpenRouter’s, with milliseconds',
    { 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': String(NOW + 5 * S) },
    [{ name: 'requests', limit: 20, remaining: 3, resetsAt: NOW + 5 * S, at: NOW }],
  ],
  [
    'ChatGPT’s, called by their length',
    {
      'x-codex-primary-used-percent': '12.5',
      'x-codex-primary-window-minutes': '300',
      'x-codex-primary-reset-after-seconds': '90',
      'x-codex-secondary-used-percent': '3',
      'x-codex-secondary-window-minutes': '10080',
      'x-codex-secondary-reset-at': String(NOW / S + 100),
    },
    [
      { name: '5h', usedPercent: 12.5, resetsAt: NOW + 90 * S, at: NOW },
      { name: '7d', usedPercent: 3, resetsAt: NOW + 100 * S, at: NOW },
    ],
  ],
]

describe('quotaWindows', () => {
  it.each(cases)('reads %s', (_, headers, expected) => {
    expect(quotaWindows(headers, NOW)).toEqual(expected)
  })

  it.each<[string, Record<string, string | string[]>]>([
    ['other headers', { 'content-type': 'text/html', 'retry-after': '3' }],
    ['a limit without what is left', { 'x-ratelimit-limit-requests': '60' }],
    ['a moment alone', { 'anthropic-ratelimit-requests-reset': '2026-11-20T12:01:00Z' }],
    ['no numbers', { 'x-ratelimit-remaining-requests': 'many', 'x-codex-primary-used-percent': '' }],
    ['less than nothing', { 'x-ratelimit-remaining-tokens': '-1', 'x-ratelimit-remaining': 'NaN' }],
    ['a name without an end', { [`anthropic-ratelimit-${'x'.repeat(100)}-remaining`]: '1' }],
  ])('takes nothing from %s', (_, headers) => {
    expect(quotaWindows(headers, NOW)).toEqual([])
  })

  it('takes the first of several, and no more windows than any vendor has', () => {
    expect(quotaWindows({ 'x-ratelimit-remaining-tokens': ['7', '8'] }, NOW)).toMatchObject([
      { remaining: 7 },
    ])
    const many = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`x-ratelimit-remaining-w${n}`, '1']),
    )
    expect(quotaWindows(many, NOW)).toHaveLength(16)
  })
})
