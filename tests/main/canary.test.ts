import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Surface } from '../../src/preload/audit.ts'
import { type Input, type MethodName, methods } from '../../src/preload/contract.ts'
import { type EchoVendor, startEchoVendor } from '../support/echo-vendor.ts'
import { makeTempProject, type TempProject } from '../support/temp-project.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'
import { filesWith, formsOf } from '../support/traces.ts'

/**
 * Planted keys and passphrases, searched for in everything the whole Berth answers, tells and writes. They go in by every
 * method that takes a secret, to a vendor that repeats whatever it is sent.
 */

/** In every planted secret; the four characters at its end, which a preview may show, are not. */
const CANARY = 'CanaryCanary'
let planted: string[]
const plant = (prefix: string): string => {
  const secret = `${prefix}${CANARY}${randomBytes(9).toString('hex')}`
  planted.push(secret)
  return secret
}

// Passphrases take their time, by design.
vi.setConfig({ testTimeout: 120_000 })

let berth: TestApp
let folder: TempProject
let outside: string
let vendor: EchoVendor
let tried: Set<MethodName>
beforeEach(async () => {
  planted = []
  tried = new Set()
  vendor = await startEchoVendor()
  outside = mkdtempSync(join(tmpdir(), 'berth-sources-'))
  folder = await makeTempProject()
  const hosts = ['api.anthropic.com', 'api.openai.com', 'openrouter.ai', 'api.groq.com']
  berth = makeTestApp({
    BERTH_HOST_MAP: JSON.stringify(
      Object.fromEntries(hosts.map((host) => [host, `127.0.0.1:${vendor.httpsPort}`])),
    ),
    BERTH_EXTRA_CA: vendor.caFile,
  })
})
afterEach(async () => {
  await berth.end()
  await folder.remove()
  await vendor.close()
  rmSync(outside, { recursive: true })
})

/** Every answer of this test, whoever asked. */
const answers: string[] = []
const surfaces: readonly Surface[] = ['window', 'browser', 'command', 'tray']

/** Calls as any surface would, and keeps the answer, good or not. */
async function dispatch<M extends MethodName>(method: M, input: Input<M>) {
  const surface = surfaces[tried.size % surfaces.length] ?? 'window'
  tried.add(method)
  const answer = await berth.app.dispatch(method, input, surface)
  answers.push(JSON.stringify(answer))
  return answer
}
async function call<M extends MethodName>(method: M, input: Input<M>) {
  tried.add(method)
  const value = await berth.call(method, input)
  answers.push(JSON.stringify(value))
  return value
}
async function fail<M extends MethodName>(method: M, input: Input<M>): Promise<void> {
  tried.add(method)
  answers.push(JSON.stringify(await berth.fail(method, input)))
}

/** Adding, testing, replacing, and every way to be refused with a key in hand. */
async function plantAccounts(): Promise<string> {
  const first = { providerId: 'anthropic', label: 'work', key: plant('sk-ant-api03-') }
  const account = await call('accounts.add', first)
  await fail('accounts.add', first)
  await fail('accounts.add', { ...first, label: 'again' })
  await fail('accounts.add', { ...first, label: 'bad field', fields: { NO_FIELD: plant('') } })
  await fail('accounts.add', { ...first, providerId: 'openai', label: '' })
  await fail('accounts.add', { ...first, label: 'long', key: plant('sk-').padEnd(10_001, 'x') })
  await fail('accounts.add', { ...first, label: 'broken', key: `${plant('sk-')}\n${plant('sk-')}` })
  await fail('accounts.replaceKey', { accountId: 'none', key: plant('sk-ant-api03-') })
  await fail('accounts.replaceKey', { accountId: account.id, key: `"${plant('sk-ant-api03-')}"` })
  await call('accounts.replaceKey', { accountId: account.id, key: ` ${plant('sk-ant-api03-')} \n` })
  await call('accounts.check', { accountId: account.id })
  await call('accounts.checkKey', { providerId: 'openai', key: plant('sk-proj-') })
  // A form that no pattern knows.
  await call('accounts.checkKey', { providerId: 'openrouter', key: plant('') })
  const asked = { providerId: 'openrouter', label: 'asked', key: plant('sk-or-v1-') }
  const { id } = await call('accounts.add', asked)
  await call('accounts.quota', { accountId: id })
  await call('accounts.rename', { accountId: account.id, namespace: 'n', label: 'renamed' })
  await call('accounts.activate', { accountId: account.id })
  await call('accounts.setFields', { accountId: account.id, fields: {} })
  await call('accounts.setEnabled', { accountId: account.id, enabled: false })
  await call('accounts.setEnabled', { accountId: account.id, enabled: true })
  await call('accounts.reorder', { providerId: 'anthropic', accountIds: [account.id] })
  return account.id
}

