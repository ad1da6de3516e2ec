import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Input } from '../../src/preload/contract.ts'
import { makeTempProject, type TempProject } from '../support/temp-project.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'

/** The whole Berth on a folder of its own, without an engine: what it says and does while its vault is not open. */

const CANARY = `sk-ant-api03-${'CANARY'.repeat(6)}`
const PASSPHRASE = 'correct horse'

let berth: TestApp
let folder: TempProject
beforeEach(async () => {
  berth = makeTestApp()
  folder = await makeTempProject()
})
afterEach(async () => {
  await berth.end()
  await folder.remove()
})

const vaultFile = () => join(berth.dataDir, 'vault.json')
const newProject = (name = 'atlas'): Input<'projects.create'> => ({
  name,
  folder: folder.path,
  providerId: 'anthropic',
  modelId: 'claude-sonnet-4-5',
  runtime: 'docker',
  image: 'debian:bookworm-slim',
})

/** An account and a project, kept by the keychain or by a passphrase; Berth is closed again. */
async function live(keeper: 'keychain' | 'passphrase'): Promise<{ accountId: string; projectId: string }> {
  if (keeper === 'passphrase') berth.keychain.fault = 'The system keychain cannot be reached.'
  await berth.open()
  if (keeper === 'passphrase') await berth.call('vault.createWithPassphrase', { passphrase: PASSPHRASE })
  const account = await berth.call('accounts.add', { providerId: 'anthropic', label: 'work', key: CANARY })
  const project = await berth.call('projects.create', newProject())
  await berth.close()
  return { accountId: account.id, projectId: project.id }
}

/** Everything that needs the vault is refused with the code and a sentence; everything else works. */
async function expectClosed(ids: { accountId: string; projectId: string }, code: string): Promise<void> {
  const { accountId, projectId } = ids
  const refused = [
    await berth.fail('accounts.add', { providerId: 'openai', label: 'new', key: 'sk-proj-0123456789' }),
    await berth.fail('accounts.replaceKey', { accountId, key: 'sk-ant-api03-0123456789' }),
    await berth.fail('accounts.remove', { accountId }),
    await berth.fail('projects.create', newProject('other')),
    await berth.fail('projects.start', { projectId }),
    await berth.fail('projects.restart', { projectId }),
    await berth.fail('conversation.send', { projectId, text: 'hello', requestId: 'request1' }),
  ]
  for (const error of refused) {
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/^[A-Z].*\.$/)
  }
  expect(await berth.call('accounts.list', {})).toMatchObject([{ id: accountId, label: 'work' }])
  expect(await berth.call('projects.list', {})).toMatchObject([{ id: projectId, name: 'atlas' }])
  expect(await berth.call('conversation.get', { projectId })).toMatchObject({ source: 'saved' })
  expect((await berth.call('app.status', {})).gateway.state).not.toBe('ready')
}

