import type { Pool } from '../../../src/preload/pools.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Providers whose vendors are asked what is left. */
export const askedPools = (now: number): Pool[] => [
  {
    providerId: 'openrouter',
    strategy: 'sticky',
    rotate: false,
    asks: true,
    accounts: [
      {
        accountId: 'a3',
        standings: [],
        quota: [{ name: 'key', unit: 'USD', used: 25.5, asked: true, at: now - 2 * HOUR }],
      },
      {
        accountId: 'a8',
        standings: [],
        quota: [
          { name: 'requests', limit: 1000, remaining: 912, resetsAt: now + 9 * HOUR, at: now - 3 * MINUTE },
          {
            name: 'key limit, monthly',
            unit: 'USD',
            limit: 100,
            remaining: 14.5,
            resetsAt: now + 9 * 24 * HOUR,
            asked: true,
            at: now - 2 * MINUTE,
          },
        ],
      },
    ],
  },
  {
    providerId: 'deepseek',
    strategy: 'sticky',
    rotate: false,
    asks: true,
    accounts: [
      {
        accountId: 'a9',
        standings: [],
        quota: [
          { name: 'balance, CNY', unit: 'CNY', remaining: 110, asked: true, at: now - 2 * MINUTE },
          { name: 'balance, USD', unit: 'USD', remaining: 0, asked: true, at: now - 2 * MINUTE },
        ],
      },
    ],
  },
]
