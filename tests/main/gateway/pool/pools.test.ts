import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Choice } from '../../../../src/main/accounts/types.ts'
import { type Database, openDatabase } from '../../../../src/main/db/database.ts'
import type { Failure } from '../../../../src/main/gateway/failure/types.ts'
import { POOL_DEFAULTS } from '../../../../src/main/gateway/pool/options.ts'
import { createPools } from '../../../../src/main/gateway/pool/pools.ts'
import { createStandingStore } from '../../../../src/main/gateway/pool/standing-repo.ts'
import type { Errand, Nobody, Pools, Turn } from '../../../../src/main/gateway/pool/types.ts'
import type { Account } from '../../../../src/preload/accounts.ts'

const account = (id: string): Account => ({
  id,
  providerId: 'anthropic',
  namespace: '',
  label: id,
  type: 'api',
  preview: '…',
  fields: {},
  state: 'connected',
  active: id === 'work',
  position: 0,
  createdAt: 0,
})

let db: Database
let now = 1_800_000_000_000
let store: ReturnType<typeof createStandingStore>
let pools: Pools

const open = (): Pools => {
  store = createStandingStore(db, pino({ level: 'silent' }))
  return createPools({ options: () => POOL_DEFAULTS, store, now: () => now, onChange: () => undefined })
}

beforeEach(() => {
  db = openDatabase(':memory:')
  for (const id of ['work', 'home', 'lab'])
    db.prepare(
      `INSERT INTO account (id, provider_id, namespace, label, type, preview, fields, state, created_at)
       VALUES (?, 'anthropic', '', ?, 'api', '', '{}', 'connected', 0)`,
    ).run(id, id)
  pools = open()
})
afterEach(() => {
  store.flush()
  db.close()
})

const choice = (some: Partial<Choice> = {}): Choice => ({
  accounts: ['work', 'home', 'lab'].map(account),
  strategy: 'sticky',
  active: 'work',
  reason: 'work is the active account of Anthropic.',
  ...some,
})
const errand = (some: Partial<Errand> = {}): Errand => ({
  providerId: 'anthropic',
  choice: choice(),
  family: 'claude-sonnet',
  session: undefined,
  projectId: 'one',
  ...some,
})

function take(some: Partial<Errand> = {}, tried: string[] = []): Turn {
  const turn = pools.take(errand(some), new Set(tried))
  if (!('account' in turn)) throw new Error(turn.reason)
  return turn
}
function nobody(some: Partial<Errand> = {}, tried: string[] = []): Nobody {
  const found = pools.take(errand(some), new Set(tried))
  if ('account' in found) throw new Error(found.account.id)
  return found
}
const limit = (ms: number): Failure => ({ kind: 'quota', retryAfterMs: ms, said: 'no more' })

