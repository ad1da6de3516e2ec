import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BerthError } from '../../../src/main/errors.ts'
import { methods } from '../../../src/preload/contract.ts'
import { account, type NewProject, newProject, running, stepStates, until, World } from './support.ts'

let world: World
beforeEach(async () => {
  world = new World()
  await world.open().resume()
})
afterEach(() => world.end())

const file = (id: string, name: string) => readFileSync(join(world.dir, 'projects', id, name), 'utf8')

it('goes through every step to a running project', async () => {
  const project = await running(world)
  const pipeline = world.projects.pipeline(project.id)
  expect(stepStates(pipeline)).toEqual({
    'project.create': 'done',
    'runtime.start': 'done',
    'opencode.waitHealthy': 'done',
    'opencode.setCredentials': 'done',
    'opencode.createSession': 'done',
  })
  expect(world.server(project.id).sessions).toHaveLength(1)
  expect(project).toMatchObject({ isolated: true, image: 'debian:bookworm-slim' })
  expect(methods['projects.list'].output.parse(world.projects.list())).toHaveLength(1)
  expect(methods['projects.pipeline'].output.parse(pipeline)).toEqual(pipeline)
})

it('keeps where a project may go, and tells of a change at once', async () => {
  const { id, egress } = await running(world)
  expect(egress).toBe('open')
  expect((await world.projects.update({ projectId: id, egress: 'listed' })).egress).toBe('listed')
  expect(world.life.events.filter(({ name }) => name === 'project.changed').at(-1)).toMatchObject({
    payload: { id, egress: 'listed' },
  })
  expect((await world.projects.update({ projectId: id, name: 'atlas' })).egress).toBe('listed')
  const other = await world.projects.create(newProject({ name: 'shut', egress: 'gateway-only' }))
  world.defaultEgress = 'listed'
  const third = await world.projects.create(newProject({ name: 'as-set' }))
  world.defaultEgress = 'gateway-only'
  const policies = [id, other.id, third.id].map((each) => world.projects.get(each).egress)
  expect(policies).toEqual(['listed', 'gateway-only', 'listed'])
  await until(world, other.id, 'running')
  await until(world, third.id, 'running')
})

it('gives the server what it needs and no key', async () => {
  const { id } = await running(world)
  expect(world.engine.specs[0]).toMatchObject({
    projectId: id,
    folder: '/home/me/atlas',
    config: '{"model":"anthropic/m1"}',
    gateway: { port: 4100, user: id, password: 'proxy-password' },
    serverPassword: `server-password-${id}`,
    caCertificate: 'CERTIFICATE',
    env: {},
  })
  expect(world.server(id).auth.get('anthropic')).toEqual({ type: 'api', key: `berth-${id}-anthropic` })
  expect(world.server(id).auth.has('openai')).toBe(false)
})

it('writes ports and nothing else into .env, and the config beside it', async () => {
  const { id } = await running(world)
  expect(file(id, '.env')).toBe(`BERTH_GATEWAY_PORT=4100\nOPENCODE_PORT=${world.server(id).port}\n`)
  expect(JSON.parse(file(id, 'opencode.json'))).toEqual({ model: 'anthropic/m1' })
})

it('sends the first prompt, once, with the project’s provider and model', async () => {
  const { id } = await running(world, { prompt: ' build it ' })
  expect(world.server(id).prompts).toEqual([
    { sessionId: 'ses_1', messageId: `msg_start${id}`, text: 'build it', model: 'anthropic/m1' },
  ])
  expect(stepStates(world.projects.pipeline(id))['opencode.sendPrompt']).toBe('done')
})

it('tells the progress of the image in bytes', async () => {
  await running(world)
  const progress = world.life.events
    .flatMap((event) => (event.name === 'pipeline.changed' ? event.payload.jobs : []))
    .flatMap((job) => job.progress ?? [])
  expect(progress).toContainEqual({ text: 'Pulling', unit: 'bytes', done: 100, total: 100 })
})

it('needs no account for a provider of the user’s own', async () => {
  const { id } = await running(world, { providerId: 'mine' })
  expect(world.server(id).auth.has('mine')).toBe(true)
})

it('lets two projects share a folder', async () => {
  const one = await running(world)
  const two = await running(world, { name: 'second' })
  expect(two.folder).toBe(one.folder)
})

describe('bad input makes nothing', () => {
  const cases: [string, Partial<NewProject>, string, RegExp][] = [
    ['an unknown provider', { providerId: 'nope' }, 'unknown_provider', /nope/],
    ['a model not in the catalog', { modelId: 'gpt-0' }, 'unknown_model', /gpt-0/],
    ['a provider without an account', { providerId: 'openai' }, 'no_credential', /openai/],
    ['an account of another provider', { accountId: 'acc2' }, 'bad_request', /OPENAI|openai/],
    ['an unknown account', { accountId: 'gone' }, 'not_found', /account/],
    ['a folder that is not a full path', { folder: 'work/atlas' }, 'bad_request', /work\/atlas/],
    ['a missing folder', { folder: '/nowhere' }, 'folder_missing', /\/nowhere/],
    ['a folder that cannot be written', { folder: '/etc/locked' }, 'folder_not_writable', /\/etc\/locked/],
  ]
  it.each(cases)('%s', async (_name, change, code, message) => {
    if (change.accountId === 'acc2') world.accounts.push(account('acc2', 'openai'))
    world.engine.badFolders.set('/nowhere', new BerthError('folder_missing', 'There is no folder /nowhere.'))
    world.engine.badFolders.set(
      '/etc/locked',
      new BerthError('folder_not_writable', 'The folder /etc/locked cannot be written.'),
    )
    const failing = world.projects.create(newProject(change))
    await expect(failing).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    expect(world.projects.list()).toEqual([])
    expect(world.life.db.prepare('SELECT count(*) AS jobs FROM job').get()?.jobs).toBe(0)
    expect(existsSync(join(world.dir, 'projects'))).toBe(false)
  })

  it('a name that is taken, in any case of letters, also when both come at once', async () => {
    await running(world)
    await expect(world.projects.create(newProject({ name: 'Atlas-API' }))).rejects.toMatchObject({
      code: 'conflict',
    })
    const twice = await Promise.allSettled([
      world.projects.create(newProject({ name: 'twin' })),
      world.projects.create(newProject({ name: 'twin' })),
    ])
    expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(world.projects.list()).toHaveLength(2)
  })
})

