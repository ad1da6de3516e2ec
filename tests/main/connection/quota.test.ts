import { describe, expect, it, vi } from 'vitest'
import type { Credential } from '../../../src/main/accounts/types.ts'
import type { Catalog } from '../../../src/main/catalog/types.ts'
import { asksQuota, createAskQuota } from '../../../src/main/connection/quota.ts'
import { QUOTA_ENDPOINTS } from '../../../src/main/connection/quota-endpoints.ts'
import { BerthError } from '../../../src/main/errors.ts'
import type { UpstreamCall } from '../../../src/main/upstream-call.ts'
import type { Account } from '../../../src/preload/accounts.ts'
import { quotaWindow } from '../../../src/preload/pools.ts'
import { answerOf, CANARY, newCatalog, type Scripted, sharedCatalog, unreachable, type World } from './lab.ts'

/** Asking vendors what is left, against scripted answers of the shapes their documentation shows. */

/** A Friday. */
const NOW = Date.UTC(2026, 10, 20, 12, 0)

interface LabOptions {
  readonly providerId: string
  readonly catalog?: Catalog
  readonly account?: Partial<Account>
}

function lab(world: World, { providerId, catalog = sharedCatalog(), account = {} }: LabOptions) {
  const calls: UpstreamCall[] = []
  const state = {
    now: NOW,
    credential: { type: 'api', key: CANARY } as Credential,
    failure: undefined as BerthError | undefined,
    account: {
      id: 'a1',
      providerId,
      namespace: '',
      label: 'work',
      type: 'api',
      preview: '…2Ued',
      fields: {},
      state: 'connected',
      active: true,
      position: 0,
      createdAt: 0,
      ...account,
    } as Account,
  }
  const ask = createAskQuota({
    catalog,
    now: () => state.now,
    accounts: {
      get: (id) => ({ ...state.account, id }),
      credential() {
        if (state.failure !== undefined) throw state.failure
        return state.credential
      },
    },
    call: async (call) => {
      calls.push(call)
      const scripted = world(call, calls.length - 1)
      if (scripted instanceof BerthError) throw scripted
      return answerOf(scripted)
    },
  })
  return { calls, state, ask }
}

/** What one asking tells, without what holds for all of them, which is held here. */
async function told(providerId: string, world: World) {
  const { ask, calls } = lab(world, { providerId })
  const asked = await ask('a1')
  const words = JSON.stringify(asked)
  expect(words).not.toContain(CANARY.slice(0, 12))
  for (const window of asked.told?.windows ?? []) {
    expect(window).toMatchObject({ asked: true, at: NOW })
    expect(quotaWindow.parse(JSON.parse(JSON.stringify(window)))).toEqual(window)
  }
  for (const { url, body, headers } of calls) {
    expect(`${url}${body ?? ''}`).not.toContain(CANARY)
    expect(headers['user-agent']).toBe('Berth')
    expect(headers.authorization ?? headers['x-api-key']).toContain(CANARY)
  }
  const windows = asked.told?.windows.map(({ asked: _asked, at: _at, ...window }) => window)
  return { ...asked, windows, calls }
}

