import type { Tokens } from '../../../src/preload/tokens.ts'
import type { UsageDimension, UsageQuery, UsageRow } from '../../../src/preload/usage.ts'

/** One day of one project with one account and one model, as a main side would have summed it. */
interface Slice {
  readonly at: number
  readonly day: string
  readonly project: readonly [id: string, name: string]
  readonly account: readonly [id: string, label: string]
  readonly model: string
  readonly provider: string
  readonly requests: number
  readonly retries: number
  readonly failed: number
  readonly tokens: Tokens
  readonly cost: number | undefined
}

const DAY = 86_400_000

type Habit = Pick<Slice, 'project' | 'account' | 'model' | 'provider'> & {
  readonly weight: number
  readonly price: number | undefined
}

const GIVEN: readonly (Omit<Habit, 'provider'> & { readonly provider?: string })[] = [
  {
    project: ['atlas', 'atlas-api'],
    account: ['a1', 'team key'],
    model: 'claude-sonnet-4-8',
    weight: 9,
    price: 3,
  },
  {
    project: ['atlas', 'atlas-api'],
    account: ['a2', 'own key'],
    model: 'claude-sonnet-4-8',
    weight: 2,
    price: 3,
  },
  {
    project: ['atlas', 'atlas-api'],
    account: ['a1', 'team key'],
    model: 'claude-opus-4-8',
    weight: 2,
    price: 5,
  },
  {
    project: ['billing', 'billing-worker'],
    account: ['a2', 'own key'],
    model: 'claude-haiku-4-5',
    weight: 7,
    price: 1,
  },
  {
    project: ['docs', 'docs-site'],
    account: ['a1', 'team key'],
    model: 'claude-sonnet-4-8',
    weight: 3,
    price: 3,
  },
  {
    project: ['gone', 'old-prototype'],
    account: ['a1', 'team key'],
    model: 'claude-sonnet-4-8',
    weight: 1,
    price: 3,
  },
  {
    project: ['search', 'search-index'],
    account: ['a3', 'main'],
    model: 'qwen/qwen3-coder',
    provider: 'openrouter',
    weight: 4,
    price: 0.3,
  },
  {
    project: ['scratch', 'scratch'],
    account: ['a4', 'main'],
    model: 'qwen3-coder-30b',
    provider: 'lab',
    weight: 5,
    price: undefined,
  },
]
const HABITS: readonly Habit[] = GIVEN.map((habit) => ({ provider: 'anthropic', ...habit }))

/** Always the same for the same place, from 0 to 1. */
const noise = (day: number, habit: number) =>
  Math.abs(Math.sin(day * 12.9898 + habit * 78.233) * 43_758.5453) % 1

const dateOf = (at: number) => {
  const date = new Date(at)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** Thirty days of work, with quiet weekends. */
export function usageDays(now: number, days = 30): Slice[] {
  return Array.from({ length: days }, (_, ago) => {
    const at = now - ago * DAY
    const weekend = [0, 6].includes(new Date(at).getDay())
    return HABITS.flatMap((habit, index): Slice[] => {
      const share = noise(ago, index)
      if (share < (weekend ? 0.8 : 0.2)) return []
      const requests = Math.ceil(habit.weight * share * 14)
      const tokens = {
        input: requests * 2100,
        output: requests * 640,
        cacheRead: requests * 18_400,
        cacheWrite: requests * 900,
        reasoning: requests * 120,
      }
      const cost =
        habit.price === undefined
          ? undefined
          : ((tokens.input + tokens.output * 5 + tokens.cacheRead * 0.1 + tokens.cacheWrite * 1.25) / 1e6) *
            habit.price
      const { weight: _weight, price: _price, ...keys } = habit
      const retries = Math.floor(requests * share * 0.05)
      return [{ ...keys, at, day: dateOf(at), requests, retries, failed: index === 6 ? 2 : 0, tokens, cost }]
    })
  }).flat()
}

const KEYS: Readonly<Record<UsageDimension, (slice: Slice) => readonly [key: string, label: string]>> = {
  day: ({ day }) => [day, day],
  project: ({ project }) => project,
  account: ({ account }) => account,
  model: ({ provider, model }) => [`${provider}/${model}`, model],
  provider: ({ provider }) => [provider, provider],
}

const sum = (slices: readonly Slice[], of: (slice: Slice) => number) =>
  slices.reduce((total, slice) => total + of(slice), 0)

function rowOf(slices: readonly Slice[], { dimension, by }: UsageQuery): UsageRow {
  const [first] = slices
  if (first === undefined) throw new Error('a row is made of something')
  const [key, label] = KEYS[dimension](first)
  const second = by === undefined ? undefined : KEYS[by](first)
  const priced = slices.filter(({ cost }) => cost !== undefined)
  const total = (name: keyof Tokens) => sum(slices, ({ tokens }) => tokens[name])
  return {
    key,
    label,
    ...(second === undefined ? {} : { by: second[0], byLabel: second[1] }),
    requests: sum(slices, ({ requests }) => requests),
    retries: sum(slices, ({ retries }) => retries),
    failed: sum(slices, ({ failed }) => failed),
    tokens: {
      input: total('input'),
      output: total('output'),
      cacheRead: total('cacheRead'),
      cacheWrite: total('cacheWrite'),
      reasoning: total('reasoning'),
    },
    ...(priced.length === 0 ? {} : { cost: sum(priced, ({ cost }) => cost ?? 0) }),
    unpriced: sum(
      slices.filter(({ cost }) => cost === undefined),
      ({ requests }) => requests,
    ),
    firstByteMs: 840,
    durationMs: 6300,
  }
}

/** What a question is answered with. */
export function usageRows(slices: readonly Slice[], query: UsageQuery): UsageRow[] {
  const asked = slices.filter(
    ({ at, project, account }) =>
      at >= query.from &&
      at <= query.to &&
      (query.projectId === undefined || project[0] === query.projectId) &&
      (query.accountId === undefined || account[0] === query.accountId),
  )
  const groups = Map.groupBy(asked, (slice) => {
    const second = query.by === undefined ? '' : KEYS[query.by](slice)[0]
    return `${KEYS[query.dimension](slice)[0]}\n${second}`
  })
  return [...groups.values()].map((group) => rowOf(group, query))
}
