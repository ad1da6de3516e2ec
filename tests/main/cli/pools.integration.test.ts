import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createQuotaStore } from '../../../src/main/accounts/quota-repo.ts'
import { openDatabase } from '../../../src/main/db/database.ts'
import { createStandingStore } from '../../../src/main/gateway/pool/standing-repo.ts'
import { silentLog } from '../../../src/main/log/log.ts'
import type { Account } from '../../../src/preload/accounts.ts'
import type { Pool } from '../../../src/preload/pools.ts'
import { type CommandWorld, makeCommandWorld } from '../../support/cli/harness.ts'

/** `berth pools` as processes, beside a Berth that runs and alone, on accounts of which one is limited. */

const HOUR = 3_600_000
const SAID = 'This request would exceed your rate limit.'

let world: CommandWorld
let berth: Awaited<ReturnType<CommandWorld['startBerth']>> | undefined
let work: Account

/** `work` rests for two families of models, and its vendor told a window with an answer, and more when asked. */
function limit(): void {
  const db = openDatabase(join(world.dataDir, 'berth.db'))
  const now = Date.now()
  const standings = createStandingStore(db, silentLog())
  const cooling = { since: now, until: now + HOUR - 1000, kind: 'quota', said: SAID } as const
  const standing = { health: 60.4, tokens: 49, at: now, strikes: 1, cooling }
  standings.save(work.id, 'claude-sonnet', standing)
  standings.save(work.id, 'claude-haiku', { ...standing, health: 70 })
  standings.flush()
  const quotas = createQuotaStore(db, silentLog(), Date.now)
  quotas.told(work.id, [
    { name: 'requests', limit: 50, remaining: 12, resetsAt: now + HOUR - 1000, at: now },
    { name: 'balance', unit: 'CNY', remaining: 110, asked: true, at: now },
    { name: 'key', unit: 'USD', used: 25.5, asked: true, at: now },
    { name: 'key limit', unit: 'USD', limit: 100, remaining: 74.5, asked: true, at: now },
    { name: 'overdraft', unit: 'USD', remaining: -0.2, asked: true, at: now },
  ])
  quotas.flush()
  db.close()
}

const out = async (...args: string[]): Promise<string> => {
  const ran = await world.run(args)
  expect(ran).toMatchObject({ code: 0, err: '' })
  return ran.out
}
const fails = (...args: string[]) => world.run(args)
const pools = async () => (await world.json(['pools', 'list'])) as Pool[]
const resting = async () =>
  (await pools())[0]?.accounts.flatMap(({ standings }) =>
    standings.flatMap(({ family, cooling }) => (cooling === undefined ? [] : [family])),
  )

beforeAll(async () => {
  world = makeCommandWorld()
  expect(await world.run(['pools', 'list'])).toMatchObject({
    code: 0,
    out: 'There is no account yet, so there is no pool. berth accounts add makes one.\n',
  })
  for (const [provider, name] of [
    ['anthropic', 'work'],
    ['anthropic', 'own/home'],
    ['openai', 'spare'],
  ] as const)
    await world.json(
      ['accounts', 'add', provider, name, '--no-test'],
      `sk-${provider === 'openai' ? 'proj' : 'ant-api03'}-${name.replace('/', '')}0123456789abcdef\n`,
    )
  const all = (await world.json(['accounts', 'list'])) as Account[]
  work = all.find(({ label }) => label === 'work') as Account
  limit()
})
afterAll(async () => {
  await berth?.quit()
  await world.close()
})

describe.each([
  ['alone', false],
  ['beside a Berth that runs', true],
] as const)('%s', (_, running) => {
  beforeAll(async () => {
    limit()
    if (running) berth = await world.startBerth()
  })

  it('lists how accounts do, their rests with the reason, and the vendor’s windows', async () => {
    expect(await out('pools', 'list', 'anthropic')).toMatchInlineSnapshot(`
      "anthropic: sticky; only the active account serves
         ACCOUNT             STATE      MODELS         HEALTH  BUCKET  RESTS
      *  anthropic:work      connected  claude-haiku   70      49      60 min more, quota: This request would exceed your rate limit.
                                        claude-sonnet  60      49      60 min more, quota: This request would exceed your rate limit.
         anthropic:own/home  connected  not used yet   —       —       —

      ACCOUNT         WINDOW     LEFT                     BEGINS ANEW  TOLD
      anthropic:work  requests   12 of 50 left            in 60 min    just now
                      balance    110 CNY left             —            just now
                      key        25.5 USD used, no limit  —            just now
                      key limit  74.5 of 100 USD left     —            just now
                      overdraft  0.2 USD owed             —            just now
      "
    `)
    expect((await pools()).map(({ providerId }) => providerId).sort()).toEqual(['anthropic', 'openai'])
    expect(await world.json(['pools', 'list', 'anthropic'])).toMatchObject([
      {
        providerId: 'anthropic',
        strategy: 'sticky',
        rotate: false,
        accounts: [
          {
            accountId: work.id,
            name: 'anthropic:work',
            active: true,
            quota: [{ name: 'requests', remaining: 12 }, {}, {}, {}, {}],
          },
          { name: 'anthropic:own/home', standings: [] },
        ],
      },
    ])
    expect(await out('pools', 'list', 'mistral')).toBe('There is no account of mistral.\n')
  })

  it('lets accounts take over only with a yes to the vendor’s terms, and chooses who is next', async () => {
    const refused = await fails('pools', 'rotate', 'anthropic', 'on')
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.err).toContain('terms apply')
    expect((await pools())[0]).toMatchObject({ rotate: false })
    const on = await world.run(['pools', 'rotate', 'anthropic', 'on', '--yes'])
    expect(on).toMatchObject({ code: 0, out: 'anthropic: sticky; accounts take over from each other.\n' })
    // Once on, nothing is asked again.
    expect(await out('pools', 'rotate', 'anthropic', 'on')).toContain('take over')
    expect(await out('pools', 'strategy', 'anthropic', 'hybrid')).toBe(
      'anthropic: hybrid; accounts take over from each other.\n',
    )
    expect(await world.json(['pools', 'strategy', 'anthropic', 'sticky'])).toMatchObject({
      strategy: 'sticky',
      rotate: true,
    })
    expect(await out('pools', 'rotate', 'anthropic', 'off')).toContain('only the active account serves')
  })

  it('ends rests, of one family of models or of all', async () => {
    expect((await resting())?.sort()).toEqual(['claude-haiku', 'claude-sonnet'])
    expect(await out('pools', 'reset', 'work', '--models', 'claude-haiku')).toBe(
      'The next request may go by anthropic:work with claude-haiku again.\n',
    )
    expect(await resting()).toEqual(['claude-sonnet'])
    expect(await world.json(['pools', 'reset', 'anthropic:work'])).toMatchObject({ providerId: 'anthropic' })
    expect(await resting()).toEqual([])
    expect(await out('pools', 'reset', 'work')).toBe('anthropic:work was not resting.\n')
  })

  it('refuses in words what there is not', async () => {
    expect(await fails('pools', 'strategy', 'anthropic', 'random')).toMatchObject({
      code: 2,
      err: expect.stringContaining('sticky, round-robin, hybrid'),
    })
    expect(await fails('pools', 'strategy', 'nope', 'sticky')).toMatchObject({ code: 3 })
    expect(await fails('pools', 'reset', 'nope')).toMatchObject({ code: 3 })
  })
})

it('is completed with its choices', async () => {
  const script = await out('completion', 'bash')
  expect(script).toContain('berth pools strategy')
  expect(script).toContain('round-robin')
})
