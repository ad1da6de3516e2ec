import { describe, expect, it } from 'vitest'
import { createCheckAccount } from '../../../src/main/connection/check-account.ts'
import type { Account, ConnectionVerdict } from '../../../src/preload/accounts.ts'
import { account } from '../gateway/world.ts'

interface Given {
  readonly over?: Partial<Account>
  /** What the vendor says to the access token of the name. */
  readonly vendor?: Readonly<Record<string, ConnectionVerdict>>
  readonly problem?: { message: string; isPassing: boolean }
}

async function check({ over, vendor = {}, problem }: Given) {
  let access = 'old'
  let renewals = 0
  const test = createCheckAccount({
    accounts: {
      get: () => account('openai', { type: 'oauth', ...over }),
      credential: () => ({ type: 'oauth', access, refresh: 'r', expires: 1 }),
    },
    checks: {
      check: async (_, credential) => {
        const token = credential.type === 'oauth' ? credential.access : ''
        return { verdict: vendor[token] ?? 'good', message: `It is ${token}.`, durationMs: 1 }
      },
    },
    async renew() {
      renewals += 1
      if (problem === undefined) access = 'new'
      return problem
    },
    now: () => 1000,
  })
  const { check: found, tested } = await test('acc-openai')
  return { verdict: found.verdict, message: found.message, tested, renewals }
}

const RENEWABLE = { renewable: true, expiresAt: 2000 }
const ENDED = { renewable: true, expiresAt: 1000 }
const LATER = { message: 'It could not be renewed.', isPassing: true }
const DEAD = { message: 'It is dead. Sign in again.', isPassing: false }

describe('a test of an account', () => {
  it.each<[string, Given, ConnectionVerdict, string, number]>([
    ['tries a login as it is while that is good', { over: RENEWABLE }, 'good', 'It is old.', 0],
    ['renews one that has ended first', { over: ENDED }, 'good', 'It is new.', 1],
    [
      'renews one that is refused, once',
      { over: RENEWABLE, vendor: { old: 'wrong_key', new: 'wrong_key' } },
      'wrong_key',
      'It is new.',
      1,
    ],
    [
      'tries one anew that was renewed after a refusal',
      { over: RENEWABLE, vendor: { old: 'expired' } },
      'good',
      'It is new.',
      1,
    ],
    [
      'leaves a limit alone',
      { over: RENEWABLE, vendor: { old: 'rate_limited' } },
      'rate_limited',
      'It is old.',
      0,
    ],
    ['says that one could not be renewed', { over: ENDED, problem: LATER }, 'unreachable', LATER.message, 1],
    ['says that one is dead', { over: ENDED, problem: DEAD }, 'revoked', DEAD.message, 1],
    [
      'renews none that cannot be',
      { over: { expiresAt: 1 }, vendor: { old: 'expired' } },
      'expired',
      'It is old.',
      0,
    ],
  ])('%s', async (_, given, verdict, message, renewals) => {
    const found = await check(given)
    expect([found.verdict, found.message, found.renewals]).toEqual([verdict, message, renewals])
    // What it showed is of the login the account then has.
    const access = renewals > 0 && given.problem === undefined ? 'new' : 'old'
    expect(found.tested).toMatchObject({ access })
  })
})
