import { z } from 'zod'
import type { QuotaWindow } from '../../preload/pools.ts'
import { parseJson } from './json.ts'
import type { KeyHeader } from './vendors.ts'

/**
 * Where vendors tell a normal API key what is left, as data. Each address and shape is from the documentation named beside
 * it. Left out: what wants a key for management (OpenRouter's `/credits`, Venice's `/billing/balance`, ZenMux, xAI), what
 * is on a host that does not get the key anyway (Chutes, MiniMax), and what is documented nowhere (Copilot, Kimi Code, Z.AI).
 */
export interface QuotaQuestion {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly key: KeyHeader
  /** What an answer's JSON tells; undefined where it is not of the documented shape. `now`: milliseconds since the epoch. */
  read(json: unknown, now: number): Told[] | undefined
}

type Told = Omit<QuotaWindow, 'at' | 'asked'>

/** More than any account has: what is above it is no amount. */
const MOST = 1e12

/** A number, as such or as decimal text. */
const amount = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d{1,15}(?:\.\d{1,20})?$/)
      .transform(Number),
  ])
  .refine((value) => Math.abs(value) <= MOST)
/** Of what cannot be owed. */
const count = amount.refine((value) => value >= 0)
const moment = z.union([z.number(), z.string().transform(Date.parse)]).refine((at) => at > 0 && at < 1e14)
const currency = z.string().regex(/^[A-Z]{3}$/)

type Reading<S extends z.ZodType> = (told: z.output<S>, now: number) => Told[]

function get<S extends z.ZodType>(url: string, shape: S, windows: Reading<S>): QuotaQuestion {
  return {
    method: 'GET',
    url,
    key: 'bearer',
    read(json, now) {
      const parsed = shape.safeParse(json)
      return parsed.success ? windows(parsed.data, now) : undefined
    },
  }
}

const balance = (remaining: number, unit: string): Told => ({ name: 'balance', unit, remaining })

/** Midnight UTC after today, after Sunday, or after the last of the month. */
function resetOf(span: 'daily' | 'weekly' | 'monthly', now: number): number {
  const date = new Date(now)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  if (span === 'monthly') return Date.UTC(year, month + 1, 1)
  return Date.UTC(year, month, day + (span === 'daily' ? 1 : 8 - (date.getUTCDay() || 7)))
}

const openRouter = z.object({
  data: z.object({
    limit: count.nullish(),
    limit_remaining: amount.nullish(),
    limit_reset: z.enum(['daily', 'weekly', 'monthly']).nullish().catch(undefined),
    usage: count.optional(),
  }),
})

/** The key's own limit, in the account's credits, which are US dollars; what it has used where it has none. */
function openRouterKey({ data }: z.output<typeof openRouter>, now: number): Told[] {
  const { limit, limit_remaining: left, limit_reset: span, usage } = data
  if (typeof left === 'number') {
    const name = span ? `key limit, ${span}` : 'key limit'
    const reset = span ? { resetsAt: resetOf(span, now) } : {}
    const most = typeof limit === 'number' ? { limit } : {}
    return [{ name, unit: 'USD', ...most, remaining: Math.max(0, left), ...reset }]
  }
  return usage === undefined ? [] : [{ name: 'key', unit: 'USD', used: usage }]
}

const deepSeek = z.object({
  balance_infos: z.array(z.object({ currency, total_balance: amount })).max(8),
})

const moonshot = (host: string, unit: string): QuotaQuestion =>
  get(
    `https://${host}/v1/users/me/balance`,
    z.object({ data: z.object({ available_balance: amount }) }),
    ({ data }) => [balance(data.available_balance, unit)],
  )

const siliconFlow = (host: string, unit: string): QuotaQuestion =>
  get(`https://${host}/v1/user/info`, z.object({ data: z.object({ totalBalance: amount }) }), ({ data }) => [
    balance(data.totalBalance, unit),
  ])

const venice = z.object({
  data: z.object({
    balances: z.object({ USD: amount.nullish(), DIEM: count.nullish() }),
    nextEpochBegins: moment.nullish().catch(undefined),
  }),
})

/** Dollars that were paid in, and the day's share of staked DIEM, which comes anew with the next epoch. */
function veniceBalances({ data }: z.output<typeof venice>): Told[] {
  const { balances, nextEpochBegins: next } = data
  const usd = typeof balances.USD === 'number' ? [balance(balances.USD, 'USD')] : []
  if (typeof balances.DIEM !== 'number') return usd
  const reset = typeof next === 'number' ? { resetsAt: next } : {}
  return [...usd, { name: 'DIEM of the day', unit: 'DIEM', remaining: balances.DIEM, ...reset }]
}

