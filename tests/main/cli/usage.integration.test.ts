import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectToBerth } from '../../../src/main/cli/client.ts'
import { openDatabase } from '../../../src/main/db/database.ts'
import { silentLog } from '../../../src/main/log/log.ts'
import { createUsageBook } from '../../../src/main/usage/usage.ts'
import type { Account } from '../../../src/preload/accounts.ts'
import type { Budget } from '../../../src/preload/usage.ts'
import { type CommandWorld, makeCommandWorld } from '../../support/cli/harness.ts'
import { makeTempProject, type TempProject } from '../../support/temp-project.ts'

/** `berth usage` and `berth budgets` as processes, beside a Berth that runs and alone, on a book with requests of three days. */

const NOW = new Date()
const daysAgo = (days: number): Date =>
  new Date(NOW.getFullYear(), NOW.getMonth(), NOW.getDate() - days, 0, 5)
const iso = (date: Date): string => date.toLocaleDateString('sv-SE')

let world: CommandWorld
let folder: TempProject
let berth: Awaited<ReturnType<CommandWorld['startBerth']>> | undefined
let projectId = ''
let work: Account

/** Requests of `atlas` with `work`, and of a project that is gone. */
function fillBook(): void {
  const db = openDatabase(join(world.dataDir, 'berth.db'))
  const book = createUsageBook({
    ...{ db, log: silentLog(), now: Date.now, newId: () => 'b' },
    pricesOf: (_, modelId) => (modelId === 'gpt-5' ? { input: 1, output: 10 } : undefined),
    onBudget: () => undefined,
    onChange: () => undefined,
  })
  const one = (days: number, modelId: string, project: string, status = 200) =>
    book.record({
      at: daysAgo(days).getTime(),
      projectId: project,
      projectName: project === projectId ? 'atlas' : 'older',
      providerId: 'openai',
      accountId: work.id,
      accountLabel: 'work',
      modelId,
      status,
      attempts: 2,
      tokens: { input: 100_000, output: 10_000, cacheRead: 5000, cacheWrite: 0, reasoning: 0 },
      firstByteMs: 100,
      durationMs: 900,
    })
  one(0, 'gpt-5', projectId)
  one(0, 'gpt-5', projectId, 500)
  one(2, 'gpt-5', projectId)
  one(2, 'own-model', 'gone')
  one(40, 'gpt-5', projectId)
  book.close()
  db.close()
}

beforeAll(async () => {
  world = makeCommandWorld()
  folder = await makeTempProject('atlas')
  const added = await world.run(
    ['accounts', 'add', 'openai', 'work', '--no-test'],
    'sk-proj-0123456789abcdef\n',
  )
  if (added.code !== 0) throw new Error(added.err)
  ;[work] = (await world.json(['accounts', 'list'])) as [Account]
  berth = await world.startBerth()
  const link = await connectToBerth(world.dataDir)
  const made = await link?.call('projects.create', {
    ...{ name: 'atlas', folder: folder.path, providerId: 'openai', modelId: 'gpt-5', runtime: 'docker' },
  })
  projectId = made?.id ?? ''
  await link?.close()
  await berth.quit()
  berth = undefined
  fillBook()
})
afterAll(async () => {
  await berth?.quit()
  await world.close()
  await folder.remove()
})

const out = async (...args: string[]): Promise<string> => {
  const ran = await world.run(args)
  expect(ran).toMatchObject({ code: 0, err: '' })
  return ran.out
}
const fails = async (...args: string[]) => world.run(args)