/** The examples of the vendors' documentation; the addresses of it stand in `quota-endpoints.ts`. */
const OPENROUTER = {
  byok_usage: 17.38,
  creator_user_id: 'user_2dHFtVWx2n56w6HkM0000000000',
  expires_at: '2027-12-31T23:59:59Z',
  include_byok_in_limit: false,
  is_free_tier: false,
  label: 'sk-or-v1-au7...890',
  limit: 100,
  limit_remaining: 74.5,
  limit_reset: 'monthly',
  rate_limit: { interval: '1h', note: 'This field is deprecated and safe to ignore.', requests: 1000 },
  usage: 25.5,
}
const DEEPSEEK = {
  currency: 'CNY',
  total_balance: '110.00',
  granted_balance: '10.00',
  topped_up_balance: '100.00',
}
const MOONSHOT = {
  code: 0,
  data: { available_balance: 49.58894, voucher_balance: 46.58893, cash_balance: 3.00001 },
  scode: '0x0',
  status: true,
}
const SILICONFLOW = {
  code: 20000,
  message: 'OK',
  status: true,
  data: { id: 'userid', balance: '0.88', status: 'normal', chargeBalance: '88.00', totalBalance: '88.88' },
}
const VENICE = {
  data: {
    accessPermitted: true,
    apiTier: { id: 'paid', isCharged: true },
    balances: { USD: 50.23, DIEM: 100.023 },
    keyExpiration: null,
    nextEpochBegins: '2026-11-21T00:00:00.000Z',
    rateLimits: [{ apiModelId: 'zai-org-glm-4.7', rateLimits: [{ amount: 20, type: 'RPM' }] }],
  },
}
const NANO = { usd_balance: '129.46956147', nano_balance: '26.71801147', nanoDepositAddress: 'nano_1gx3' }
const NANO_PLAN = {
  active: true,
  limits: { daily: 5000, monthly: 60000 },
  enforceDailyLimit: true,
  daily: { used: 5, remaining: 4995, percentUsed: 0.001, resetAt: 1738540800000 },
  monthly: { used: 45, remaining: 59955, percentUsed: 0.00075, resetAt: 1739404800000 },
  period: { currentPeriodEnd: '2025-02-13T23:59:59.000Z' },
  state: 'active',
  graceUntil: null,
}
const NOVITA = { availableBalance: '1000000', cashBalance: '800000', creditLimit: '200000' }
const STEPFUN = {
  object: 'account',
  type: 'prepaid',
  balance: 14.5,
  total_cash_balance: 0,
  total_voucher_balance: 15,
}

const money = (remaining: number, unit: string, name = 'balance') => ({ name, unit, remaining })

const DOCUMENTED: readonly [string, readonly unknown[], readonly object[]][] = [
  [
    'openrouter',
    [{ data: OPENROUTER }],
    [
      {
        name: 'key limit, monthly',
        unit: 'USD',
        limit: 100,
        remaining: 74.5,
        resetsAt: Date.UTC(2026, 11, 1),
      },
    ],
  ],
  ['deepseek', [{ is_available: true, balance_infos: [DEEPSEEK] }], [money(110, 'CNY')]],
  ['moonshotai', [MOONSHOT], [money(49.58894, 'USD')]],
  ['moonshotai-cn', [MOONSHOT], [money(49.58894, 'CNY')]],
  ['siliconflow', [SILICONFLOW], [money(88.88, 'USD')]],
  ['siliconflow-cn', [SILICONFLOW], [money(88.88, 'CNY')]],
  ['vercel', [{ balance: '95.50', total_used: '4.50' }], [money(95.5, 'USD')]],
  ['poe', [{ current_point_balance: 295932 }], [money(295932, 'points')]],
  [
    'venice',
    [VENICE],
    [money(50.23, 'USD'), { ...money(100.023, 'DIEM', 'DIEM of the day'), resetsAt: Date.UTC(2026, 10, 21) }],
  ],
  [
    'nano-gpt',
    [NANO, NANO_PLAN],
    [
      money(129.46956147, 'USD'),
      { name: 'subscription, daily', limit: 5000, remaining: 4995, resetsAt: 1738540800000 },
      { name: 'subscription, monthly', limit: 60000, remaining: 59955, resetsAt: 1739404800000 },
    ],
  ],
  ['novita-ai', [NOVITA], [money(100, 'USD')]],
  ['stepfun', [STEPFUN], [money(14.5, 'CNY')]],
]

