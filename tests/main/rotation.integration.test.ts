import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Project } from '../../src/preload/shapes.ts'
import { engineSocket, ensureBaseImage, ensureEngine } from '../support/docker.mjs'
import { fault } from '../support/model-server/replies.ts'
import { credentialOf } from '../support/model-server/request.ts'
import { startModelServer } from '../support/model-server/server.ts'
import type { ModelServer } from '../support/model-server/types.ts'
import { makeTempProject, type TempProject } from '../support/temp-project.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'

/** The real OpenCode in a container, whose first account is limited: it notices nothing, and a switch is for the next request. */

const WORK = `sk-ant-api03-work-${'x7Qd'.repeat(20)}`
const HOME = `sk-ant-api03-home-${'y8Re'.repeat(20)}`

let stopEngine = async () => {}
let image: string
let vendor: ModelServer
let berth: TestApp
let folder: TempProject
let project: Project | undefined
/** Keys that are over their quota. */
let limited: Set<string | undefined>

beforeAll(async () => {
  stopEngine = await ensureEngine()
  image = await ensureBaseImage()
})
afterAll(() => stopEngine())
beforeEach(async () => {
  limited = new Set()
  vendor = await startModelServer({
    respond: (request) =>
      limited.has(credentialOf(request))
        ? fault(429, { message: 'You exceeded your quota.', headers: { 'retry-after': '600' } })
        : undefined,
  })
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
  project = undefined
  await berth.end()
  await vendor.close()
  await folder.remove()
})

const projectId = () => project?.id ?? ''
const untilState = (state: Project['state']) =>
  vi.waitFor(
    async () => {
      const [found] = await berth.call('projects.list', {})
      expect(found?.state, JSON.stringify(found?.problem)).toBe(state)
    },
    { timeout: 90_000, interval: 100 },
  )

/** Sends a prompt; answers with the keys of its requests at the vendor, in order, once its answer is there. */
async function keysFor(text: string): Promise<(string | undefined)[]> {
  await berth.call('conversation.send', { projectId: projectId(), text, requestId: `request${text}` })
  await vi.waitFor(
    async () => {
      const { messages } = await berth.call('conversation.get', { projectId: projectId() })
      const last = messages.at(-1)
      expect(last?.problem).toBeUndefined()
      expect(JSON.stringify(last)).toContain(`You said: ${text}`)
    },
    { timeout: 60_000, interval: 100 },
  )
  await untilState('running')
  return vendor
    .prompts()
    .filter(({ body }) => body.includes(text))
    .map(credentialOf)
}

it('is answered by the second account without a retry of its own, and follows a switch', {
  timeout: 300_000,
}, async () => {
  const work = await berth.call('accounts.add', { providerId: 'anthropic', label: 'work', key: WORK })
  const home = await berth.call('accounts.add', { providerId: 'anthropic', label: 'home', key: HOME })
  await berth.call('pools.update', { providerId: 'anthropic', rotate: true })
  project = await berth.call('projects.create', {
    name: 'atlas',
    folder: folder.path,
    providerId: 'anthropic',
    modelId: 'claude-sonnet-4-5',
    runtime: 'docker',
    image,
  })
  await untilState('running')

  limited.add(WORK)
  expect(await keysFor('alpha')).toEqual([WORK, HOME])
  const routes = await berth.call('projects.routes', { projectId: projectId() })
  const models = routes.filter(({ modelId }) => modelId === 'claude-sonnet-4-5')
  // One request of OpenCode's for the prompt: both tries are Berth's.
  const tried = models.filter(({ attempts }) => (attempts?.length ?? 0) > 1)
  expect(tried).toHaveLength(1)
  expect(tried[0]).toMatchObject({
    outcome: 'sent',
    status: 200,
    accountLabel: 'home',
    attempts: [
      { accountLabel: 'work', status: 429 },
      { accountLabel: 'home', status: 200 },
    ],
  })
  const states = berth.events.flatMap((event) =>
    event.name === 'conversation.changed' ? [JSON.stringify(event.payload.change)] : [],
  )
  expect(states.filter((text) => /retry/i.test(text))).toEqual([])

  // Nothing goes to the limited one meanwhile, until the user says so.
  expect(await keysFor('bravo')).toEqual([HOME])
  limited.clear()
  await berth.call('accounts.activate', { accountId: work.id })
  expect(await keysFor('charlie')).toEqual([WORK])
  await berth.call('accounts.activate', { accountId: home.id })
  expect(await keysFor('delta')).toEqual([HOME])

  const usage = await berth.call('usage.query', {
    from: Date.now() - 3_600_000,
    to: Date.now() + 3_600_000,
    dimension: 'account',
    projectId: projectId(),
  })
  const answered = vendor.requests.filter(({ format }) => format === 'anthropic').map(credentialOf)
  const times = (key: string) => answered.filter((one) => one === key).length
  const counted = (id: string) => usage.find(({ key }) => key === id)?.requests
  // The refused try is the second account's retry.
  expect(counted(home.id)).toBe(times(HOME))
  expect(counted(work.id)).toBe(times(WORK) - usage.reduce((sum, { retries }) => sum + retries, 0))

  // What is set on a project goes with it.
  const month = { period: 'month', unit: 'usd', limit: 10 } as const
  await berth.call('budgets.set', { ...month, scope: 'project', targetId: projectId() })
  await berth.call('projects.remove', { projectId: projectId() })
  project = undefined
  expect(await berth.call('budgets.list', {})).toEqual([])
})
