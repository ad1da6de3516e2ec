import { Agent, request as httpRequest } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { Credential } from '../../../src/main/accounts/types.ts'
import { BerthError } from '../../../src/main/errors.ts'
import { POOL_DEFAULTS } from '../../../src/main/gateway/pool/options.ts'
import type { Standing } from '../../../src/main/gateway/pool/standing.ts'
import type { CountedRequest } from '../../../src/main/gateway/types.ts'
import type { Strategy } from '../../../src/preload/pools.ts'
import { createRandomVendor, type Seen, usageOf } from './random-vendor.ts'
import { keyOf } from './rig.ts'
import { account, basic, startWorld, until, type World } from './world.ts'

/**
 * Ten thousand requests with five accounts, against a vendor that fails by chance. The seed is in each test's name; set
 * `RANDOM_SEED` to run another.
 */

const LABELS = ['a', 'b', 'c', 'd', 'e']
const STRATEGIES: Readonly<Record<string, Strategy>> = { one: 'sticky', two: 'round-robin', three: 'hybrid' }
const PROJECTS = Object.keys(STRATEGIES)
const START = 1_000_000

const POOL = {
  wait: 5000,
  pace: 15,
  cooldown: { ...POOL_DEFAULTS.cooldown, auth: 20, rate: 20, quota: [20, 40, 60] },
  // Without bounds and growth, so that health is a sum.
  health: { ...POOL_DEFAULTS.health, start: START, max: 2 * START, usableFrom: 0, perHour: 0 },
}

interface Outcome {
  readonly nonce: number
  readonly status: number
  readonly own: boolean
  readonly retryAfter: string | undefined
  readonly text: string
  readonly whole: boolean
}

/** What Berth said and did, beside what the vendor saw. */
interface Books {
  readonly counted: CountedRequest[]
  /** Newest standing of each account. */
  readonly standings: Map<string, Standing>
  /** Points each account lost, spell by spell. */
  readonly lost: Map<string, number>
  readonly used: string[]
  readonly broken: string[]
  readonly retired: string[]
}

const POINTS: Readonly<Record<string, number>> = { rate: 10, quota: 10, auth: 20, forbidden: 20 }

const newBooks = (): Books => ({
  counted: [],
  standings: new Map(),
  lost: new Map(),
  used: [],
  broken: [],
  retired: [],
})

/** Keeps standings, and checks what changes in them. */
const watchStandings =
  (books: Books) =>
  (id: string, _: string, standing: Standing): void => {
    const before = books.standings.get(id)
    books.standings.set(id, standing)
    if ((before?.cooling?.until ?? 0) > Date.now() && standing.cooling === undefined)
      books.broken.push(`the cooldown of ${id} was forgotten`)
    const down = (before?.health ?? START) - standing.health
    if (down <= 0) return
    const points = POINTS[standing.cooling?.kind ?? ''] ?? 0
    if (down !== points) books.broken.push(`${id} lost ${down} for ${standing.cooling?.kind}`)
    books.lost.set(id, (books.lost.get(id) ?? 0) + down)
  }

/** Checks with each credential that is taken, just before it is sent, that its account may be used then. */
const watchCredentials =
  (books: Books, disabled: ReadonlySet<string>) =>
  (id: string): Credential => {
    const { cooling, probing } = books.standings.get(id) ?? {}
    const cools = cooling !== undefined && !(probing === true && cooling.until <= Date.now())
    if (cools) books.broken.push(`${id} was used while cooling: ${JSON.stringify(cooling)}`)
    if (disabled.has(id)) books.broken.push(`${id} was used while it was out`)
    books.used.push(id)
    return { type: 'api', key: keyOf(id) }
  }

/** Puts the accounts into the world. */
function wire(world: World): Books {
  const disabled = new Set<string>()
  const books = newBooks()
  const accounts = LABELS.map((label, position) =>
    account('homelab', { id: label, label, position, active: position === 0 }),
  )
  Object.assign(world.deps, {
    choose(projectId: string) {
      const usable = accounts.filter(({ id }) => !disabled.has(id))
      const [first] = usable
      if (first === undefined) throw new BerthError('no_credential', 'Every account is out.')
      return { accounts: usable, strategy: STRATEGIES[projectId], active: first.id, reason: 'The first.' }
    },
    credential: watchCredentials(books, disabled),
    retire(id: string) {
      books.retired.push(id)
      disabled.add(id)
      // A person takes care of it when few are left.
      if (disabled.size > 2) disabled.delete([...disabled][0] ?? '')
    },
    count: (one: CountedRequest) => books.counted.push(one),
    poolOptions: () => ({ ...POOL_DEFAULTS, ...POOL }),
    projectExists: (id: string) => PROJECTS.includes(id),
  })
  // The gateway has this object since it was made.
  Object.assign(world.deps.standings, { save: watchStandings(books) })
  return books
}

function createClient(world: World) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const logins = new Map(PROJECTS.map((id) => [id, basic(world, id)]))
  const keys = new Map(
    PROJECTS.map((id) => {
      const auth = world.gateway.placeholder(id, 'homelab', 'api')
      return [id, auth.type === 'api' ? auth.key : '']
    }),
  )
  const ask = (nonce: number): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      const projectId = PROJECTS[nonce % PROJECTS.length] ?? ''
      const body = JSON.stringify({ model: `model-${nonce}`, nonce })
      const req = httpRequest({
        agent,
        host: '127.0.0.1',
        port: world.port,
        method: 'POST',
        path: 'http://homelab.berth.internal/v1/chat/completions',
        timeout: 20_000,
        headers: {
          host: 'homelab.berth.internal',
          'proxy-authorization': logins.get(projectId),
          authorization: `Bearer ${keys.get(projectId)}`,
          'content-type': 'application/json',
          'content-length': body.length,
          'x-session-id': `s${nonce % 40}`,
        },
      })
      req.once('timeout', () => req.destroy(new Error(`no answer to ${nonce}`)))
      req.once('error', reject)
      req.once('response', (res) => {
        const pieces: Buffer[] = []
        res.on('data', (piece: Buffer) => pieces.push(piece))
        res.once('error', () => undefined)
        res.once('close', () =>
          resolve({
            nonce,
            status: res.statusCode ?? 0,
            own: res.headers['x-berth-error'] !== undefined,
            retryAfter: res.headers['retry-after'],
            text: String(Buffer.concat(pieces)),
            whole: res.complete,
          }),
        )
      })
      req.end(body)
    })
  return { ask, close: () => agent.destroy() }
}