describe('a vault that is not open', () => {
  it('locked: says so, loses nothing, and comes up when it is unlocked', async () => {
    const ids = await live('passphrase')
    const before = readFileSync(vaultFile())
    await berth.open()
    expect((await berth.call('app.status', {})).vault).toEqual({ state: 'locked', keeper: 'passphrase' })
    await expectClosed(ids, 'vault_locked')
    expect(await berth.fail('vault.unlock', { passphrase: 'wrong' })).toMatchObject({
      code: 'wrong_passphrase',
    })
    expect(await berth.fail('vault.createWithPassphrase', { passphrase: PASSPHRASE })).toMatchObject({
      code: 'conflict',
    })
    expect(readFileSync(vaultFile())).toEqual(before)
    expect(await berth.call('vault.unlock', { passphrase: PASSPHRASE })).toMatchObject({ state: 'ready' })
    expect(await berth.call('app.status', {})).toMatchObject({ gateway: { state: 'ready' } })
    await berth.call('accounts.replaceKey', { accountId: ids.accountId, key: 'sk-ant-api03-0123456789' })
    await berth.call('accounts.remove', { accountId: ids.accountId })
  })

  it('the keychain cannot be reached: says so, and comes up when it can', async () => {
    const ids = await live('keychain')
    const before = readFileSync(vaultFile())
    berth.keychain.fault = 'The system keychain cannot be reached.'
    await berth.open()
    expect((await berth.call('app.status', {})).vault).toMatchObject({
      state: 'unavailable',
      code: 'keychain_unavailable',
    })
    await expectClosed(ids, 'keychain_unavailable')
    expect(readFileSync(vaultFile())).toEqual(before)
    berth.keychain.fault = undefined
    expect(await berth.call('app.recheck', {})).toMatchObject({
      vault: { state: 'ready' },
      gateway: { state: 'ready' },
    })
  })

  it('its key is gone from the keychain: nothing is made in its place', async () => {
    const ids = await live('keychain')
    const before = readFileSync(vaultFile())
    berth.keychain.entries.clear()
    await berth.open()
    await expectClosed(ids, 'keychain_unavailable')
    expect(readFileSync(vaultFile())).toEqual(before)
    expect(berth.keychain.entries.size).toBe(0)
  })

  it.each([
    ['cut', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
  ])('damaged (%s): says so, and is left as it is until a good copy is put there', async (_, damage) => {
    const ids = await live('keychain')
    const good = readFileSync(vaultFile(), 'utf8')
    writeFileSync(vaultFile(), damage(good))
    const bad = readFileSync(vaultFile())
    expect(bad.toString()).not.toBe(good)
    await berth.open()
    expect((await berth.call('app.status', {})).vault).toMatchObject({
      state: 'unavailable',
      code: 'vault_damaged',
      reason: expect.stringContaining(vaultFile()),
    })
    await expectClosed(ids, 'vault_damaged')
    expect(await berth.fail('vault.createWithPassphrase', { passphrase: PASSPHRASE })).toMatchObject({
      code: 'conflict',
    })
    expect(readFileSync(vaultFile())).toEqual(bad)
    writeFileSync(vaultFile(), good)
    expect(await berth.call('app.recheck', {})).toMatchObject({
      vault: { state: 'ready' },
      gateway: { state: 'ready' },
    })
    expect(readFileSync(vaultFile(), 'utf8')).toBe(good)
  })

  it('one record was changed: that account says so, the rest works, and a new key mends it', async () => {
    await berth.open()
    const add = (label: string, key: string) =>
      berth.call('accounts.add', { providerId: 'anthropic', label, key })
    const one = await add('one', CANARY)
    const two = await add('two', 'sk-ant-api03-9876543210')
    await berth.close()
    const text = readFileSync(vaultFile(), 'latin1')
    const start = text.indexOf(`"account/${one.id}"`) + 60
    writeFileSync(vaultFile(), `${text.slice(0, start)}!${text.slice(start + 1)}`, 'latin1')
    await berth.open()
    const status = await berth.call('app.status', {})
    expect(status.vault).toMatchObject({ state: 'ready', damaged: [`account/${one.id}`] })
    expect(status.gateway).toMatchObject({ state: 'ready' })
    expect(await berth.call('accounts.list', {})).toHaveLength(2)
    await berth.call('accounts.replaceKey', { accountId: two.id, key: 'sk-ant-api03-5555555555' })
    await berth.call('accounts.replaceKey', { accountId: one.id, key: CANARY })
    expect((await berth.call('app.status', {})).vault).toEqual({ state: 'ready', keeper: 'keychain' })
  })

  it('changed by something else while Berth runs: nothing is written over it', async () => {
    await berth.open()
    await berth.call('accounts.add', { providerId: 'anthropic', label: 'work', key: CANARY })
    writeFileSync(vaultFile(), 'not a vault')
    const error = await berth.fail('accounts.add', {
      providerId: 'openai',
      label: 'x',
      key: 'sk-proj-01234567',
    })
    expect(error).toMatchObject({ code: 'vault_damaged', message: expect.stringContaining(vaultFile()) })
    expect(readFileSync(vaultFile(), 'utf8')).toBe('not a vault')
    expect(await berth.call('accounts.list', {})).toHaveLength(1)
  })
})
