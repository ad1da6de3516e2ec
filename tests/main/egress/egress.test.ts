import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Database, openDatabase } from '../../../src/main/db/database.ts'
import { createEgress } from '../../../src/main/egress/egress.ts'
import { MOST_HOSTS } from '../../../src/main/egress/tally.ts'
import type { Egress, KnownHost } from '../../../src/main/egress/types.ts'
import { silentLog } from '../../../src/main/log/log.ts'
import { egressDestination, egressRule, OLDER_HOSTS } from '../../../src/preload/egress.ts'
import type { EgressPolicy } from '../../../src/preload/egress-policy.ts'

/** The list of hosts, what it lets through, and what is counted. */

let db: Database
let policy: EgressPolicy
let registries: () => Promise<readonly KnownHost[]>
let told: string[]
let rulesChanged: number
let egress: Egress

const open = (): Egress =>
  createEgress({
    db,
    log: silentLog(),
    now: Date.now,
    policyOf: () => policy,
    projectName: () => 'atlas',
    isProvider: (host) => host === 'api.vendor.test',
    registries: () => registries(),
    onRules: () => {
      rulesChanged += 1
    },
    onDestinations: (projectId) => told.push(projectId),
  })

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
  db = openDatabase(':memory:')
  for (const id of ['one', 'two'])
    db.prepare(
      `INSERT INTO project (id, name, folder, provider_id, model_id, runtime, state, created_at, last_activity_at)
       VALUES (?, ?, '/p', 'v', 'm', 'docker', 'stopped', 0, 0)`,
    ).run(id, id)
  policy = 'listed'
  registries = async () => [{ host: 'Packages.Example.', purpose: 'npm packages' }]
  told = []
  rulesChanged = 0
  egress = open()
})
afterEach(() => {
  egress.close()
  db.close()
  vi.useRealTimers()
})

describe('the list', () => {
  it('has git hosts, what the package managers are set to, and what the user adds, own ones first', async () => {
    const rules = await egress.allow('Git.Mine.test.', 'our git')
    expect(rules[0]).toEqual({ host: 'git.mine.test', purpose: 'our git', own: true })
    expect(rules).toContainEqual({ host: 'github.com', purpose: 'GitHub', own: false })
    expect(rules).toContainEqual({ host: 'packages.example', purpose: 'npm packages', own: false })
    expect(rules.map((rule) => egressRule.parse(rule))).toEqual(rules)
    expect(await open().rules()).toEqual(rules)
  })

  it('has no registry where none can be read, and does not fail', async () => {
    registries = () => Promise.reject(new Error('no package manager'))
    const rules = await open().rules()
    expect(rules.map(({ host }) => host)).toContain('github.com')
    expect(rules.map(({ host }) => host)).not.toContain('packages.example')
  })

  it('asks the package managers once', async () => {
    let asked = 0
    registries = async () => {
      asked += 1
      return []
    }
    await Promise.all([egress.rules(), egress.refusal('one', 'x.test', 443), egress.destinations('one')])
    await egress.rules()
    expect(asked).toBe(1)
  })

  it('keeps a new purpose in the place of the old one', async () => {
    await egress.allow('git.mine.test', 'first')
    const rules = await egress.allow('GIT.mine.test', 'second')
    expect(rules.filter(({ own }) => own)).toEqual([{ host: 'git.mine.test', purpose: 'second', own: true }])
  })

  it.each(['', 'https://git.test', 'git.test:0', 'git.test:65536', 'a b', '*.com', '*', 'x'.repeat(300)])(
    'takes no %j',
    async (host) => {
      await expect(egress.allow(host, '')).rejects.toMatchObject({
        code: 'bad_request',
        message: expect.stringMatching(/is no host name\. Write a name such as/),
      })
      expect((await egress.rules()).some(({ own }) => own)).toBe(false)
    },
  )

  it('lets go of what the user added, and tells; of nothing else', async () => {
    await egress.allow('git.mine.test', '')
    await egress.allow('github.com', 'again')
    expect(
      (await egress.disallow('Git.Mine.test')).some(({ own, host }) => own && host !== 'github.com'),
    ).toBe(false)
    expect(rulesChanged).toBe(1)
    expect(await egress.disallow('github.com')).toContainEqual({
      host: 'github.com',
      purpose: 'GitHub',
      own: false,
    })
    await expect(egress.disallow('github.com')).rejects.toMatchObject({ code: 'bad_request' })
    await expect(egress.disallow('packages.example')).rejects.toMatchObject({ code: 'bad_request' })
    await expect(egress.disallow('never.test')).rejects.toMatchObject({ code: 'not_found' })
    expect(rulesChanged).toBe(2)
  })
})