async function runAll(
  count: number,
  width: number,
  ask: (nonce: number) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) outcomes.push(await ask(next++))
  }
  await Promise.all(Array.from({ length: width }, worker))
  return outcomes
}

const groupBy = <T>(all: readonly T[], keyOf_: (one: T) => number): Map<number, T[]> => {
  const groups = new Map<number, T[]>()
  for (const one of all) groups.set(keyOf_(one), [...(groups.get(keyOf_(one)) ?? []), one])
  return groups
}

/** The answer a client got is the one the vendor gave to its last try, byte for byte; or Berth's own. */
function checkOutcome(outcome: Outcome, tries: readonly Seen[]): void {
  const last = tries.at(-1)
  expect(tries.slice(0, -1).filter(({ status }) => status === 200)).toEqual([])
  if (outcome.own) {
    expect([429, 502, 401]).toContain(outcome.status)
    if (outcome.status === 502) expect(last?.fault).toBe('reset')
    if (outcome.status !== 502) expect(last?.status).not.toBe(200)
    return
  }
  expect(outcome.status).toBe(last?.status)
  expect(outcome.text).toBe(last?.sent)
  expect(outcome.whole).toBe(last?.fault !== 'cut')
}

/** What the books say of a request is what the vendor saw of it. */
function checkBooks(entries: readonly CountedRequest[], tries: readonly Seen[], nonce: number): void {
  expect(entries).toHaveLength(tries.length === 0 ? 0 : 1)
  const [entry] = entries
  const last = tries.at(-1)
  if (entry === undefined || last === undefined) return
  expect(entry.attempts).toBe(tries.length)
  expect(entry.account.label).toBe(last.label)
  expect(entry.projectId).toBe(PROJECTS[nonce % PROJECTS.length])
  const isWhole = last.fault === 'good' || last.fault === 'slow'
  const usage = usageOf(nonce)
  expect(entry.tokens?.input).toBe(isWhole ? usage.prompt_tokens : undefined)
  expect(entry.tokens?.output).toBe(isWhole ? usage.completion_tokens : undefined)
  if (last.fault !== 'cut' && last.fault !== 'reset') expect(entry.status).toBe(last.status)
}

function checkAccounts(books: Books, seen: readonly Seen[]): void {
  for (const label of LABELS) {
    const tries = seen.filter((one) => one.label === label)
    expect(books.used.filter((one) => one === label)).toHaveLength(tries.length)
    const good = tries.filter(({ fault }) => fault === 'good' || fault === 'slow').length
    const health = books.standings.get(label)?.health ?? START
    expect(health - START).toBe(good - (books.lost.get(label) ?? 0))
    const faults = tries.filter(({ fault }) => ['rate', 'hinted', 'quota', 'auth', 'inside'].includes(fault))
    expect((books.lost.get(label) ?? 0) / 20).toBeLessThanOrEqual(faults.length)
    const refused = tries.filter(({ fault }) => fault === 'auth').length
    expect(books.retired.filter((one) => one === label).length).toBeLessThanOrEqual(refused / 2)
  }
}

async function run(seed: number, count: number, width: number): Promise<readonly Seen[]> {
  const vendor = createRandomVendor(seed, LABELS)
  const world = await startWorld(vendor.handler)
  world.projects.add('three')
  world.customUrls.set('homelab', `http://127.0.0.1:${world.vendor.http}/v1`)
  const books = wire(world)
  const client = createClient(world)
  try {
    const outcomes = await runAll(count, width, client.ask)
    await until(
      () => books.counted.length >= new Set(vendor.seen.map(({ nonce }) => nonce)).size,
      'the books',
    )
    expect(books.broken).toEqual([])
    expect(outcomes).toHaveLength(count)
    const tries = groupBy(vendor.seen, ({ nonce }) => nonce)
    const entries = groupBy(books.counted, ({ modelId }) => Number(modelId.replace('model-', '')))
    for (const outcome of outcomes) {
      const { nonce } = outcome
      checkOutcome(outcome, tries.get(nonce) ?? [])
      checkBooks(entries.get(nonce) ?? [], tries.get(nonce) ?? [], nonce)
    }
    checkAccounts(books, vendor.seen)
    const good = outcomes.filter(({ status, whole }) => status === 200 && whole).length
    expect(good / count).toBeGreaterThan(0.9)
    return vendor.seen
  } finally {
    client.close()
    await world.close()
  }
}

const SEED = Number(process.env.RANDOM_SEED ?? 20_261_120)

describe('ten thousand requests', () => {
  it(`7,000 at once by 24, seed ${SEED}`, async () => {
    const seen = await run(SEED, 7000, 24)
    // Every fault happened.
    expect(new Set(seen.map(({ fault }) => fault)).size).toBe(11)
  })

  it.each([1, 2, 3].map((more) => SEED + more))('1,000 one after another, seed %i', async (seed) => {
    await run(seed, 1000, 1)
  })
})
