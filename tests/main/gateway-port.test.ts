import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeTempProject, type TempProject } from '../support/temp-project.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'

/** The gateway's port belongs to another program: where it goes instead, who is told, and where projects look for it. */

let squatter: Server
let taken: number
let folder: TempProject
let berth: TestApp | undefined

beforeEach(async () => {
  squatter = createServer()
  await new Promise<void>((listening) => squatter.listen(0, '127.0.0.1', listening))
  const address = squatter.address()
  taken = typeof address === 'object' && address !== null ? address.port : 0
  folder = await makeTempProject()
})
afterEach(async () => {
  await berth?.end()
  await folder.remove()
  await new Promise((closed) => squatter.close(closed))
})

const free = () => new Promise((closed) => squatter.close(closed))

/** The port the gateway says it listens on. */
async function listening(app: TestApp): Promise<number> {
  const { gateway } = await app.call('app.status', {})
  if (gateway.state !== 'ready') throw new Error(`the gateway is ${gateway.state}`)
  return Number(gateway.addresses[0]?.split(':').at(-1))
}

/** What a project's start wrote down as the gateway's port. */
async function written(app: TestApp): Promise<string> {
  await app.call('accounts.add', { providerId: 'anthropic', label: 'work', key: 'sk-ant-api03-0123456789' })
  const project = await app.call('projects.create', {
    name: 'atlas',
    folder: folder.path,
    providerId: 'anthropic',
    modelId: 'claude-sonnet-4-5',
    runtime: 'docker',
    image: 'debian:bookworm-slim',
  })
  await expect
    .poll(async () => (await app.call('projects.pipeline', { projectId: project.id }))?.jobs[0]?.state)
    .toBe('done')
  return readFileSync(join(app.dataDir, 'projects', project.id, '.env'), 'utf8')
}

it.each(['asked for by the environment', 'kept from the last time'])('%s', async (whence) => {
  if (whence === 'kept from the last time') {
    berth = makeTestApp()
    await free()
    await berth.open()
    await berth.app.settings.update({ gatewayPort: taken })
    await berth.close()
    await new Promise<void>((again) => squatter.listen(taken, '127.0.0.1', again))
  } else berth = makeTestApp({ BERTH_GATEWAY_PORT: String(taken) })
  await berth.open()
  const port = await listening(berth)
  expect(port).not.toBe(taken)
  const notices = () =>
    (berth?.events ?? []).flatMap((event) => (event.name === 'notice' ? [event.payload] : []))
  await expect
    .poll(() => notices().map(({ text }) => text))
    .toContainEqual(
      `Port ${taken} is taken by another program, so the gateway moved to port ${port}. Running projects are restarted.`,
    )
  expect(await written(berth)).toContain(String(port))
  // And stays there when everything is looked at once more.
  await berth.call('app.recheck', {})
  expect(await listening(berth)).toBe(port)
  expect(notices().filter(({ text }) => text.includes(String(taken)))).toHaveLength(1)
})