describe('a start that fails', () => {
  it.each([
    [
      'an engine that is away',
      'prepare',
      new BerthError('engine_denied', 'Docker may not be used. Join its group.'),
    ],
    [
      'an image that is not there',
      'prepare',
      new BerthError('image_not_found', 'There is no image x. Choose another.'),
    ],
    [
      'an image it cannot run in',
      'prepare',
      new BerthError('image_unsuitable', 'x has no libc. Choose another.'),
    ],
  ] as const)('says why: %s', async (_name, act, error) => {
    world.engine.faults.set(act, error)
    const { id } = await world.projects.create(newProject({ prompt: 'hello' }))
    const project = await until(world, id, 'failed')
    expect(project.problem).toEqual({ code: error.code, message: error.message })
    expect(world.engine.running()).toEqual([])
    // Nothing the user typed is lost: the next start sends it.
    await world.projects.start(id)
    await until(world, id, 'working')
    expect(world.server(id).prompts.map(({ text }) => text)).toEqual(['hello'])
  })

  it.each([
    ['its provider', 'gone', 'm1', 'unknown_provider', 'There is no provider gone.'],
    ['its model', 'anthropic', 'vanished', 'unknown_model', 'anthropic has no model vanished.'],
  ])(
    'because %s is gone since it was chosen, before a server is started',
    async (_what, provider, model, code, message) => {
      const { id } = await world.projects.create(newProject())
      await until(world, id, 'running')
      await world.projects.stop(id)
      // As a newer catalog or the removal of a custom provider leaves it.
      world.kill()
      const db = new DatabaseSync(join(world.dir, 'berth.db'))
      db.prepare('UPDATE project SET provider_id = ?, model_id = ? WHERE id = ?').run(provider, model, id)
      db.close()
      await world.open().resume()
      await world.projects.start(id)
      expect((await until(world, id, 'failed')).problem).toEqual({ code, message })
      expect(stepStates(world.projects.pipeline(id))['project.create']).toBe('failed')
      expect(world.engine.running()).toEqual([])
    },
  )

  it('tries again by itself where that can help', async () => {
    world.engine.faults.set('start', new BerthError('engine_error', 'The engine hiccuped.'))
    const { id } = await running(world)
    expect(world.projects.pipeline(id)?.jobs[1]).toMatchObject({ state: 'done', attempt: 2 })
  })

  it('tells an OpenCode that ends at boot at once, with its exit code and last words but no credential', async () => {
    world.engine.boot = 'exits'
    const { id } = await world.projects.create(newProject())
    const { problem } = await until(world, id, 'failed')
    expect(problem).toMatchObject({ code: 'opencode_exited' })
    expect(problem?.message).toContain('exit code 1')
    expect(problem?.message).toContain('bad config')
    expect(problem?.message).not.toContain('0123456789abcdef')
    expect(stepStates(world.projects.pipeline(id))['opencode.waitHealthy']).toBe('failed')
  })

  it('gives up on an OpenCode that never answers, and stops it', async () => {
    world.engine.boot = 'hangs'
    const { id } = await world.projects.create(newProject())
    const { problem } = await until(world, id, 'failed')
    expect(problem?.code).toBe('opencode_timeout')
    expect(world.engine.running()).toEqual([])
    const told = world.life.events.flatMap((event) =>
      event.name === 'pipeline.changed' ? (event.payload.jobs[2]?.progress ?? []) : [],
    )
    expect(told.at(-1)?.unit).toBe('seconds')
  })

  it('is ended by the user, and what a first start made is removed', async () => {
    world.engine.gate = new Promise(() => {})
    const { id } = await world.projects.create(newProject({ prompt: 'hello' }))
    await until(world, id, 'starting')
    const project = await world.projects.cancel(id)
    expect(project.state).toBe('stopped')
    expect(project.problem).toBeUndefined()
    expect(world.engine.servers.has(id)).toBe(false)
    world.engine.gate = undefined
    await world.projects.start(id)
    await until(world, id, 'running')
    expect(world.server(id).prompts).toEqual([])
  })
})

it('keeps no credential in its files or its database', async () => {
  await running(world, { prompt: 'hello' })
  const stored = readdirSync(world.dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('')
  for (const secret of ['proxy-password', 'server-password', 'berth-p1-anthropic']) {
    expect(stored).not.toContain(secret)
  }
  expect(JSON.stringify(world.life.events)).not.toContain('password')
})
