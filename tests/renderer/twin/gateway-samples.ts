import type { EgressDestination, EgressRule } from '../../../src/preload/egress.ts'
import type { Pool } from '../../../src/preload/pools.ts'
import type { Budget } from '../../../src/preload/usage.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** One account limited for a family, one with windows that are nearly used up, and one that rests. */
export const pools = (now: number): Pool[] => [
  {
    providerId: 'anthropic',
    strategy: 'sticky',
    rotate: true,
    accounts: [
      {
        accountId: 'a1',
        standings: [
          {
            family: 'claude-opus',
            health: 61,
            tokens: 42,
            cooling: {
              kind: 'quota',
              since: now - 4 * MINUTE,
              until: now + 41 * MINUTE,
              said: 'This request would exceed your organization’s rate limit of 400,000 input tokens per minute.',
            },
          },
          { family: 'claude-sonnet', health: 84, tokens: 37 },
        ],
        quota: [
          { name: 'requests', limit: 4000, remaining: 3120, resetsAt: now + 50_000, at: now - 3 * MINUTE },
          {
            name: 'input-tokens',
            limit: 400_000,
            remaining: 22_000,
            resetsAt: now + 41 * MINUTE,
            at: now - 3 * MINUTE,
          },
          { name: '5h', usedPercent: 63, resetsAt: now + 2 * HOUR + 12 * MINUTE, at: now - 3 * MINUTE },
        ],
      },
      {
        accountId: 'a2',
        standings: [
          {
            family: 'claude-sonnet',
            health: 60,
            tokens: 48,
            cooling: { kind: 'rate', since: now - 9000, until: now + 41_000, said: 'Too many requests.' },
          },
        ],
        quota: [{ name: 'requests', limit: 50, remaining: 0, resetsAt: now + 41_000, at: now - 9000 }],
      },
    ],
  },
]

export const budgets = (now: number): Budget[] => {
  const date = new Date(now)
  const tomorrow = new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime()
  const nextMonth = new Date(date.getFullYear(), date.getMonth() + 1, 1).getTime()
  return [
    {
      id: 'b1',
      scope: 'project',
      targetId: 'atlas',
      period: 'day',
      unit: 'usd',
      limit: 5,
      spent: 4.31,
      state: 'warned',
      endsAt: tomorrow,
    },
    {
      id: 'b2',
      scope: 'account',
      targetId: 'a2',
      period: 'month',
      unit: 'usd',
      limit: 40,
      spent: 12.4,
      state: 'ok',
      endsAt: nextMonth,
    },
    {
      id: 'b3',
      scope: 'project',
      targetId: 'scratch',
      period: 'day',
      unit: 'tokens',
      limit: 2_000_000,
      spent: 2_012_400,
      state: 'reached',
      endsAt: tomorrow,
    },
  ]
}

export const rules = (): EgressRule[] => [
  { host: 'github.com', purpose: 'git', own: false },
  { host: '*.githubusercontent.com', purpose: 'git', own: false },
  { host: 'gitlab.com', purpose: 'git', own: false },
  { host: 'packages.example.com', purpose: 'npm packages', own: false },
  { host: 'python.example.com', purpose: 'Python packages', own: false },
  { host: 'files.pythonhosted.org', purpose: 'Python packages', own: false },
  { host: 'crates.example.com', purpose: 'Rust packages', own: false },
  { host: 'go.example.com', purpose: 'Go modules', own: false },
  { host: 'packages.example.net', purpose: 'our own registry', own: true },
]

export const destinations = (now: number): EgressDestination[] => [
  {
    host: 'api.anthropic.com',
    kind: 'provider',
    connections: 214,
    refused: 0,
    bytesOut: 48_200_000,
    bytesIn: 6_100_000,
    lastAt: now - 9000,
    listed: false,
  },
  {
    host: 'telemetry.example.com',
    kind: 'other',
    connections: 0,
    refused: 37,
    bytesOut: 0,
    bytesIn: 0,
    lastAt: now - 40_000,
    listed: false,
  },
  {
    host: 'a-very-long-name-of-a-storage-bucket.region-of-the-world.storage.example.com:8443',
    kind: 'other',
    connections: 12,
    refused: 4,
    bytesOut: 21_000,
    bytesIn: 3_400_000_000,
    lastAt: now - 2 * MINUTE,
    listed: false,
  },
  {
    host: '*',
    kind: 'other',
    connections: 9,
    refused: 4210,
    bytesOut: 21_000,
    bytesIn: 88_000,
    lastAt: now - 26 * HOUR,
    listed: false,
  },
  {
    host: 'packages.example.com',
    kind: 'other',
    connections: 86,
    refused: 0,
    bytesOut: 410_000,
    bytesIn: 92_400_000,
    lastAt: now - 3 * MINUTE,
    listed: true,
  },
  {
    host: 'github.com',
    kind: 'other',
    connections: 4,
    refused: 0,
    bytesOut: 22_000,
    bytesIn: 1_870_000,
    lastAt: now - 22 * MINUTE,
    listed: true,
  },
  {
    host: 'docs.a-rather-long-name-of-a-vendor.example.org',
    kind: 'other',
    connections: 0,
    refused: 1,
    bytesOut: 0,
    bytesIn: 0,
    lastAt: now - 2 * HOUR,
    listed: false,
  },
]