describe('the documented answers', () => {
  it.each(DOCUMENTED)('%s', async (providerId, bodies, windows) => {
    const asked = await told(providerId, (_, index) => ({ body: bodies[index] }))
    expect(asked).toMatchObject({ at: NOW, told: { whole: true } })
    expect(asked.problem).toBeUndefined()
    expect(asked.windows).toEqual(windows)
    expect(asked.calls).toHaveLength(bodies.length)
  })

  it('are of every vendor that is asked', () => {
    expect(DOCUMENTED.map(([id]) => id).toSorted()).toEqual(Object.keys(QUOTA_ENDPOINTS).toSorted())
  })

  it.each<[string, unknown, readonly object[]]>([
    // A key without a limit tells what it used.
    [
      'openrouter',
      { data: { ...OPENROUTER, limit: null, limit_remaining: null, limit_reset: null } },
      [{ name: 'key', unit: 'USD', used: 25.5 }],
    ],
    [
      'openrouter',
      { data: { ...OPENROUTER, limit_reset: null } },
      [{ name: 'key limit', unit: 'USD', limit: 100, remaining: 74.5 }],
    ],
    // The limit was passed by the last request.
    [
      'openrouter',
      { data: { ...OPENROUTER, limit_remaining: -0.02, limit_reset: 'never heard of' } },
      [{ name: 'key limit', unit: 'USD', limit: 100, remaining: 0 }],
    ],
    [
      'deepseek',
      { balance_infos: [DEEPSEEK, { ...DEEPSEEK, currency: 'USD', total_balance: '0.00' }] },
      [money(110, 'CNY', 'balance, CNY'), money(0, 'USD', 'balance, USD')],
    ],
    ['deepseek', { is_available: false, balance_infos: [] }, []],
    // Owed.
    ['moonshotai', { data: { available_balance: -0.2 } }, [money(-0.2, 'USD')]],
    ['venice', { data: { balances: { USD: null, DIEM: null } } }, []],
  ])('%s tells less or more: %#', async (providerId, body, windows) => {
    expect((await told(providerId, () => ({ body }))).windows).toEqual(windows)
  })

  it.each([
    ['daily', Date.UTC(2026, 10, 21)],
    ['weekly', Date.UTC(2026, 10, 23)],
    ['monthly', Date.UTC(2026, 11, 1)],
  ])('OpenRouter’s %s limit begins anew at midnight UTC', async (limit_reset, resetsAt) => {
    const asked = await told('openrouter', () => ({ body: { data: { ...OPENROUTER, limit_reset } } }))
    expect(asked.windows).toMatchObject([{ resetsAt }])
  })

  it('a week ends with its Sunday', async () => {
    const { ask, state } = lab(() => ({ body: { data: { ...OPENROUTER, limit_reset: 'weekly' } } }), {
      providerId: 'openrouter',
    })
    state.now = Date.UTC(2026, 10, 22, 23, 59)
    expect((await ask('a1')).told?.windows).toMatchObject([{ resetsAt: Date.UTC(2026, 10, 23) }])
  })

  it('NanoGPT without a subscription has its balance alone', async () => {
    const asked = await told('nano-gpt', (_, index) => ({
      body: index === 0 ? NANO : { ...NANO_PLAN, active: false },
    }))
    expect(asked.windows).toEqual([money(129.46956147, 'USD')])
    expect(asked.calls[0]).toMatchObject({ method: 'POST', headers: { 'x-api-key': CANARY } })
  })
})

describe('hostile answers', () => {
  const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
  it.each<[string, unknown]>([
    ['a web page', '<!doctype html><html><title>Sign in</title></html>'],
    ['nothing', ''],
    ['half of it', '{"data":{"limit":20,"limit_rem'],
    ['null', 'null'],
    ['a list', []],
    ['depth', nested],
    ['words for numbers', { data: { limit: 20, limit_remaining: 'much' } }],
    ['numbers in disguise', { data: { limit: '0x10', limit_remaining: '1e3' } }],
    ['an amount beyond all', '{"data":{"limit":20,"limit_remaining":1e309}}'],
    ['an amount beyond sense', { data: { limit: 20, limit_remaining: 1e15 } }],
    ['a limit below nothing', { data: { limit: -5, limit_remaining: 3 } }],
    ['an object for a number', { data: { limit_remaining: { toString: 'x' } } }],
    ['a prototype', '{"__proto__":{"data":{"limit_remaining":5}}}'],
  ])('%s is not understood, and nothing is told', async (_, body) => {
    const asked = await told('openrouter', () => ({ body }))
    expect(asked.windows ?? []).toEqual([])
    expect(asked).toMatchObject({
      told: { whole: false },
      problem: 'OpenRouter answered in a way that Berth does not understand.',
    })
  })

  it.each<[string, unknown]>([
    [
      'a currency that is a text',
      { balance_infos: [{ ...DEEPSEEK, currency: `<b>${'x'.repeat(500)}</b>` }] },
    ],
    ['a currency that is the key', { balance_infos: [{ ...DEEPSEEK, currency: CANARY }] }],
    ['too many balances', { balance_infos: Array.from({ length: 1000 }, () => DEEPSEEK) }],
  ])('DeepSeek: %s', async (_, body) => {
    const asked = await told('deepseek', () => ({ body }))
    expect(asked).toMatchObject({ windows: [], told: { whole: false } })
  })
})