describe('the policy', () => {
  it('open lets through what is not even a name', async () => {
    policy = 'open'
    expect(await egress.refusal('one', 'anything.test', 9418)).toBeUndefined()
    expect(await egress.refusal('one', '10.1.2.3', 22)).toBeUndefined()
  })

  it('gateway-only lets nothing through, listed or not, and says what to do', async () => {
    policy = 'gateway-only'
    expect(await egress.refusal('one', 'github.com', 443)).toBe(
      'atlas may reach its providers only, so Berth opened no connection to github.com. Change where it may go in its settings.',
    )
  })

  it.each([
    ['github.com', true],
    ['GITHUB.com', true],
    ['packages.example', true],
    ['a.below.test', true],
    ['10.0.0.9', true],
    ['evilgithub.com', false],
    ['github.com.evil.test', false],
    ['below.test', false],
    ['evilbelow.test', false],
    ['10.0.0.99', false],
    ['140.82.112.3', false],
    ['git hub.com', false],
    ['*.below.test', false],
  ])('listed: %s passes: %s', async (host, passes) => {
    await egress.allow('*.below.test', '')
    await egress.allow('10.0.0.9', '')
    const said = await egress.refusal('one', host, 443)
    if (passes) expect(said).toBeUndefined()
    else expect(said).toMatch(/is not on the list of hosts that atlas may reach\. Allow it in Berth/)
  })

  it.each([
    ['git.mine.test', 80, true],
    ['git.mine.test', 443, true],
    ['git.mine.test', 22, false],
    ['git.mine.test', 8443, false],
    ['ssh.mine.test', 22, true],
    ['ssh.mine.test', 443, false],
    ['a.below.test', 8443, true],
    ['a.below.test', 443, false],
    ['fd00::7', 5000, true],
    ['fd00::7', 443, false],
    ['github.com', 443, true],
    ['github.com', 22, true],
    ['github.com', 9418, false],
    ['api.github.com', 22, false],
    ['mirror.example', 4873, true],
    ['mirror.example', 443, false],
  ])('listed: %s at port %i passes: %s', async (host, port, passes) => {
    registries = async () => [{ host: 'mirror.example:4873', purpose: 'npm packages' }]
    egress = open()
    for (const rule of ['git.mine.test', 'ssh.mine.test:22', '*.below.test:8443', '[fd00::7]:5000'])
      await egress.allow(rule, '')
    expect((await egress.refusal('one', host, port)) === undefined).toBe(passes)
  })

  it('that changes while registries are read for the first time is kept to', async () => {
    const read = Promise.withResolvers<readonly KnownHost[]>()
    registries = () => read.promise
    egress = open()
    const asked = egress.refusal('one', 'packages.example', 443)
    policy = 'gateway-only'
    read.resolve([{ host: 'packages.example', purpose: 'npm packages' }])
    expect(await asked).toBeDefined()
  })

  it('names the port it refuses, in the form it can be allowed in', async () => {
    const refused = await egress.refusal('one', 'Git.Mine.test.', 22)
    expect(refused).toMatch(/^git\.mine\.test:22 is not on the list/)
    await egress.allow('git.mine.test:22', '')
    expect(await egress.refusal('one', 'git.mine.test', 22)).toBeUndefined()
    await egress.disallow('git.mine.test:22')
    expect(await egress.refusal('one', 'git.mine.test', 22)).toBe(refused)
  })
})

