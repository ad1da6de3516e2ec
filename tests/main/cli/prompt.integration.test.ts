import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectToBerth } from '../../../src/main/cli/client.ts'
import type { Project } from '../../../src/preload/shapes.ts'
import { type CommandWorld, makeCommandWorld } from '../../support/cli/harness.ts'
import { engineRequest, engineSocket, ensureBaseImage, ensureEngine } from '../../support/docker.mjs'
import { say, useTool } from '../../support/model-server/replies.ts'
import { startModelServer } from '../../support/model-server/server.ts'
import type { ModelServer } from '../../support/model-server/types.ts'
import { makeTempProject, type TempProject } from '../../support/temp-project.ts'

/** A prompt from the terminal to a real OpenCode in a real container, with only the vendor made up. */

const KEY = `sk-ant-api03-canary-${'x7Qd'.repeat(20)}`

let stopEngine = async () => {}
let vendor: ModelServer
let folder: TempProject
let world: CommandWorld
let berth: Awaited<ReturnType<CommandWorld['startBerth']>>

beforeAll(async () => {
  stopEngine = await ensureEngine()
  const image = await ensureBaseImage()
  vendor = await startModelServer()
  folder = await makeTempProject('atlas')
  world = makeCommandWorld({
    BERTH_ENGINE: `unix://${engineSocket()}`,
    BERTH_DEFAULT_IMAGE: image,
    BERTH_HOST_MAP: JSON.stringify({ 'api.anthropic.com': `127.0.0.1:${vendor.httpsPort}` }),
    BERTH_EXTRA_CA: vendor.caFile,
  })
  berth = await world.startBerth()
  const added = await world.run(['accounts', 'add', 'anthropic', 'work'], `${KEY}\n`)
  if (added.code !== 0) throw new Error(added.err)
  const link = await connectToBerth(world.dataDir)
  await link?.call('projects.create', {
    name: 'atlas',
    folder: folder.path,
    providerId: 'anthropic',
    modelId: 'claude-sonnet-4-5',
    runtime: 'docker',
  })
  await link?.close()
})
afterAll(async () => {
  const again = await connectToBerth(world.dataDir).catch(() => undefined)
  if (again === undefined) await world.startBerth()
  const link = again ?? (await connectToBerth(world.dataDir))
  for (const { id } of (await link?.call('projects.list', {})) ?? []) {
    await link?.call('projects.remove', { projectId: id })
  }
  await link?.close()
  await world.close()
  await vendor.close()
  await folder.remove()
  await stopEngine()
})

const atlas = async () => ((await world.json(['projects', 'list'])) as Project[])[0]

it('the doctor sees a real container reach the gateway, and leaves none behind', async () => {
  const ran = await world.run(['doctor', '--json'])
  const checks = JSON.parse(ran.out) as { id: string; state: string; detail: string }[]
  expect(checks.find(({ id }) => id === 'container')).toMatchObject({ state: 'ok' })
  expect(checks.find(({ id }) => id === 'opencode')).toMatchObject({ state: 'ok' })
  const filters = encodeURIComponent(JSON.stringify({ label: ['dev.berth.helper=doctor'] }))
  expect(await engineRequest('GET', `/containers/json?all=1&filters=${filters}`)).toMatchObject({
    status: 200,
    text: '[]\n',
  })
})

it('prints the answer of a running project, with the real key at the vendor and nowhere else', async () => {
  vendor.script([say('The first half. '), say('The second.')])
  const ran = await world.run(['prompt', 'atlas', 'Write me two halves.'])
  expect(ran).toMatchObject({ code: 0, out: 'The first half. The second.\n' })
  expect(vendor.prompts().at(-1)?.headers['x-api-key']).toBe(KEY)
  expect(ran.err + ran.argv).not.toContain('canary')
})

it('takes the prompt from a pipe and answers in JSON lines', async () => {
  vendor.script(say('Piped.'))
  const { code, out } = await world.run(['prompt', 'atlas', '--new', '--json'], 'What is this?\n')
  expect(code).toBe(0)
  const lines = out
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line))
  expect(
    lines
      .filter(({ type }) => type === 'text')
      .map(({ text }) => text)
      .join(''),
  ).toBe('Piped.')
  expect(lines.at(-1)).toMatchObject({ type: 'end' })
})

it('refuses a permission where nobody is, and gives it with --allow', async () => {
  const tool = useTool('bash', { command: 'echo allowed > made.txt', description: 'Write a file' })
  // A refusal ends OpenCode's turn.
  vendor.script(tool)
  expect(await world.run(['prompt', 'atlas', 'Make a file.'])).toMatchObject({ code: 8 })
  vendor.script(tool, say('Done then.'))
  expect(await world.run(['prompt', 'atlas', 'Make it.', '--allow'])).toMatchObject({
    code: 0,
    out: expect.stringContaining('Done then.'),
  })
})

it('without a Berth brings the project up for the answer, and stops it again', async () => {
  await berth.quit()
  expect(await atlas()).toMatchObject({ state: 'stopped' })
  vendor.script(say('Alone.'))
  const ran = await world.run(['prompt', 'atlas', '--new', 'Are you there?'])
  expect(ran).toMatchObject({ code: 0, out: 'Alone.\n', err: expect.stringContaining('No Berth runs') })
  expect(await atlas()).toMatchObject({ state: 'stopped' })
  expect(await engineRequest('GET', `/containers/berth-${(await atlas())?.id}/json`)).toMatchObject({
    text: expect.stringContaining('"Running":false'),
  })
})
