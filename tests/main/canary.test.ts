import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Input, MethodName } from '../../src/preload/contract.ts'
import { makeTempProject, type TempProject } from '../support/temp-project.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'

/** A planted key, searched for in everything the whole Berth answers, tells and writes. */

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

const newProject = (): Input<'projects.create'> => ({
  name: 'atlas',
  folder: folder.path,
  providerId: 'anthropic',
  modelId: 'claude-sonnet-4-5',
  runtime: 'docker',
  image: 'debian:bookworm-slim',
})

describe('a key that was given', () => {
  const reads: readonly [MethodName, (ids: { projectId: string }) => unknown][] = [
    ['app.info', () => ({})],
    ['app.status', () => ({})],
    ['app.recheck', () => ({})],
    ['providers.list', () => ({})],
    ['providers.models', () => ({ providerId: 'anthropic' })],
    ['accounts.list', () => ({})],
    ['engine.images', () => ({})],
    ['folders.list', () => ({})],
    ['folders.check', () => ({ path: folder.path })],
    ['projects.list', () => ({})],
    ['projects.pipeline', (ids) => ids],
    ['projects.logs', (ids) => ids],
    ['projects.routes', (ids) => ids],
    ['conversation.get', (ids) => ids],
  ]

  /** The files that hold the text, as it is or in base64, by name. */
  function filesWith(text: string): string[] {
    const forms = [text, Buffer.from(text).toString('base64').slice(0, -4)]
    return readdirSync(berth.dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .filter((entry) => {
        const bytes = readFileSync(join(entry.parentPath, entry.name))
        return forms.some((form) => bytes.includes(form))
      })
      .map(({ name }) => name)
  }

  it('is in no answer, event, database, log or setting, and not even readable in the vault', async () => {
    berth.keychain.fault = 'The system keychain cannot be reached.'
    await berth.open()
    await berth.call('vault.createWithPassphrase', { passphrase: PASSPHRASE })
    const first = { providerId: 'anthropic', label: 'work', key: CANARY }
    const account = await berth.call('accounts.add', first)
    const { id: projectId } = await berth.call('projects.create', newProject())
    await berth.fail('accounts.add', first)
    await berth.fail('accounts.add', { ...first, label: 'again' })
    await berth.fail('accounts.add', { ...first, label: 'bad field', fields: { NO_FIELD: CANARY } })
    await berth.fail('accounts.add', { ...first, providerId: 'openai', label: '', key: CANARY })
    await berth.fail('accounts.replaceKey', { accountId: 'none', key: CANARY })
    await berth.call('accounts.rename', { accountId: account.id, namespace: 'n', label: 'renamed' })
    await berth.call('accounts.activate', { accountId: account.id })
    for (const [method, input] of reads) {
      const answer = await berth.app.dispatch(method, input({ projectId }), 'browser')
      expect(JSON.stringify(answer), method).not.toContain(CANARY)
    }
    await berth.close()

    expect(JSON.stringify(berth.answers)).not.toContain(CANARY)
    expect(JSON.stringify(berth.events)).not.toContain(CANARY)
    expect(berth.events.map(({ name }) => name)).toContain('accounts.changed')
    expect(filesWith(CANARY)).toEqual([])
    expect(filesWith(PASSPHRASE)).toEqual([])
    // The search can find: names are where they belong.
    expect(filesWith('renamed').some((name) => name.startsWith('berth.db'))).toBe(true)
    expect(filesWith('gatewayPort')).toContain('settings.json')
    expect(filesWith('Berth is up')).toContain('berth.log')
  })
})