describe('what cannot be asked', () => {
  it.each<[string, Scripted | BerthError, string]>([
    [
      'a key that may not',
      { status: 401, body: { error: { message: 'No auth credentials found' } } },
      'OpenRouter does not tell this key what is left (401: No auth credentials found).',
    ],
    [
      'a key that may not, in few words',
      { status: 403 },
      'OpenRouter does not tell this key what is left (403).',
    ],
    ['too often', { status: 429, body: '' }, 'OpenRouter was asked too often (429).'],
    ['trouble', { status: 503, body: '<html>down</html>' }, 'OpenRouter answered with an error (503).'],
    [
      'elsewhere',
      { status: 302, headers: { location: 'https://evil.example/?k=1' }, body: '' },
      'OpenRouter sent the question elsewhere, which Berth does not follow.',
    ],
    ['nobody there', unreachable('ENOTFOUND'), 'x was not reached (ENOTFOUND).'],
    [
      'the key said back',
      { status: 400, body: { error: { message: `bad key ${CANARY} in Bearer ${CANARY}` } } },
      'OpenRouter answered with an error (400: bad key [secret] in Bearer [secret]).',
    ],
  ])('%s', async (_, scripted, problem) => {
    const asked = await told('openrouter', () => scripted)
    expect(asked).toMatchObject({ at: NOW, problem, told: { windows: [], whole: false } })
    expect(asked.calls).toHaveLength(1)
  })

  it('what one address tells is kept when the other does not', async () => {
    const asked = await told('nano-gpt', (_, index) => (index === 0 ? { body: NANO } : { status: 500 }))
    expect(asked).toMatchObject({ windows: [money(129.46956147, 'USD')], told: { whole: false } })
    expect(asked.problem).toContain('(500)')
  })

  it.each(['disabled', 'revoked', 'expired'] as const)('an account that is %s', async (state) => {
    const { ask, calls } = lab(() => ({}), { providerId: 'openrouter', account: { state } })
    expect(await ask('a1')).toEqual({ problem: `work is ${state}.` })
    expect(calls).toEqual([])
  })

  it('a locked vault', async () => {
    const { ask, calls, state } = lab(() => ({}), { providerId: 'openrouter' })
    state.failure = new BerthError('vault_locked', 'The vault is locked.')
    await expect(ask('a1')).rejects.toThrow('The vault is locked.')
    expect(calls).toEqual([])
  })

  it('a vendor without an address for it, and a login', async () => {
    const without = lab(() => ({}), { providerId: 'anthropic' })
    expect(await without.ask('a1')).toEqual({})
    const login = lab(() => ({}), { providerId: 'openrouter' })
    login.state.credential = { type: 'oauth', access: CANARY, refresh: '', expires: 0 }
    expect(await login.ask('a1')).toEqual({})
    expect([...without.calls, ...login.calls]).toEqual([])
  })
})