describe('pools', () => {
  it('stays with the active account and says why another is used', () => {
    const first = take()
    expect([first.account.id, first.reason]).toEqual(['work', 'work is the active account of Anthropic.'])
    first.failed(limit(41_000))
    const second = take()
    expect([second.account.id, second.reason]).toEqual(['home', 'home: work cooling 41 s, quota.'])
  })

  it('keeps limits apart by family of models', () => {
    take().failed(limit(60_000))
    expect(take({ family: 'claude-opus' }).account.id).toBe('work')
  })

  it('takes each account once for a request, and then nobody', () => {
    expect(take({}, ['work', 'home']).account.id).toBe('lab')
    expect(nobody({}, ['work', 'home', 'lab']).reason).toMatch(/Every account was tried/)
  })

  it('says who is cooling when all are, and when the first is free', () => {
    for (const ms of [60_000, 20_000, 90_000]) take().failed(limit(ms))
    expect(nobody()).toEqual({
      freeAt: now + 20_000,
      said: 'no more',
      reason: 'work cooling 60 s, quota; home cooling 20 s, quota; lab cooling 90 s, quota.',
    })
    now += 20_000
    const probe = take()
    expect(probe.account.id).toBe('home')
    // Only one tries whether it is well again.
    expect(nobody().freeAt).toBe(now + 40_000)
    probe.succeeded()
    expect(take().account.id).toBe('home')
  })

  it('keeps what it learnt over a restart and a new order', () => {
    take().failed(limit(3_600_000))
    const probe = take()
    expect(probe.account.id).toBe('home')
    store.flush()
    pools = open()
    const turned = choice({ accounts: ['lab', 'home', 'work'].map(account) })
    expect(take({ choice: turned }).account.id).toBe('lab')
    expect(pools.standings('work')).toMatchObject([
      { family: 'claude-sonnet', cooling: { kind: 'quota', said: 'no more' } },
    ])
  })

  it('lets a session keep its account while it works, until the user chooses another', () => {
    take({ session: 's1' }).failed(limit(10_000))
    take({ session: 's1' }).succeeded()
    now += 10_000
    expect(take({ session: 's1' }).account.id).toBe('home')
    const probe = take({ session: 's2' })
    expect(probe.account.id).toBe('work')
    probe.succeeded()
    pools.forgetSessions('anthropic')
    expect(take({ session: 's1' }).account.id).toBe('work')
  })

  it('remembers no session whose id is longer than any is', () => {
    const session = 's'.repeat(201)
    take({ session }).failed(limit(10_000))
    take({ session }).succeeded()
    now += 10_000
    expect(take({ session }).account.id).toBe('work')
  })

  it('takes a session from an account it has drained', () => {
    take({ session: 's1' }).failed(limit(10_000))
    take({ session: 's1' }).succeeded()
    now += 10_000
    for (let i = 0; i < 60; i++) take({ session: 's1' }).succeeded()
    expect(take({ session: 's1' }).account.id).toBe('work')
  })

  it('gives each request the next, in round-robin', () => {
    const round = { choice: choice({ strategy: 'round-robin' }), session: 's1' }
    const ids = [1, 2, 3, 4].map(() => {
      const turn = take(round)
      turn.succeeded()
      return turn.account.id
    })
    expect(ids).toEqual(['work', 'home', 'lab', 'work'])
  })

  it('keeps what one project is refused from the others, and its health', () => {
    const refused: Failure = { kind: 'forbidden', said: 'not for you' }
    take().failed(refused)
    expect(take().account.id).toBe('home')
    expect(take({ projectId: 'two' }).account.id).toBe('work')
    expect(pools.standings('work')).toMatchObject([{ health: 70, cooling: { said: 'not for you' } }])
    now += 60_000
    const probe = take()
    expect([probe.account.id, take().account.id]).toEqual(['work', 'home'])
    probe.failed(refused)
    now += 60_000
    expect(take().account.id).toBe('home')
    pools.reset('work')
    take().succeeded()
    expect(pools.standings('work')).toEqual([
      { family: 'claude-sonnet', health: expect.any(Number), tokens: 49 },
    ])
  })

  it('leaves the probe of a newer cooldown alone when an older one comes to its end', () => {
    const alone = { choice: choice({ accounts: [account('work')] }) }
    take(alone).failed(limit(1000))
    now += 1000
    const older = take(alone)
    older.answered()
    take(alone).failed(limit(1000))
    now += 1000
    const newer = take(alone)
    older.succeeded()
    expect(pools.take(errand(alone), new Set())).not.toHaveProperty('account')
    newer.succeeded()
    take(alone).succeeded()
  })

  it('is probed again after a limit that was told to last longer while it was probed', () => {
    const alone = { choice: choice({ accounts: [account('work')] }) }
    const [first, slow] = [take(alone), take(alone)]
    first.failed(limit(1000))
    now += 1000
    const probe = take(alone)
    slow.failed(limit(5000))
    probe.givenBack()
    expect(pools.take(errand(alone), new Set())).not.toHaveProperty('account')
    now += 5000
    take(alone).succeeded()
  })

  it('lets one request probe an account whose limit for all has ended, after a refusal of its own project as before', () => {
    const alone = { choice: choice({ accounts: [account('work')] }) }
    take(alone).failed({ kind: 'forbidden', said: 'not for you', retryAfterMs: 5000 })
    take({ ...alone, projectId: 'two' }).failed({ kind: 'quota', said: 'used up', retryAfterMs: 2000 })
    now += 6000
    const probe = take(alone)
    expect(pools.take(errand({ ...alone, projectId: 'two' }), new Set())).not.toHaveProperty('account')
    probe.failed({ kind: 'forbidden', said: 'not for you', retryAfterMs: 5000 })
    // It told nothing of the limit, so another finds out.
    const other = take({ ...alone, projectId: 'two' })
    expect(pools.take(errand({ ...alone, projectId: 'three' }), new Set())).not.toHaveProperty('account')
    other.succeeded()
    take({ ...alone, projectId: 'three' }).succeeded()
  })

  it('keeps a limit of all over what one project is refused', () => {
    take().failed(limit(60_000))
    now += 60_000
    const probe = take()
    probe.failed({ kind: 'forbidden', said: 'not for you' })
    expect(take().account.id).toBe('home')
    const other = take({ projectId: 'two' })
    expect(other.account.id).toBe('work')
    other.failed(limit(60_000))
    expect(pools.standings('work')[0]?.cooling?.kind).toBe('quota')
  })

  it('keeps no more families of models than there may be, and those that cool', () => {
    take({ family: 'limited' }).failed(limit(3_600_000))
    for (let i = 0; i < 1000; i++)
      take({ family: `made-up-${i}`, choice: choice({ strategy: 'sticky' }) }).succeeded()
    store.flush()
    const kept = pools.standings('work').map(({ family }) => family)
    expect(kept).toHaveLength(100)
    expect([kept[0], kept.at(-1)]).toEqual(['limited', 'made-up-999'])
    expect(db.prepare("SELECT COUNT(*) AS n FROM standing WHERE account_id = 'work'").get()).toEqual({
      n: 100,
    })
  })

  it('knows a credential that was refused twice', () => {
    const one = { choice: choice({ accounts: [account('work')] }) }
    expect(take(one).refusedBefore).toBe(false)
    take(one).failed({ kind: 'auth', said: 'no' })
    now += 5000
    expect(take(one).refusedBefore).toBe(true)
  })

  it('tries at once what the user resets', () => {
    take().failed(limit(3_600_000))
    pools.reset('work')
    expect(take().account.id).toBe('work')
    expect(pools.standings('work')[0]?.cooling).toBeUndefined()
  })

  it('counts a limit once that several requests meet at the same time', () => {
    const turns = [take(), take(), take()]
    for (const turn of turns) turn.failed({ kind: 'quota', said: 'no more' })
    const [standing] = pools.standings('work')
    expect(standing).toMatchObject({ health: 60, cooling: { until: now + 60_000 } })
    now += 60_000
    take().failed({ kind: 'quota', said: 'no more' })
    expect(pools.standings('work')[0]?.cooling?.until).toBe(now + 300_000)
  })

  it('lets no answer that was long under way end a cooldown or a probe of others', () => {
    const [long, also, limited] = [take(), take(), take()]
    limited.failed(limit(60_000))
    expect([long.isFree(), limited.isFree()]).toEqual([false, false])
    long.succeeded()
    expect(pools.standings('work')[0]?.cooling).toBeDefined()
    now += 60_000
    const only = { choice: choice({ accounts: [account('work')] }) }
    const probe = take(only)
    expect(probe.isFree()).toBe(true)
    also.givenBack()
    expect(nobody(only).freeAt).toBeUndefined()
    probe.answered()
    expect(take(only).account.id).toBe('work')
  })

  it('knows when it is worth to ask again, and calls those who wait', () => {
    const only = { choice: choice({ accounts: [account('work')] }) }
    take(only).failed(limit(60_000))
    expect(pools.nextChance(errand(only), new Set())).toBe(now + 60_000)
    expect(pools.nextChance(errand(only), new Set(['work']))).toBeUndefined()
    now += 60_000
    const probe = take(only)
    expect(pools.nextChance(errand(only), new Set())).toBe(Number.POSITIVE_INFINITY)
    let called = 0
    const end = pools.onChance(() => {
      called += 1
    })
    probe.succeeded()
    pools.reset('work')
    end()
    pools.reset('work')
    expect(called).toBe(2)
  })

  it('goes on behind the one that was tried, in the pool’s order', () => {
    const round = { choice: choice({ strategy: 'round-robin' }) }
    const first = take(round)
    expect(take(round, [first.account.id]).account.id).toBe('home')
    expect(take(round, ['work', 'home']).account.id).toBe('lab')
    expect(take({ choice: choice({ active: 'home' }) }, ['home']).account.id).toBe('lab')
  })

  it('gives a turn again to one whose cooldown has ended, in round-robin', () => {
    const round = { choice: choice({ strategy: 'round-robin' }) }
    take(round).failed(limit(10_000))
    now += 10_000
    expect([1, 2, 3].map(() => take(round).account.id)).toEqual(['home', 'lab', 'work'])
  })

  it('counts an outcome once', () => {
    const turn = take()
    turn.succeeded()
    turn.failed(limit(1000))
    turn.givenBack()
    expect(pools.standings('work')[0]).toMatchObject({ health: 71, tokens: 49 })
  })

  it('keeps nothing of an account that is gone', () => {
    const turn = take()
    db.prepare("DELETE FROM account WHERE id = 'work'").run()
    turn.succeeded()
    store.flush()
    expect(store.all()).toEqual([])
  })
})
