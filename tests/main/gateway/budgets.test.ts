import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../src/main/db/database.ts'
import type { CountedRequest, GatewayDeps } from '../../../src/main/gateway/types.ts'
import { silentLog } from '../../../src/main/log/log.ts'
import type { UsageBook } from '../../../src/main/usage/types.ts'
import { createUsageBook } from '../../../src/main/usage/usage.ts'
import { refusalText } from '../../../src/main/usage/words.ts'
import { type Answer, QUOTA, type Rig, startRig } from './rig.ts'
import { until } from './world.ts'

/** Budgets and requests under way: the gateway with a real book of usage. */

let rig: Rig
let db: Database
let book: UsageBook
/** Answers the vendor has not given yet. */
let open: ServerResponse[]

beforeEach(async () => {
  db = openDatabase(':memory:')
  book = createUsageBook({
    ...{ db, log: silentLog(), now: Date.now, newId: () => 'b1' },
    pricesOf: () => undefined,
    onBudget: () => undefined,
    onChange: () => undefined,
  })
  open = []
  rig = await startRig(['a', 'b'])
  rig.scripts.set('a', (res) => open.push(res))
  const noTokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 }
  const joined: Partial<GatewayDeps> = {
    overBudget(projectId, accountId) {
      const found = book.exhausted(projectId, accountId)
      return found && { message: refusalText(found, 'atlas'), isPassing: found.isPassing }
    },
    underWay: (projectId, { id, providerId }, modelId) =>
      book.underWay({ projectId, providerId, accountId: id, modelId }),
    count: ({ account, tokens = noTokens, ...rest }: CountedRequest) =>
      book.record({
        ...{ ...rest, tokens, projectName: 'atlas', accountLabel: account.label },
        ...{ providerId: account.providerId, accountId: account.id },
      }),
  }
  Object.assign(rig.world.deps, joined)
})
afterEach(async () => {
  await rig.close()
  book.close()
  db.close()
})

const limit = (tokens: number, scope: 'project' | 'account' = 'project') =>
  book.setBudget({
    ...{ scope, period: 'day', unit: 'tokens', limit: tokens },
    targetId: scope === 'project' ? 'one' : 'acc-a',
  })
const usage = (tokens: number) =>
  JSON.stringify({ usage: { prompt_tokens: tokens - 1, completion_tokens: 1 } })
const answerAll = (tokens: number): void => {
  for (const res of open.splice(0))
    res.writeHead(200, { 'content-type': 'application/json' }).end(usage(tokens))
}
/** One request that the vendor answers with so many tokens. */
async function one(tokens: number): Promise<number> {
  const asked = rig.ask()
  await until(() => open.length > 0, 'the request at the vendor')
  answerAll(tokens)
  return (await asked).status
}
const spent = () => book.budgets()[0]?.spent
const many = (count: number) => Array.from({ length: count }, () => rig.ask())

describe('twenty requests at once and a budget that is nearly used up', () => {
  it('get as far as it probably lasts; the others are to come again, and find room if it lasted longer', async () => {
    limit(1000)
    await one(100)
    await one(100)
    // 800 are left, for eight like these.
    const refusals: Answer[] = []
    const asked = many(20).map((answer) =>
      answer.then((one) => {
        if (one.status === 429) refusals.push(one)
        return one.status
      }),
    )
    await until(() => open.length === 8 && refusals.length === 12, 'eight at the vendor')
    const [refused] = refusals
    expect(refused?.headers).toMatchObject({ 'retry-after': '5', 'x-berth-error': 'budget_reached' })
    expect(refused?.text).toContain(
      'The budget of atlas is nearly used up: 200 of 1,000 tokens a day, and requests under way will probably use the rest.',
    )
    answerAll(50)
    expect((await Promise.all(asked)).filter((status) => status === 200)).toHaveLength(8)
    expect(spent()).toBe(600)
    expect(await one(400)).toBe(200)
    const last = await rig.ask()
    expect(last.status).toBe(403)
    expect(last.headers['retry-after']).toBeUndefined()
    expect(last.text).toContain(
      "The budget of atlas is used up: 1,000 of 1,000 tokens a day. Raise it in Berth's Usage to go on, or wait until the day ends.",
    )
  })

  it('all go out where nothing is known of what such a request uses', async () => {
    limit(1000)
    const asked = many(20)
    await until(() => open.length === 20, 'those at the vendor')
    answerAll(100)
    expect((await Promise.all(asked)).every(({ status }) => status === 200)).toBe(true)
    expect(spent()).toBe(2000)
  })
})

describe('what a request holds is given back', () => {
  const full = () => book.exhausted('one', 'acc-a')?.isPassing

  it('when its client leaves', async () => {
    limit(1000)
    await one(500)
    const leaving = new AbortController()
    const left = rig.ask({ signal: leaving.signal }).catch(() => 'left')
    await until(() => open.length === 1, 'the request at the vendor')
    expect(full()).toBe(true)
    leaving.abort()
    expect(await left).toBe('left')
    await until(() => full() === undefined, 'room')
    expect(spent()).toBe(500)
  })

  it('when the vendor cuts it off', async () => {
    limit(1000)
    await one(500)
    const asked = rig.ask()
    await until(() => open.length === 1, 'the request at the vendor')
    expect(full()).toBe(true)
    const [answer] = open.splice(0)
    answer?.writeHead(200).write('{', () => answer.destroy())
    expect((await asked).text).toContain('cut')
    await until(() => full() === undefined, 'room')
  })

  it('when another account takes over, which then holds it instead', async () => {
    limit(1000, 'account')
    await one(900)
    rig.scripts.set('a', QUOTA)
    rig.scripts.set('b', (res) => open.push(res))
    const asked = rig.ask()
    await until(() => open.length === 1, 'the request at the other account')
    expect(rig.arrived).toEqual(['a', 'a', 'b'])
    expect(full()).toBeUndefined()
    answerAll(100)
    expect((await asked).status).toBe(200)
  })

  it('when nothing was sent', async () => {
    limit(1000)
    await one(900)
    // The account's key is gone when it is to be put on the request.
    rig.world.credentials.delete('acc-a')
    rig.choice = { ...rig.choice, accounts: rig.choice.accounts.slice(0, 1) }
    expect((await rig.ask()).status).toBeGreaterThanOrEqual(400)
    expect(open).toEqual([])
    expect(full()).toBeUndefined()
  })
})
