import { Writable } from 'node:stream'
import pino from 'pino'
import { beforeEach, describe, expect, it } from 'vitest'
import { BerthError } from '../../../src/main/errors.ts'
import { NOTES } from '../../../src/main/rpc/audit-notes.ts'
import { UNRECORDED } from '../../../src/main/rpc/audit-recorded.ts'
import { withAudit } from '../../../src/main/rpc/audit-trail.ts'
import type { World } from '../../../src/main/rpc/audit-world.ts'
import type { Handlers } from '../../../src/main/rpc/dispatch.ts'
import type { Account } from '../../../src/preload/accounts.ts'
import type { AuditEntry } from '../../../src/preload/audit.ts'
import { type MethodName, methods, type ParsedInput } from '../../../src/preload/contract.ts'
import type { Project } from '../../../src/preload/shapes.ts'
import type { Budget } from '../../../src/preload/usage.ts'

const account = (id: string, change: Partial<Account> = {}): Account => ({
  id,
  providerId: 'openai',
  namespace: '',
  label: id,
  type: 'api',
  preview: 'sk-…1234',
  fields: {},
  state: 'connected',
  active: false,
  position: 0,
  createdAt: 1,
  ...change,
})
const project = (change: Partial<Project> = {}): Project => ({
  id: 'p1',
  name: 'atlas',
  folder: '/atlas',
  providerId: 'openai',
  modelId: 'gpt-5',
  runtime: 'docker',
  isolated: true,
  delivery: 'gateway',
  egress: 'open',
  state: 'stopped',
  createdAt: 1,
  lastActivityAt: 1,
  ...change,
})
const worldOf = (change: Partial<World> = {}): World => ({
  accounts: [account('work', { active: true }), account('home', { position: 1 })],
  pins: [],
  projects: [project()],
  custom: new Map(),
  settings: {
    vaultLockMinutes: 0,
    vaultLockOnSleep: false,
    muteSwitches: false,
    newProjectEgress: 'open',
  },
  pools: new Map(),
  poolNumbers: new Map(),
  budgets: [],
  vault: { state: 'ready', keeper: 'keychain' },
  ...change,
})

let world: World
let written: Omit<AuditEntry, 'id' | 'at'>[]
let log: string[]
beforeEach(() => {
  world = worldOf()
  written = []
  log = []
})

const logger = () =>
  pino(
    new Writable({
      write: (chunk, _encoding, done) => {
        log.push(String(chunk))
        done()
      },
    }),
  )

/** Calls a method whose handler answers so, and which leaves the world so. */
async function call<M extends MethodName>(
  method: M,
  input: Partial<ParsedInput<M>>,
  answer: unknown,
  after: Partial<World> = {},
  record: (entry: Omit<AuditEntry, 'id' | 'at'>) => void = (entry) => written.push(entry),
): Promise<unknown> {
  const handler = () => {
    world = { ...world, ...after }
    if (answer instanceof Error) throw answer
    return answer
  }
  const handlers = { [method]: handler } as unknown as Handlers
  const audited = withAudit(handlers, { audit: { record }, world: () => world, log: logger() })
  const run = audited[method] as (input: unknown, surface: 'tray') => Promise<unknown>
  return run(input, 'tray')
}

describe('the table', () => {
  it.each(Object.keys(methods))('has %s, or says that it is not written down', (name) => {
    const listed = UNRECORDED.some((one) => one === name)
    expect(Object.hasOwn(NOTES, name)).toBe(!listed)
  })

  it('has nothing else', () => {
    for (const name of [...Object.keys(NOTES), ...UNRECORDED]) expect(Object.keys(methods)).toContain(name)
  })
})

const work = { providerId: 'openai', accountId: 'work', accountLabel: 'work' }
const atlas = { projectId: 'p1', projectName: 'atlas' }
const ready = { state: 'ready', keeper: 'keychain' }
const locked = { vault: { state: 'locked', keeper: 'passphrase' } } as const

