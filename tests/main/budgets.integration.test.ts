import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Project } from '../../src/preload/shapes.ts'
import type { Budget } from '../../src/preload/usage.ts'
import { engineSocket, ensureBaseImage, ensureEngine } from '../support/docker.mjs'
import { gate, say } from '../support/model-server/replies.ts'
import { startModelServer } from '../support/model-server/server.ts'
import type { ModelServer } from '../support/model-server/types.ts'
import { makeTempProject, type TempProject } from '../support/temp-project.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'

/** The real OpenCode and a budget whose rest is held by a request under way: it asks again by itself, and is answered. */

const KEY = `sk-ant-api03-work-${'x7Qd'.repeat(20)}`
const MODEL = 'claude-sonnet-4-5'

let stopEngine = async () => {}
let vendor: ModelServer
let berth: TestApp
let folder: TempProject
let project: Project | undefined
const held = gate()

beforeAll(async () => {
  stopEngine = await ensureEngine()
  const image = await ensureBaseImage()
  vendor = await startModelServer({
    respond: ({ body }) => (body.includes('bravo') ? [held.step, say('You said: bravo')] : undefined),
  })
  folder = await makeTempProject('atlas')
  berth = makeTestApp({
    BERTH_ENGINE: `unix://${engineSocket()}`,
    BERTH_HOST_MAP: JSON.stringify({ 'api.anthropic.com': `127.0.0.1:${vendor.httpsPort}` }),
    BERTH_EXTRA_CA: vendor.caFile,
  })
  await berth.open()
  await berth.call('accounts.add', { providerId: 'anthropic', label: 'work', key: KEY })
  project = await berth.call('projects.create', {
    ...{
      name: 'atlas',
      folder: folder.path,
      providerId: 'anthropic',
      modelId: MODEL,
      runtime: 'docker',
      image,
    },
  })
  await vi.waitFor(
    async () => {
      const [found] = await berth.call('projects.list', {})
      expect(found?.state, JSON.stringify(found?.problem)).toBe('running')
    },
    { timeout: 90_000, interval: 100 },
  )
}, 200_000)
afterAll(async () => {
  held.open()
  if (project !== undefined) await berth.call('projects.remove', { projectId: project.id })
  await berth.end()
  await vendor.close()
  await folder.remove()
  await stopEngine()
})

const projectId = () => project?.id ?? ''
const within = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 60_000, interval: 50 })

/** Sends the first prompt of a session of its own. */
async function ask(name: string, text = name): Promise<string> {
  const { id: sessionId } = await berth.call('conversation.newSession', { projectId: projectId() })
  const requestId = `request${name}`
  await berth.call('conversation.send', { projectId: projectId(), sessionId, text, requestId })
  return sessionId
}
const answered = (sessionId: string, text: string) =>
  within(async () => {
    const { messages, activity } = await berth.call('conversation.get', { projectId: projectId(), sessionId })
    expect(JSON.stringify(messages.at(-1))).toContain(`You said: ${text}`)
    expect(messages.at(-1)?.problem).toBeUndefined()
    expect(activity.state).toBe('idle')
  })
async function tokensOf(modelId: string): Promise<number> {
  const span = { from: Date.now() - 3_600_000, to: Date.now() + 3_600_000 }
  const rows = await berth.call('usage.query', { ...span, dimension: 'model', projectId: projectId() })
  const tokens = rows.find(({ label }) => label === modelId)?.tokens
  return tokens === undefined ? 0 : tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite
}

it('a request that finds the rest held asks again and is answered; one that finds it used up stops', {
  timeout: 300_000,
}, async () => {
  const long = 'word '.repeat(20_000)
  await answered(await ask('alpha', `alpha ${long}`), 'alpha')
  const one = await tokensOf(MODEL)
  expect(one).toBeGreaterThan(20_000)
  const day = { scope: 'project', targetId: projectId(), period: 'day', unit: 'tokens' } as const
  const spent = async () => (await berth.call('budgets.list', {}))[0]?.spent ?? 0
  await berth.call('budgets.set', { ...day, limit: 1e9 })
  // Room for less than another one as long.
  await berth.call('budgets.set', { ...day, limit: (await spent()) + one - 1000 })

  const first = await ask('bravo')
  await within(() => expect(vendor.prompts().some(({ body }) => body.includes('bravo'))).toBe(true))
  const second = await ask('charlie')
  await within(() => {
    const said = berth.events.flatMap((event) =>
      event.name === 'conversation.changed' && event.payload.change.type === 'activity'
        ? [event.payload.change]
        : [],
    )
    const retries = said.filter(({ activity }) => activity.state === 'retry')
    expect(retries.map(({ sessionId }) => sessionId)).toContain(second)
    expect(JSON.stringify(retries)).toContain('The budget of atlas is nearly used up: ')
  })
  expect(vendor.prompts().some(({ body }) => body.includes('charlie'))).toBe(false)
  held.open()
  await answered(first, 'bravo')
  await answered(second, 'charlie')

  await berth.call('budgets.set', { ...day, limit: await spent() })
  const third = await ask('delta')
  await within(async () => {
    const { messages } = await berth.call('conversation.get', { projectId: projectId(), sessionId: third })
    expect(messages.at(-1)?.problem).toMatchObject({
      code: 'budget_reached',
      message: expect.stringMatching(
        /^The budget of atlas is used up: [\d,]+ of [\d,]+ tokens a day\. Raise it in/,
      ),
    })
  })
  const states: Budget['state'][] = (await berth.call('budgets.list', {})).map(({ state }) => state)
  expect(states).toEqual(['reached'])
})