describe('where the key goes', () => {
  it('only to hosts that get it anyway, over TLS', () => {
    for (const [id, questions] of Object.entries(QUOTA_ENDPOINTS))
      for (const { url } of questions) {
        const { protocol, host, search, hash } = new URL(url)
        expect([protocol, search, hash]).toEqual(['https:', '', ''])
        expect(sharedCatalog().hosts(id, {})).toContain(host)
      }
  })

  it('nowhere when the catalog has another host for the provider', async () => {
    const moved = { ...sharedCatalog(), hosts: () => ['evil.openrouter.ai', 'openrouter.ai.evil.example'] }
    const { ask, calls } = lab(() => ({}), { providerId: 'openrouter', catalog: moved })
    await expect(ask('a1')).rejects.toThrow(/did not ask openrouter\.ai .* not its host/)
    expect(calls).toEqual([])
  })

  it('not to the vendor when a provider of the user’s own has its id', async () => {
    const catalog = newCatalog()
    const own = { ...catalog, custom: () => [{ id: 'deepseek' }] as unknown as ReturnType<Catalog['custom']> }
    expect([asksQuota(catalog, 'deepseek'), asksQuota(own, 'deepseek')]).toEqual([true, false])
    const { ask, calls } = lab(() => ({}), { providerId: 'deepseek', catalog: own })
    expect(await ask('a1')).toEqual({})
    expect(calls).toEqual([])
    expect(asksQuota(catalog, 'constructor')).toBe(false)
  })
})

describe('how often', () => {
  const good = (): Scripted => ({ body: { data: OPENROUTER } })

  it('once a minute for each account, whatever came of it', async () => {
    let status = 500
    const { ask, calls, state } = lab(() => ({ ...good(), status }), { providerId: 'openrouter' })
    const first = await ask('a1')
    expect(first.problem).toContain('(500')
    status = 200
    state.now = NOW + 59_999
    expect(await ask('a1')).toEqual({ at: NOW, problem: first.problem })
    expect(calls).toHaveLength(1)
    await ask('a2')
    expect(calls).toHaveLength(2)
    state.now = NOW + 60_000
    const again = await ask('a1')
    expect(again).toMatchObject({ at: NOW + 60_000, told: { whole: true } })
    expect(again.problem).toBeUndefined()
    expect(calls).toHaveLength(3)
  })

  it('at once for another key', async () => {
    const { ask, calls, state } = lab(good, { providerId: 'openrouter' })
    await ask('a1')
    state.credential = { type: 'api', key: `${CANARY}2` }
    await ask('a1')
    expect(calls.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${CANARY}`,
      `Bearer ${CANARY}2`,
    ])
  })

  it('once for all who ask at the same time, and four accounts at a time', async () => {
    const gate = Promise.withResolvers<void>()
    const seen: string[] = []
    const ask = createAskQuota({
      catalog: sharedCatalog(),
      now: () => NOW,
      accounts: {
        get: (id) => ({ id, providerId: 'openrouter', fields: {}, state: 'connected' }) as Account,
        credential: (id) => ({ type: 'api', key: `key-of-${id}` }),
      },
      call: async ({ headers }) => {
        seen.push(String(headers.authorization))
        await gate.promise
        return answerOf(good())
      },
    })
    const all = ['a1', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a6'].map(ask)
    await vi.waitFor(() => expect(seen).toHaveLength(4))
    gate.resolve()
    const asked = await Promise.all(all)
    expect(seen.toSorted()).toEqual([1, 2, 3, 4, 5, 6].map((n) => `Bearer key-of-a${n}`))
    expect(asked[0]).toBe(asked[1])
  })

  it('what was said of a key is not told of the one that took its place meanwhile', async () => {
    const { ask, state } = lab(
      () => {
        state.credential = { type: 'api', key: `${CANARY}2` }
        return good()
      },
      { providerId: 'openrouter' },
    )
    expect(await ask('a1')).toEqual({ at: NOW })
  })

  it('an account whose turn comes after the vault was locked is not asked about', async () => {
    const { ask, calls, state } = lab(good, { providerId: 'openrouter' })
    const first = ['a1', 'a2', 'a3', 'a4'].map(ask)
    const late = ask('a5')
    state.failure = new BerthError('vault_locked', 'The vault is locked.')
    await Promise.all(first)
    expect(await late).toEqual({})
    expect(calls.length).toBeLessThanOrEqual(4)
  })
})