describe('berth usage', () => {
  it('sums by project for thirty days, with what is in all', async () => {
    expect(await out('usage')).toMatchInlineSnapshot(`
      "PROJECT  REQUESTS  FAILED  INPUT    CACHED  OUTPUT  COST
      atlas    3         1       300,000  15,000  30,000  $0.62
      older    1         0       100,000  5,000   10,000  not known
      in all   4         1       400,000  20,000  40,000  $0.62 and more
      "
    `)
    const rows = await world.json(['usage'])
    expect(rows).toMatchObject([
      { key: projectId, label: 'atlas', requests: 3, retries: 3, failed: 1, unpriced: 0 },
      { key: 'gone', label: 'older', requests: 1, unpriced: 1 },
    ])
  })

  it('by two things at once, for the days asked for', async () => {
    const rows = (...args: string[]) => world.json(['usage', '--by', 'day,model', ...args])
    expect(await rows('--days', '1')).toMatchObject([{ key: iso(NOW), by: 'openai/gpt-5', requests: 2 }])
    expect(await rows('--from', iso(daysAgo(40)), '--to', iso(daysAgo(2)))).toMatchObject([
      { key: iso(daysAgo(40)), requests: 1 },
      { key: iso(daysAgo(2)), requests: 1 },
      { key: iso(daysAgo(2)), requests: 1 },
    ])
  })

  it('of one project or account only', async () => {
    expect(await world.json(['usage', '--by', 'model', '--project', 'Atlas'])).toMatchObject([
      { key: 'openai/gpt-5', requests: 3 },
    ])
    expect(await world.json(['usage', '--by', 'account', '-a', 'openai:work'])).toMatchObject([
      { key: work.id, requests: 4 },
    ])
    expect(await fails('usage', '-p', 'nowhere')).toMatchObject({ code: 3, out: '' })
  })

  it('as CSV, and says so when there is nothing', async () => {
    const lines = (await out('usage', '--csv')).trim().split('\r\n')
    expect(lines[0]).toMatch(/^key,label,by,by_label,requests,retries,failed,input_tokens,/)
    expect(lines[1]).toMatch(new RegExp(`^${projectId},atlas,,,3,3,1,300000,30000,15000,0,0,0.6`))
    expect(lines).toHaveLength(3)
    expect(await out('usage', '--from', '2020-01-01', '--to', '2020-01-02')).toBe(
      'Nothing was used in this time.\n',
    )
  })

  it.each([
    [['--by', 'weather'], /one of day, project, account, model, provider/],
    [['--by', 'day,day'], /two of them/],
    [['--days', '0'], /from 1 to/],
    [['--from', '2026-02-30'], /a date such as/],
    [['--days', '3', '--from', '2026-02-03'], /cannot be used with/],
    [['--from', '2026-02-03', '--to', '2026-02-01'], /ends before it begins/],
    [['--csv', '--json'], /Choose one/],
  ])('%j is wrong usage', async (args, said) => {
    expect(await fails('usage', ...args)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(said),
    })
  })
})

describe('berth budgets', () => {
  const list = async () => (await world.json(['budgets', 'list'])) as Budget[]

  it('are set, listed, replaced and removed alone, with a Berth that runs hearing of it', async () => {
    expect(await out('budgets', 'list')).toContain('There is no budget.')
    expect(await out('budgets', 'set', '-p', 'atlas', '--usd', '0.5')).toBe(
      'The budget of atlas: $0.41 of $0.50 a day is used. It is near its end.\n',
    )
    expect(await out('budgets', 'set', '-p', 'atlas', '--usd', '$2')).toBe(
      'The budget of atlas: $0.41 of $2 a day is used.\n',
    )
    expect(await list()).toMatchObject([
      { scope: 'project', targetId: projectId, period: 'day', unit: 'usd', limit: 2, state: 'ok' },
    ])
    berth = await world.startBerth()
    const set = ['budgets', 'set', '-a', 'openai:work', '--tokens', '100k', '--per', 'month']
    expect(await world.json(set)).toMatchObject({
      scope: 'account',
      unit: 'tokens',
      limit: 100_000,
      state: 'reached',
    })
    const table = await out('budgets', 'list')
    expect(table).toMatch(/^account +openai:work +[\d,]+ of 100,000 tokens a month, \d+ % +used up /m)
    expect(table).toMatch(/^project +atlas +\$0\.41 of \$2 a day, 20 % +ok /m)
    expect(await world.json(['budgets', 'list', '--project', 'atlas'])).toHaveLength(1)
    expect((await out('__complete', 'budget')).trim().split('\n').sort()).toEqual(
      ['atlas', expect.stringMatching(/^[\w-]+$/)].sort(),
    )
    expect(await out('budgets', 'remove', 'Atlas')).toBe('The budget of atlas, $2 a day, is removed.\n')
    const [left] = await list()
    expect(await world.json(['budgets', 'remove', left?.id ?? ''])).toEqual({ removed: left?.id })
    expect(await list()).toEqual([])
  })

  it('one of several is named by its id', async () => {
    await out('budgets', 'set', '-p', 'atlas', '--usd', '5')
    await out('budgets', 'set', '-p', 'atlas', '--usd', '50', '--per', 'month')
    const refused = await fails('budgets', 'remove', 'atlas')
    expect(refused).toMatchObject({
      code: 2,
      err: expect.stringMatching(/"atlas" has 2 budgets: \$5 a day \(/),
    })
    expect(await list()).toHaveLength(2)
  })

  it.each([
    [['set', '--usd', '5'], 2, /--project <project> or --account/],
    [['set', '-p', 'atlas'], 2, /--usd <amount> or --tokens/],
    [['set', '-p', 'atlas', '--usd', '5', '--tokens', '5'], 2, /--usd <amount> or --tokens/],
    [['set', '-p', 'atlas', '--usd', '-5'], 2, /dollars above 0/],
    [['set', '-p', 'atlas', '--tokens', '5G'], 2, /tokens above 0/],
    [['set', '-p', 'nowhere', '--usd', '5'], 3, /no project "nowhere"/],
    [['remove', 'nothing'], 3, /no budget "nothing"/],
  ])('%j is refused', async (args, code, said) => {
    expect(await fails('budgets', ...args)).toMatchObject({ code, out: '', err: expect.stringMatching(said) })
  })
})