describe('the counts', () => {
  const second = () => vi.advanceTimersByTime(1000)

  it('are kept by project and host, told once a second, and written', async () => {
    let out = 0
    const end = egress.opened('one', 'GIT.test.', () => ({ out, in: 2 * out }))
    egress.refused('one', 'bad.test')
    egress.refused('one', 'bad.test')
    egress.opened('two', 'api.vendor.test', () => ({ out: 1, in: 1 }))()
    expect(told).toEqual([])
    out = 100
    second()
    expect(told.sort()).toEqual(['one', 'two'])
    out = 150
    vi.setSystemTime(2_000_000)
    end()
    end()
    second()
    const mine = await egress.destinations('one')
    expect(mine).toEqual([
      {
        host: 'git.test',
        kind: 'other',
        connections: 1,
        refused: 0,
        bytesOut: 150,
        bytesIn: 300,
        lastAt: 2_000_000,
        listed: false,
      },
      {
        host: 'bad.test',
        kind: 'other',
        connections: 0,
        refused: 2,
        bytesOut: 0,
        bytesIn: 0,
        lastAt: 1_000_000,
        listed: false,
      },
    ])
    expect(mine.map((one) => egressDestination.parse(one))).toEqual(mine)
    expect(await egress.destinations('two')).toMatchObject([
      { host: 'api.vendor.test', kind: 'provider', bytesOut: 1 },
    ])
    expect(await open().destinations('one')).toEqual(mine)
  })

  it('tell ports apart that are not the web’s, and are no provider’s there', async () => {
    egress.refused('one', 'Git.test.', 22)
    egress.refused('one', 'git.test', 443)
    egress.opened('one', 'git.test', () => ({ out: 0, in: 0 }), 80)
    egress.refused('one', 'fd00::7', 22)
    egress.refused('one', 'api.vendor.test', 22)
    egress.opened('one', 'api.vendor.test', () => ({ out: 0, in: 0 }))
    await egress.allow('git.test:22', '')
    const all = await egress.destinations('one')
    expect(
      all
        .map(({ host, kind, listed, connections, refused }) => ({ host, kind, listed, connections, refused }))
        .sort((a, b) => (a.host < b.host ? -1 : 1)),
    ).toEqual([
      { host: '[fd00::7]:22', kind: 'other', listed: false, connections: 0, refused: 1 },
      { host: 'api.vendor.test', kind: 'provider', listed: false, connections: 1, refused: 0 },
      { host: 'api.vendor.test:22', kind: 'other', listed: false, connections: 0, refused: 1 },
      { host: 'git.test', kind: 'other', listed: false, connections: 1, refused: 1 },
      { host: 'git.test:22', kind: 'other', listed: true, connections: 0, refused: 1 },
    ])
  })

  it('say what is on the list now', async () => {
    egress.refused('one', 'bad.test')
    expect(await egress.destinations('one')).toMatchObject([{ listed: false }])
    await egress.allow('bad.test', '')
    expect(await egress.destinations('one')).toMatchObject([{ listed: true }])
  })

  it('see a connection grow while it is open, and are quiet when nothing moves', () => {
    let out = 1
    egress.opened('one', 'git.test', () => ({ out, in: 0 }))
    second()
    second()
    expect(told).toEqual(['one'])
    out = 2
    second()
    expect(told).toEqual(['one', 'one'])
  })

  it('are written at the end at the latest', async () => {
    egress.opened('one', 'git.test', () => ({ out: 7, in: 9 }))
    egress.close()
    expect(await open().destinations('one')).toMatchObject([{ connections: 1, bytesOut: 7, bytesIn: 9 }])
  })

  it('go on from what an earlier Berth counted', async () => {
    egress.refused('one', 'bad.test')
    egress.close()
    egress = open()
    egress.refused('one', 'bad.test')
    second()
    expect(await open().destinations('one')).toMatchObject([{ host: 'bad.test', refused: 2 }])
  })

  it('keep a bounded number of hosts: the oldest are put together, and no sum is lost', async () => {
    const all = MOST_HOSTS + 500
    for (let i = 0; i < all; i++) {
      vi.setSystemTime(1_000_000 + i)
      egress.refused('one', `h${i}.test`)
      if (i % 500 === 0) second()
    }
    second()
    for (const one of [egress, open()]) {
      const list = await one.destinations('one')
      expect(list.length).toBeLessThanOrEqual(MOST_HOSTS)
      expect(list.map(({ host }) => host)).toContain(`h${all - 1}.test`)
      expect(list.map(({ host }) => host)).not.toContain('h0.test')
      expect(list.map(({ host }) => host)).toContain(OLDER_HOSTS)
      expect(list.reduce((sum, { refused }) => sum + refused, 0)).toBe(all)
    }
  })

  it('of a project that is gone are not written, and hinder no other', async () => {
    db.prepare('DELETE FROM project WHERE id = ?').run('two')
    egress.refused('two', 'bad.test')
    egress.refused('one', 'bad.test')
    second()
    expect(await open().destinations('two')).toEqual([])
    expect(await open().destinations('one')).toHaveLength(1)
  })

  it('that cannot be written now are written later', async () => {
    expect(await egress.destinations('one')).toEqual([])
    db.exec('ALTER TABLE egress_destination RENAME TO away')
    egress.refused('one', 'a.test')
    second()
    db.exec('ALTER TABLE away RENAME TO egress_destination')
    second()
    expect(await open().destinations('one')).toMatchObject([{ host: 'a.test', refused: 1 }])
  })
})