const share = z.object({ remaining: count, resetAt: moment.nullish().catch(undefined) })
const nanoGpt = z.object({
  active: z.boolean(),
  limits: z.object({ daily: count.nullish(), monthly: count.nullish() }).optional(),
  daily: share.nullish(),
  monthly: share.nullish(),
})

/** What a subscription includes a day and a month; nothing without one. */
function nanoGptPlan({ active, limits, ...spans }: z.output<typeof nanoGpt>): Told[] {
  if (!active) return []
  return (['daily', 'monthly'] as const).flatMap((which) => {
    const told = spans[which]
    if (!told) return []
    const limit = limits?.[which]
    return [
      {
        name: `subscription, ${which}`,
        ...(typeof limit === 'number' ? { limit } : {}),
        remaining: told.remaining,
        ...(typeof told.resetAt === 'number' ? { resetsAt: told.resetAt } : {}),
      },
    ]
  })
}

/** By provider; several questions are asked one after another. */
export const QUOTA_ENDPOINTS: Readonly<Record<string, readonly QuotaQuestion[]>> = {
  // api-docs.deepseek.com/api/get-user-balance: one balance for each currency.
  deepseek: [
    get('https://api.deepseek.com/user/balance', deepSeek, ({ balance_infos: all }) =>
      [...new Map(all.map((one) => [one.currency, one])).values()].map((one, _, { length }) => ({
        ...balance(one.total_balance, one.currency),
        ...(length > 1 ? { name: `balance, ${one.currency}` } : {}),
      })),
    ),
  ],
  // platform.kimi.ai/docs/api/balance in US dollars, platform.moonshot.cn/docs/api/balance in yuan; the rest is the same.
  moonshotai: [moonshot('api.moonshot.ai', 'USD')],
  'moonshotai-cn': [moonshot('api.moonshot.cn', 'CNY')],
  // docs.nano-gpt.com/api-reference/endpoint/check-balance, and …/subscription-usage
  'nano-gpt': [
    {
      ...get('https://nano-gpt.com/api/check-balance', z.object({ usd_balance: amount }), (told) => [
        balance(told.usd_balance, 'USD'),
      ]),
      method: 'POST',
      key: 'x-api-key',
    },
    get('https://nano-gpt.com/api/subscription/v1/usage', nanoGpt, nanoGptPlan),
  ],
  // novita.ai/docs/api-reference/basic-get-user-balance: in ten-thousandths of a US dollar.
  'novita-ai': [
    get(
      'https://api.novita.ai/openapi/v1/billing/balance/detail',
      z.object({ availableBalance: amount }),
      ({ availableBalance }) => [balance(availableBalance / 10_000, 'USD')],
    ),
  ],
  // openrouter.ai/docs/api/api-reference/api-keys/get-current-key; limits begin anew at midnight UTC, weeks on Monday.
  openrouter: [get('https://openrouter.ai/api/v1/key', openRouter, openRouterKey)],
  // creator.poe.com/api-reference/getCurrentBalance
  poe: [
    get(
      'https://api.poe.com/usage/current_balance',
      z.object({ current_point_balance: amount }),
      ({ current_point_balance: points }) => [balance(points, 'points')],
    ),
  ],
  // docs.siliconflow.cn/cn/api-reference/userinfo/get-user-info names no currency: each site sells in its own.
  siliconflow: [siliconFlow('api.siliconflow.com', 'USD')],
  'siliconflow-cn': [siliconFlow('api.siliconflow.cn', 'CNY')],
  // platform.stepfun.com/docs/zh/api-reference/accounts/get, where prices are in yuan
  stepfun: [
    get('https://api.stepfun.com/v1/accounts', z.object({ balance: amount }), (told) => [
      balance(told.balance, 'CNY'),
    ]),
  ],
  // docs.venice.ai/api-reference/endpoint/api_keys/rate_limits
  venice: [get('https://api.venice.ai/api/v1/api_keys/rate_limits', venice, veniceBalances)],
  // vercel.com/docs/ai-gateway/sdks-and-apis/rest-api#check-credit-balance
  vercel: [
    get('https://ai-gateway.vercel.sh/v1/credits', z.object({ balance: amount }), (told) => [
      balance(told.balance, 'USD'),
    ]),
  ],
}

/** What an answer to a question tells; undefined where it cannot be read. */
export function windowsIn({ read }: QuotaQuestion, text: string, now: number): QuotaWindow[] | undefined {
  return read(parseJson(text), now)?.map((told) => ({ ...told, asked: true, at: now }))
}