async function plantProviders(): Promise<void> {
  const baseUrl = `http://127.0.0.1:${vendor.httpPort}/v1`
  await fail('providers.discover', { baseUrl, key: plant('') })
  const lab = { id: 'lab', name: 'Lab', baseUrl, models: [{ id: 'm', name: 'M' }], discover: true }
  await call('providers.saveCustom', lab)
  const { id } = await call('accounts.add', { providerId: 'lab', label: 'lab', key: plant('') })
  await call('accounts.check', { accountId: id })
  await dispatch('providers.refreshModels', { providerId: 'lab' })
  await fail('providers.removeCustom', { providerId: 'lab' })
  await call('providers.findLocal', {})
}

async function plantImports(): Promise<void> {
  const auth = {
    groq: { type: 'api', key: plant('gsk_') },
    xai: { type: 'oauth', access: plant(''), refresh: plant('r'), expires: 1 },
  }
  const file = join(outside, 'auth.json')
  writeFileSync(file, JSON.stringify(auth))
  const sources: Input<'imports.preview'>['source'][] = [
    { kind: 'keys', text: `${plant('sk-or-v1-')}\nmine ${plant('sk-proj-')}\n${plant('')}\n` },
    {
      kind: 'env-file',
      text: `GROQ_API_KEY="${plant('gsk_')}"\nOTHER=${plant('')}\nexport MISTRAL_API_KEY=${plant('')}`,
    },
    { kind: 'opencode', path: file },
    { kind: 'opencode', text: `{"openai": {"type": "api", "key": "${plant('sk-')}"` },
    {
      kind: 'claude-code-router',
      text: JSON.stringify({ Providers: [{ name: 'openrouter', api_key: plant('sk-or-v1-') }] }),
    },
    {
      kind: 'anthropic-accounts',
      text: JSON.stringify({ accounts: [{ refreshToken: plant('sk-ant-ort01-') }] }),
    },
    { kind: 'doce', path: file },
    { kind: 'environment' },
    { kind: 'berth', file: 'AAAA', passphrase: plant('p') },
  ]
  for (const source of sources) {
    await dispatch('imports.preview', { source })
    await dispatch('imports.apply', { source, choices: {} })
  }
  await call('imports.offers', {})
}

/** Every change of the vault's passphrase, right and wrong, and an export of all of it. Ends with a passphrase's vault, open. */
async function plantPassphrases(passphrase: string): Promise<void> {
  await call('vault.lock', {})
  await fail('vault.unlock', { passphrase: plant('p') })
  await call('vault.unlock', { passphrase })
  await fail('vault.rotateKey', { passphrase: plant('p') })
  await call('vault.rotateKey', { passphrase })
  await fail('vault.changePassphrase', { current: plant('p'), next: plant('p') })
  const second = plant('p')
  await call('vault.changePassphrase', { current: passphrase, next: second })
  berth.keychain.fault = undefined
  await call('vault.keepByKeychain', { passphrase: second, recovery: true })
  await call('vault.setRecovery', { passphrase: plant('p') })
  await call('vault.setRecovery', { passphrase: null })
  await call('vault.keepByPassphrase', { passphrase: plant('p') })
  await dispatch('vault.mendDamaged', {})
  await dispatch('vault.discardDamaged', {})
  await fail('vault.restorePrevious', {})
  await fail('vault.setAside', {})
  const exported = plant('p')
  const { file } = await call('accounts.export', { passphrase: exported })
  const bytes = Buffer.from(file, 'base64')
  for (const secret of planted) expect(formsOf(secret).some((form) => bytes.includes(form))).toBe(false)
  const source = { kind: 'berth', file, passphrase: exported } as const
  await call('imports.preview', { source })
  await call('imports.apply', { source, choices: {} })
  await fail('imports.preview', { source: { ...source, passphrase: plant('p') } })
}

async function useProjects(accountId: string): Promise<void> {
  const project = await call('projects.create', {
    name: 'atlas',
    folder: folder.path,
    providerId: 'anthropic',
    modelId: 'claude-sonnet-4-5',
    runtime: 'docker',
    image: 'debian:bookworm-slim',
    accountId,
    prompt: 'hello',
  })
  const id = { projectId: project.id }
  const session = { ...id, sessionId: 'none' }
  await call('pins.set', { ...id, accountId, modelId: 'claude-sonnet-4-5' })
  await call('projects.update', { ...id, delivery: 'direct' })
  for (const method of ['projects.cancel', 'projects.start', 'projects.restart', 'projects.stop'] as const)
    await dispatch(method, id)
  for (const method of [
    'projects.pipeline',
    'projects.logs',
    'projects.routes',
    'projects.pipelines',
  ] as const)
    await call(method, id)
  await call('projects.list', {})
  await call('conversation.get', id)
  await fail('conversation.newSession', id)
  await fail('conversation.send', { ...id, text: 'hello', requestId: 'request1' })
  await dispatch('conversation.stop', id)
  await fail('conversation.answerPermission', { ...session, permissionId: 'none', answer: 'once' })
  await call('pins.list', {})
  await call('pins.remove', { ...id, providerId: 'anthropic', modelId: 'claude-sonnet-4-5' })
}

