import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Project } from '../../src/preload/shapes.ts'
import { engineRequest, engineSocket, ensureBaseImage, ensureEngine } from '../support/docker.mjs'
import { startModelServer } from '../support/model-server/server.ts'
import type { ModelServer } from '../support/model-server/types.ts'
import { makeTempProject, type TempProject } from '../support/temp-project.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'

/** The real key in a real container: it is used, it follows, and where it is and is not. */

const KEYS = ['one', 'two', 'three'].map((name) => `sk-ant-api03-canary-${name}-${'x7Qd'.repeat(20)}`)
const [FIRST = '', SECOND = '', THIRD = ''] = KEYS
const MODEL = 'claude-sonnet-4-5'

let stopEngine = async () => {}
let image: string
let vendor: ModelServer
let berth: TestApp
let folder: TempProject
let project: Project

beforeAll(async () => {
  stopEngine = await ensureEngine()
  image = await ensureBaseImage()
})
afterAll(() => stopEngine())
beforeEach(async () => {
  vendor = await startModelServer()
  folder = await makeTempProject()
  berth = makeTestApp({
    BERTH_ENGINE: `unix://${engineSocket()}`,
    BERTH_HOST_MAP: JSON.stringify({ 'api.anthropic.com': `127.0.0.1:${vendor.httpsPort}` }),
    BERTH_EXTRA_CA: vendor.caFile,
  })
  await berth.open()
})
afterEach(async () => {
  if (project !== undefined) await berth.call('projects.remove', { projectId: project.id })
  await berth.end()
  await vendor.close()
  await folder.remove()
})

const untilState = (state: Project['state']) =>
  vi.waitFor(
    async () => {
      const found = (await berth.call('projects.list', {})).find(({ id }) => id === project.id)
      expect(found?.state, JSON.stringify(found?.problem)).toBe(state)
    },
    { timeout: 90_000, interval: 200 },
  )

/** Which of the keys are anywhere in the home of the project's container, running or not. */
async function inHome(): Promise<string[]> {
  const { status, text } = await engineRequest(
    'GET',
    `/containers/berth-${project.id}/archive?path=${encodeURIComponent('/home/berth')}`,
  )
  expect(status).toBe(200)
  expect(text).toContain('auth.json')
  return KEYS.filter((key) => text.includes(key))
}

let prompts = 0
/** Sends a prompt; answers with the key the vendor got for it. */
async function keyUsed(): Promise<unknown> {
  prompts += 1
  const text = `question number ${prompts}`
  await berth.call('conversation.send', { projectId: project.id, text, requestId: `request${prompts}` })
  const request = await vendor.waitForRequest((one) => !one.isTitle && one.body.includes(text), 30_000)
  await untilState('running')
  return request.headers['x-api-key']
}

it('is used, follows its account, and is out after a stop and after a crash', {
  timeout: 300_000,
}, async () => {
  const account = await berth.call('accounts.add', { providerId: 'anthropic', label: 'a', key: FIRST })
  project = await berth.call('projects.create', {
    name: 'atlas',
    folder: folder.path,
    providerId: 'anthropic',
    modelId: MODEL,
    runtime: 'docker',
    image,
    delivery: 'direct',
  })
  await untilState('running')
  expect(await keyUsed()).toBe(FIRST)
  // The search can find it where it is.
  expect(await inHome()).toEqual([FIRST])
  const routes = await berth.call('projects.routes', { projectId: project.id })
  expect(routes[0]?.reason).toContain('carries no placeholder')
  const inspected = await engineRequest('GET', `/containers/berth-${project.id}/json`)
  expect(inspected.text).toContain('/opt/opencode')
  expect(inspected.text).not.toContain('canary')

  await berth.call('accounts.replaceKey', { accountId: account.id, key: SECOND })
  await vi.waitFor(async () => expect(await inHome()).toEqual([SECOND]), { timeout: 10_000 })
  await vi.waitFor(async () => expect(await keyUsed()).toBe(SECOND), { timeout: 60_000 })
  const other = await berth.call('accounts.add', { providerId: 'anthropic', label: 'b', key: THIRD })
  await berth.call('pins.set', { accountId: other.id, projectId: project.id })
  await vi.waitFor(async () => expect(await inHome()).toEqual([THIRD]), { timeout: 10_000 })
  await vi.waitFor(async () => expect(await keyUsed()).toBe(THIRD), { timeout: 60_000 })

  await berth.call('projects.stop', { projectId: project.id })
  expect(await inHome()).toEqual([])
  await berth.call('projects.start', { projectId: project.id })
  await untilState('running')
  expect(await inHome()).toEqual([THIRD])

  // As when the machine goes down: nobody could take it out. The next start does.
  await engineRequest('POST', `/containers/berth-${project.id}/kill?signal=KILL`)
  await vi.waitFor(
    async () => expect((await berth.call('projects.list', {}))[0]?.state).not.toBe('running'),
    { timeout: 30_000, interval: 200 },
  )
  expect(await inHome()).toEqual([THIRD])
  await berth.call('projects.update', { projectId: project.id, delivery: 'gateway' })
  await berth.call('projects.start', { projectId: project.id })
  await untilState('running')
  expect(await inHome()).toEqual([])
  expect(await keyUsed()).toBe(THIRD)

  expect(JSON.stringify([berth.events, berth.answers])).not.toContain('canary')
  const files = readdirSync(berth.dataDir, { recursive: true, withFileTypes: true })
  for (const file of files.filter((one) => one.isFile()))
    expect(readFileSync(join(file.parentPath, file.name)).includes('canary'), file.name).toBe(false)
})