const dollars = { scope: 'project', targetId: 'p1', period: 'day', unit: 'usd', limit: 5 } as const
const budget: Budget = { ...dollars, id: 'b1', limit: 2, spent: 1, state: 'ok', endsAt: 2 }

type Case = [MethodName, object, unknown, Partial<World>, object[], before?: Partial<World>]
const cases: Case[] = [
  [
    'accounts.add',
    {},
    account('new', { namespace: 'lab' }),
    {},
    [{ action: 'account.added', accountLabel: 'lab / new' }],
  ],
  [
    'accounts.rename',
    { accountId: 'work' },
    account('work', { label: 'office' }),
    {},
    [{ action: 'account.renamed', accountLabel: 'office', detail: 'It was work.' }],
  ],
  ['accounts.rename', { accountId: 'work' }, account('work'), {}, []],
  [
    'accounts.setFields',
    { accountId: 'work' },
    account('work', { fields: { REGION: 'eu', NAME: 'x' } }),
    {},
    [{ action: 'account.fields_changed', detail: 'NAME, REGION' }],
  ],
  ['accounts.setFields', { accountId: 'work' }, account('work'), {}, []],
  [
    'accounts.replaceKey',
    { accountId: 'work' },
    account('work'),
    {},
    [{ action: 'account.key_replaced', ...work }],
  ],
  [
    'accounts.activate',
    { accountId: 'home' },
    account('home'),
    {},
    [{ action: 'account.activated', accountLabel: 'home' }],
  ],
  ['accounts.activate', { accountId: 'work' }, account('work'), {}, []],
  [
    'accounts.setEnabled',
    { accountId: 'work', enabled: false },
    account('work'),
    {},
    [{ action: 'account.disabled', ...work }],
  ],
  ['accounts.setEnabled', { accountId: 'work', enabled: true }, account('work'), {}, []],
  [
    'accounts.setEnabled',
    { accountId: 'work', enabled: true },
    account('work'),
    {},
    [{ action: 'account.enabled', ...work }],
    { accounts: [account('work', { state: 'disabled' })] },
  ],
  [
    'accounts.reorder',
    { providerId: 'openai' },
    [account('home'), account('work', { position: 1 })],
    {},
    [{ action: 'account.reordered', providerId: 'openai', detail: 'home, work' }],
  ],
  ['accounts.reorder', { providerId: 'openai' }, worldOf().accounts, {}, []],
  // Gone by then, so named as it was before.
  [
    'accounts.remove',
    { accountId: 'work' },
    null,
    { accounts: [] },
    [{ action: 'account.removed', ...work }],
  ],
  [
    'accounts.remove',
    { accountId: 'work' },
    new BerthError('internal', 'The disk is full.'),
    { accounts: [] },
    [{ action: 'account.removed', ...work }],
  ],
  ['accounts.remove', { accountId: 'work' }, new BerthError('internal', 'The disk is full.'), {}, []],
  [
    'accounts.check',
    { accountId: 'work' },
    { verdict: 'wrong_key', message: 'OpenAI refused it.' },
    {},
    [{ action: 'account.checked', ...work, detail: 'wrong_key: OpenAI refused it.' }],
  ],
  ['accounts.export', {}, { accounts: 2 }, {}, [{ action: 'vault.exported', detail: '2 accounts.' }]],
  [
    'pins.set',
    { accountId: 'work', projectId: 'p1', modelId: 'gpt-5' },
    [],
    {},
    [{ action: 'pin.set', ...work, ...atlas, detail: 'For the model gpt-5.' }],
  ],
  [
    'pins.remove',
    { providerId: 'openai', projectId: 'p1' },
    [],
    { pins: [] },
    [{ action: 'pin.removed', ...work, ...atlas }],
    { pins: [{ providerId: 'openai', accountId: 'work', projectId: 'p1' }] },
  ],
  ['pins.remove', { providerId: 'openai', projectId: 'p1' }, [], {}, []],
  [
    'imports.apply',
    { source: { kind: 'keys' }, choices: {} },
    {
      items: [
        { id: '1', outcome: 'added', accountId: 'new' },
        { id: '2', outcome: 'replaced', accountId: 'work' },
        { id: '3', outcome: 'skipped', accountId: 'home' },
        { id: '4', outcome: 'refused' },
      ],
    },
    { accounts: [...worldOf().accounts, account('new')] },
    [
      { action: 'account.imported', accountLabel: 'new', detail: 'From a list of keys.' },
      { action: 'account.imported', ...work, detail: 'Its key was replaced. From a list of keys.' },
    ],
  ],
  // Failed half way: what it had brought in by then is there.
  [
    'imports.apply',
    { source: { kind: 'opencode' } },
    new Error('boom'),
    { accounts: [account('new')] },
    [{ action: 'account.imported', accountLabel: 'new', detail: 'From OpenCode.' }],
  ],
  [
    'providers.saveCustom',
    {},
    { id: 'lab', name: 'Lab' },
    {},
    [{ action: 'provider.saved', providerId: 'lab', detail: 'Lab' }],
  ],
  [
    'providers.removeCustom',
    { providerId: 'lab' },
    null,
    { custom: new Map() },
    [{ action: 'provider.removed', providerId: 'lab', detail: 'Lab' }],
    { custom: new Map([['lab', 'Lab']]) },
  ],
  [
    'projects.create',
    { accountId: 'work' },
    project({ delivery: 'direct' }),
    {},
    [
      { action: 'project.created', ...atlas },
      { action: 'project.delivery_changed', ...atlas, detail: 'Its OpenCode is given the real key.' },
      { action: 'pin.set', ...work, ...atlas },
    ],
  ],
  [
    'projects.update',
    { delivery: 'direct' },
    project({ delivery: 'direct' }),
    {},
    [{ action: 'project.delivery_changed', ...atlas, detail: 'Its OpenCode is given the real key.' }],
  ],
  [
    'projects.update',
    { egress: 'listed' },
    project({ egress: 'listed' }),
    {},
    [
      {
        action: 'project.egress_changed',
        ...atlas,
        detail: 'It may go to hosts on the list and to its providers.',
      },
    ],
  ],
  [
    'pools.update',
    {},
    { providerId: 'openai', strategy: 'hybrid', rotate: true, accounts: [] },
    {},
    [
      {
        action: 'pool.changed',
        providerId: 'openai',
        detail: 'Accounts take over from each other, hybrid.',
      },
    ],
    { pools: new Map([['openai', { strategy: 'sticky', rotate: true }]]) },
  ],
  [
    'pools.update',
    {},
    { providerId: 'openai', strategy: 'sticky', rotate: false, accounts: [] },
    {},
    [],
    { pools: new Map([['openai', { strategy: 'sticky', rotate: false }]]) },
  ],
  [
    'pools.setNumbers',
    { numbers: { pace: 1000, wait: 30_000 } },
    [],
    {
      poolNumbers: new Map([
        ['pace', '1000'],
        ['wait', '30000'],
      ]),
    },
    [{ action: 'settings.changed', detail: 'Pools: pace is 1000 and was 5000.' }],
    {
      poolNumbers: new Map([
        ['pace', '5000'],
        ['wait', '30000'],
      ]),
    },
  ],
  ['pools.setNumbers', { numbers: {} }, [], {}, []],
  ['pools.reset', { accountId: 'work' }, {}, {}, [{ action: 'pool.reset', ...work }]],
  [
    'pools.reset',
    { accountId: 'work', family: 'gpt-mini' },
    {},
    {},
    [{ action: 'pool.reset', ...work, detail: 'For gpt-mini.' }],
  ],
  ['budgets.set', dollars, [], {}, [{ action: 'budget.set', ...atlas, detail: '$5 a day.' }]],
  ['budgets.set', dollars, [], {}, [], { budgets: [{ ...budget, limit: 5 }] }],
  [
    'budgets.set',
    dollars,
    [],
    {},
    [{ action: 'budget.set', ...atlas, detail: '$5 a day. It was $2 a day.' }],
    { budgets: [budget] },
  ],
  [
    'budgets.remove',
    { id: 'b1' },
    [],
    {},
    [{ action: 'budget.removed', ...atlas, detail: 'It was $2 a day.' }],
    { budgets: [budget] },
  ],
  ['budgets.remove', { id: 'b2' }, [], {}, [], { budgets: [budget] }],
  [
    'egress.allow',
    { host: 'git.example', purpose: 'our git' },
    [],
    {},
    [{ action: 'egress.allowed', detail: 'git.example: our git' }],
  ],
  [
    'egress.disallow',
    { host: 'git.example' },
    [],
    {},
    [{ action: 'egress.disallowed', detail: 'git.example' }],
  ],
  ['projects.update', { name: 'atlas 2' }, project({ name: 'atlas 2' }), {}, []],
  [
    'projects.update',
    { accountId: 'work' },
    project({ accountId: 'work' }),
    {},
    [{ action: 'pin.set', ...work, ...atlas }],
  ],
  [
    'projects.update',
    { accountId: null },
    project(),
    {},
    [{ action: 'pin.removed', ...work, ...atlas }],
    { projects: [project({ accountId: 'work' })] },
  ],
  ['projects.update', { accountId: null }, project(), {}, []],
  ['projects.start', {}, project({ state: 'starting' }), {}, [{ action: 'project.started', ...atlas }]],
  [
    'projects.start',
    {},
    project({ state: 'running' }),
    {},
    [],
    { projects: [project({ state: 'running' })] },
  ],
  [
    'projects.restart',
    {},
    project({ state: 'starting' }),
    {},
    [{ action: 'project.started', ...atlas, detail: 'It was restarted.' }],
  ],
  [
    'projects.stop',
    {},
    project(),
    {},
    [{ action: 'project.stopped', ...atlas }],
    { projects: [project({ state: 'running' })] },
  ],
  ['projects.stop', {}, project(), {}, []],
  [
    'projects.cancel',
    {},
    project(),
    {},
    [{ action: 'project.stopped', ...atlas, detail: 'Its start was cancelled.' }],
    { projects: [project({ state: 'starting' })] },
  ],
  ['projects.remove', { projectId: 'p1' }, null, { projects: [] }, [{ action: 'project.removed', ...atlas }]],
  [
    'vault.unlock',
    { passphrase: 'x' },
    ready,
    {},
    [{ action: 'vault.unlocked', detail: 'By passphrase.' }],
    locked,
  ],
  ['vault.unlock', {}, ready, {}, []],
  ['vault.unlock', {}, locked.vault, {}, [], locked],
  ['vault.lock', {}, locked.vault, locked, [{ action: 'vault.locked' }]],
  ['vault.lock', {}, locked.vault, locked, [], locked],
  [
    'vault.setRecovery',
    { passphrase: null },
    ready,
    {},
    [{ action: 'vault.recovery_changed', detail: 'No passphrase opens it any more.' }],
  ],
  [
    'vault.keepByKeychain',
    { recovery: false },
    ready,
    {},
    [{ action: 'vault.keeper_changed', detail: 'The keychain keeps its key now.' }],
  ],
  [
    'vault.mendDamaged',
    {},
    ready,
    { vault: { state: 'ready', keeper: 'keychain' } },
    [{ action: 'vault.mended', detail: "1 damaged record taken from the file's earlier state." }],
    { vault: { state: 'ready', keeper: 'keychain', damaged: ['a'] } },
  ],
  ['vault.mendDamaged', {}, ready, {}, []],
  [
    'vault.discardDamaged',
    {},
    ready,
    {},
    [{ action: 'vault.discarded', detail: '2 damaged records forgotten.' }],
    { vault: { state: 'ready', keeper: 'keychain', damaged: ['a', 'b'] } },
  ],
  ['vault.discardDamaged', {}, ready, {}, []],
  [
    'settings.update',
    {},
    { ...worldOf().settings, vaultLockMinutes: 15 },
    {},
    [{ action: 'settings.changed', detail: 'vaultLockMinutes' }],
  ],
  ['settings.update', {}, worldOf().settings, {}, []],
  [
    'vault.unlock',
    {},
    new BerthError('wrong_passphrase', 'No.', { data: { failedAttempts: 3 } }),
    {},
    [{ action: 'vault.unlock_failed', detail: 'Wrong passphrase, 3 times in a row.' }],
    locked,
  ],
  [
    'vault.rotateKey',
    {},
    new BerthError('wrong_passphrase', 'No.', { data: { failedAttempts: 1 } }),
    {},
    [{ action: 'vault.unlock_failed', detail: 'Wrong passphrase for vault.rotateKey.' }],
  ],
  ['vault.rotateKey', {}, new BerthError('keychain_unavailable', 'No.'), {}, []],
  // An import's passphrase is not the vault's.
  [
    'imports.apply',
    { source: { kind: 'berth', passphrase: 'x' } },
    new BerthError('wrong_passphrase', 'No.'),
    {},
    [],
  ],
  ['accounts.add', {}, new BerthError('conflict', 'No.'), {}, []],
  ['accounts.list', {}, [], {}, []],
]
const simple: [MethodName, string][] = [
  ['vault.createWithPassphrase', 'vault.created'],
  ['vault.rotateKey', 'vault.key_rotated'],
  ['vault.changePassphrase', 'vault.passphrase_changed'],
  ['vault.keepByPassphrase', 'vault.keeper_changed'],
  ['vault.restorePrevious', 'vault.restored'],
  ['vault.setAside', 'vault.set_aside'],
]
for (const [method, action] of simple) cases.push([method, {}, ready, {}, [{ action }]])

