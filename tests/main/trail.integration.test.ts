import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { fault, gate, say, useTool } from '../support/model-server/replies.ts'
import { startModelServer } from '../support/model-server/server.ts'
import type { ModelServer } from '../support/model-server/types.ts'
import { makeTempProject, type TempProject } from '../support/temp-project.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'
import { filesWith, processesWith } from '../support/traces.ts'

/** What the trail says of a project at work, and what its OpenCode is told while the vault is locked. */

let vendor: ModelServer
let berth: TestApp
let folder: TempProject
let projectId: string

beforeEach(async () => {
  vendor = await startModelServer()
  folder = await makeTempProject()
  berth = makeTestApp({
    BERTH_HOST_MAP: JSON.stringify({ 'api.anthropic.com': `127.0.0.1:${vendor.httpsPort}` }),
    BERTH_EXTRA_CA: vendor.caFile,
  })
  await berth.open()
})
afterEach(async () => {
  await berth.end()
  await vendor.close()
  await folder.remove()
})

const keyOf = (label: string): string => `sk-ant-api03-${label.padEnd(24, '0')}`

async function addAccount(label: string): Promise<string> {
  const account = { providerId: 'anthropic', label, key: keyOf(label) }
  return (await berth.call('accounts.add', account)).id
}

async function untilIdle(): Promise<void> {
  await vi.waitFor(
    async () => {
      const project = (await berth.call('projects.list', {})).find(({ id }) => id === projectId)
      expect(project?.problem).toBeUndefined()
      expect(project?.state).toBe('running')
    },
    { timeout: 90_000, interval: 100 },
  )
}

async function startProject(): Promise<void> {
  const project = await berth.call('projects.create', {
    name: 'atlas',
    folder: folder.path,
    providerId: 'anthropic',
    modelId: 'claude-sonnet-4-5',
    runtime: 'process',
  })
  projectId = project.id
  await untilIdle()
}

let sent = 0
async function send(text: string): Promise<void> {
  sent += 1
  await berth.call('conversation.send', { projectId, text, requestId: `request${sent}` })
}

/** Sends a prompt and waits until the vendor has it with this account's key, and has answered. */
async function ask(text: string, label: string): Promise<void> {
  await send(text)
  await vendor.waitForRequest(
    (one) => one.body.includes(text) && one.headers['x-api-key'] === keyOf(label) && one.finished,
    60_000,
  )
  await untilIdle()
}

const problem = async () => {
  const { messages } = await berth.call('conversation.get', { projectId })
  return messages.findLast((message) => message.problem !== undefined)?.problem
}

async function trail(): Promise<string[]> {
  const entries = await berth.call('audit.list', { filter: { projectId, surface: 'berth' } })
  return entries
    .map(({ action, accountLabel, projectName }) => `${action} ${accountLabel} ${projectName}`)
    .reverse()
}

it('names the account each project uses, each move to another, and what the vendor refuses', async () => {
  await addAccount('work')
  const home = await addAccount('home')
  const old = await addAccount('old')
  await startProject()
  await ask('first', 'work')
  await ask('second', 'work')
  expect(await trail()).toEqual(['account.used work atlas'])
  // The key is with the vendor and in the vault: in no command line, environment or file, not even sealed legibly.
  expect(processesWith(keyOf('work'))).toEqual([])
  expect(processesWith(berth.dataDir)).not.toEqual([])
  expect(filesWith(berth.dataDir, keyOf('work'), keyOf('home'))).toEqual([])
  expect(filesWith(folder.path, keyOf('work'), keyOf('home'))).toEqual([])
  await berth.call('accounts.activate', { accountId: home })
  await ask('third', 'home')
  vendor.script(fault(401, { message: 'invalid x-api-key' }))
  await berth.call('accounts.activate', { accountId: old })
  await send('fourth')
  await vi.waitFor(async () => expect((await trail()).at(-1)).toBe('account.refused old atlas'), 30_000)
  expect((await trail()).filter((line) => !line.includes('old'))).toEqual([
    'account.used work atlas',
    'account.used home atlas',
  ])
  const told = berth.events.flatMap((event) => (event.name === 'audit.added' ? event.payload.action : []))
  expect(told).toContain('account.refused')
  expect(JSON.stringify(berth.answers) + JSON.stringify(berth.events)).not.toContain(keyOf('old'))
})

it('tells a running project that the vault is locked, in a way that OpenCode shows and does not try again', async () => {
  await addAccount('work')
  await writeFile(join(folder.path, 'notes.txt'), 'notes')
  await startProject()
  await ask('first', 'work')
  const waiting = gate()
  vendor.script([waiting.step, useTool('read', { filePath: join(folder.path, 'notes.txt') })])
  await send('second')
  await vendor.waitForRequest((one) => one.body.includes('second') && !one.isTitle, 60_000)
  await berth.call('vault.lock', {})
  const before = vendor.requests.length
  waiting.open()
  await vi.waitFor(
    async () =>
      expect(await problem()).toEqual({
        code: 'vault_locked',
        message: expect.stringContaining('The vault is locked. Unlock it.'),
      }),
    { timeout: 60_000, interval: 100 },
  )
  await untilIdle()
  const refused = (await berth.call('projects.routes', { projectId })).filter(
    ({ outcome }) => outcome === 'refused',
  )
  expect(refused).toHaveLength(1)
  expect(refused[0]).toMatchObject({ status: 403, providerId: 'anthropic' })
  expect(vendor.requests).toHaveLength(before)
  expect(
    await berth.fail('conversation.send', { projectId, text: 'x', requestId: 'requestx' }),
  ).toMatchObject({
    code: 'vault_locked',
  })
  await berth.call('vault.unlock', {})
  vendor.script(say('It is open again.'))
  await ask('third', 'work')
})