async function readTheRest(): Promise<void> {
  for (const method of [
    'app.info',
    'app.status',
    'app.recheck',
    'app.doctor',
    'settings.get',
    'providers.list',
    'accounts.list',
    'folders.list',
  ] as const)
    await call(method, {})
  for (const method of ['engine.images', 'folders.pick', 'files.pick'] as const) await dispatch(method, {})
  await dispatch('app.open', { to: { page: 'import' } })
  await call('settings.update', { vaultLockMinutes: 60 })
  await call('providers.models', { providerId: 'anthropic' })
  await call('folders.check', { path: folder.path })
}

/** Pools, usage, budgets and the list of hosts: they get no secret, and tell none. */
async function useTraffic(accountId: string): Promise<void> {
  const [project] = await call('projects.list', {})
  const projectId = project?.id ?? ''
  const hour = { from: Date.now() - 3_600_000, to: Date.now() + 3_600_000, dimension: 'account' } as const
  await call('pools.update', { providerId: 'anthropic', rotate: true, strategy: 'hybrid' })
  await call('pools.reset', { accountId })
  await call('pools.list', {})
  await call('pools.numbers', {})
  await call('pools.setNumbers', { numbers: { pace: null } })
  await call('usage.query', hour)
  await call('usage.export', hour)
  const set = { scope: 'account', targetId: accountId, period: 'day', unit: 'usd', limit: 1 } as const
  const [budget] = await call('budgets.set', set)
  await call('budgets.list', {})
  await call('budgets.remove', { id: budget?.id ?? '' })
  await fail('budgets.set', { ...set, targetId: 'none' })
  await call('egress.allow', { host: 'git.example', purpose: 'ours' })
  await call('egress.rules', {})
  await call('egress.disallow', { host: 'git.example' })
  await call('egress.destinations', { projectId })
}

async function removeAll(): Promise<void> {
  for (const { id } of await call('projects.list', {})) await dispatch('projects.remove', { projectId: id })
  for (const { id } of await call('accounts.list', {})) await call('accounts.remove', { accountId: id })
  await call('providers.removeCustom', { providerId: 'lab' })
}

/** Nothing of what was planted is where it must not be. */
function search(): void {
  const told = JSON.stringify(berth.events) + JSON.stringify(berth.answers) + answers.join('')
  // Said by number, lest a failure prints the secret.
  const found = planted.flatMap((secret, n) =>
    formsOf(secret).some((form) => told.includes(form)) ? [n] : [],
  )
  expect(found, 'told').toEqual([])
  expect(filesWith(berth.dataDir, ...planted), 'written').toEqual([])
  expect(told.includes(CANARY), 'a part of a secret was told').toBe(false)
  expect(filesWith(berth.dataDir, CANARY), 'a part of a secret was written').toEqual([])
}

describe('secrets that were given', () => {
  it('are in no answer, event, database, log, setting, trail or export, and not even readable in the vault', async () => {
    berth.keychain.fault = 'The system keychain cannot be reached.'
    await berth.open()
    const passphrase = plant('p')
    await call('vault.createWithPassphrase', { passphrase })
    const accountId = await plantAccounts()
    await plantProviders()
    await plantImports()
    await useProjects(accountId)
    await useTraffic(accountId)
    await plantPassphrases(passphrase)
    await readTheRest()
    await call('audit.export', {})
    await call('audit.list', { limit: 500 })
    search()
    await removeAll()
    await berth.close()
    search()

    expect([...Object.keys(methods)].filter((name) => !tried.has(name as MethodName))).toEqual([])
    // They were there: the vendor got them, and the trail and the events tell of all of it.
    for (const prefix of ['sk-ant-api03-', 'sk-proj-', 'sk-or-v1-'])
      expect(vendor.heard()).toContain(`${prefix}${CANARY}`)
    const done = 'account.added account.checked account.imported account.key_replaced account.removed pin.set'
    for (const action of `${done} vault.unlock_failed vault.exported project.delivery_changed`.split(' '))
      expect(JSON.stringify(berth.events)).toContain(`"${action}"`)
    const names = new Set(berth.events.map(({ name }) => name))
    for (const name of [
      'accounts.changed',
      'pins.changed',
      'audit.added',
      'settings.changed',
      'status.changed',
      'providers.changed',
      'project.changed',
    ] as const)
      expect(names).toContain(name)
    // The search can find: names are where they belong.
    expect(filesWith(berth.dataDir, 'renamed').some((name) => name.startsWith('berth.db'))).toBe(true)
    expect(filesWith(berth.dataDir, 'gatewayPort')).toContain('settings.json')
    expect(filesWith(berth.dataDir, 'Berth is up')).toContain('berth.log')
  })
})