describe('a call', () => {
  it.each(cases.map((each, n) => [each[0], n, each] as const))(
    '%s (%i) is written as what it did, with its surface',
    async (_, __, each) => {
      const [method, input, answer, after, expected, before = {}] = each
      world = { ...world, ...before }
      const done = call(method, input, answer, after)
      if (answer instanceof Error) await expect(done).rejects.toBe(answer)
      else expect(await done).toBe(answer)
      expect(written).toHaveLength(expected.length)
      expect(written).toMatchObject(expected.map((entry) => ({ surface: 'tray', ...entry })))
      expect(log).toEqual([])
    },
  )

  it('of every recorded method has a case here', () => {
    const tried = new Set(cases.filter((each) => each[4].length > 0).map(([method]) => method))
    expect(Object.keys(NOTES).filter((name) => !tried.has(name as MethodName))).toEqual([])
  })

  it('goes its way when the trail cannot be written', async () => {
    const broken = () => {
      throw new Error('the trail is broken')
    }
    expect(await call('vault.rotateKey', {}, ready, {}, broken)).toBe(ready)
    const refusal = new BerthError('wrong_passphrase', 'No.')
    await expect(call('vault.rotateKey', {}, refusal, {}, broken)).rejects.toBe(refusal)
    expect(log.join('')).toContain('the trail is broken')
  })

  it('goes its way when what there is cannot be told', async () => {
    const handlers = { 'accounts.remove': () => null } as unknown as Handlers
    const audited = withAudit(handlers, {
      audit: { record: (entry) => written.push(entry) },
      world: () => {
        throw new Error('the database is gone')
      },
      log: logger(),
    })
    expect(await audited['accounts.remove']({ accountId: 'work' }, 'window')).toBeNull()
    expect(log.join('')).toContain('the database is gone')
  })
})
