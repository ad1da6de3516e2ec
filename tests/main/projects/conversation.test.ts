import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BerthError } from '../../../src/main/errors.ts'
import { methods } from '../../../src/preload/contract.ts'
import { newProject, running, until, World } from './support.ts'

let world: World
beforeEach(async () => {
  world = new World()
  await world.open().resume()
})
afterEach(() => world.end())

const talk = () => world.projects.conversation
const texts = async (projectId: string) =>
  (await talk().get({ projectId })).messages.flatMap(({ parts }) =>
    parts.map((part) => (part.type === 'text' ? part.text : part.type)),
  )

it('is read from OpenCode while the project runs', async () => {
  const { id } = await running(world, { prompt: 'hello' })
  const conversation = await talk().get({ projectId: id })
  expect(conversation).toMatchObject({ source: 'live', sessionId: 'ses_1', activity: { state: 'busy' } })
  expect(methods['conversation.get'].output.parse(conversation)).toEqual(conversation)
  expect(await texts(id)).toEqual(['hello'])
})

it('passes every change on', async () => {
  const { id } = await running(world)
  const change = { type: 'delta' as const, sessionId: 'ses_1', messageId: 'm', partId: 'p', text: 'Hi' }
  world.server(id).emit(change)
  expect(world.life.events).toContainEqual({
    name: 'conversation.changed',
    payload: { projectId: id, change },
  })
})

it('is there while the project is stopped, and after a restart of Berth', async () => {
  const { id } = await running(world, { prompt: 'hello' })
  world.server(id).answer('ses_1', 'hi there', Date.now())
  await world.projects.stop(id)
  expect((await talk().get({ projectId: id })).source).toBe('saved')
  expect(await texts(id)).toEqual(['hello', 'hi there'])
  await world.open().resume()
  expect(await texts(id)).toEqual(['hello', 'hi there'])
})

it('is saved when an answer is complete, so that a kill and a lost container lose nothing', async () => {
  const { id } = await running(world, { prompt: 'hello' })
  world.server(id).answer('ses_1', 'hi there', Date.now())
  const { db } = world.life
  await vi.waitFor(() => expect(db.prepare('SELECT count(*) AS n FROM message').get()?.n).toBe(2))
  world.kill()
  world.server(id).wipe()
  await world.open().resume()
  expect(world.projects.get(id).state).toBe('stopped')
  expect(await texts(id)).toEqual(['hello', 'hi there'])
})

it('shows the saved copy when OpenCode does not answer for a moment', async () => {
  const { id } = await running(world, { prompt: 'hello' })
  await texts(id)
  world.server(id).boot = 'hangs'
  expect((await talk().get({ projectId: id })).source).toBe('saved')
  expect(await texts(id)).toEqual(['hello'])
})

it('cuts what a tool printed by the megabyte in the saved copy only', async () => {
  const { id } = await running(world)
  const part = {
    id: 'p',
    messageId: 'm',
    type: 'tool' as const,
    tool: 'bash',
    title: 'cat',
    state: 'completed' as const,
    input: '{}',
    output: 'x'.repeat(200_000),
  }
  world
    .server(id)
    .messages.get('ses_1')
    ?.push({
      id: 'm',
      sessionId: 'ses_1',
      role: 'assistant',
      createdAt: 1,
      parts: [part],
    })
  const output = async () => {
    const [first] = (await talk().get({ projectId: id })).messages[0]?.parts ?? []
    return first?.type === 'tool' ? (first.output?.length ?? 0) : 0
  }
  expect(await output()).toBe(200_000)
  await world.projects.stop(id)
  expect(await output()).toBeLessThan(60_000)
})

describe('sending', () => {
  it('sends one prompt for one request, however often it is asked for', async () => {
    const { id } = await running(world)
    const request = { projectId: id, text: 'go on', requestId: 'request1' }
    const answers = await Promise.all([talk().send(request), talk().send(request)])
    answers.push(await talk().send(request))
    expect(new Set(answers.map(({ messageId }) => messageId)).size).toBe(1)
    expect(world.server(id).prompts).toHaveLength(1)
    await until(world, id, 'working')
  })

  it('does not send again what was sent, though OpenCode forgot it', async () => {
    const { id } = await running(world)
    const request = { projectId: id, text: 'go on', requestId: 'request1' }
    await talk().send(request)
    world.server(id).messages.set('ses_1', [])
    await talk().send(request)
    expect(world.server(id).prompts).toHaveLength(1)
  })

  it('sends once across a kill, whether OpenCode had it or not', async () => {
    const { id } = await running(world)
    const request = { projectId: id, text: 'go on', requestId: 'request1' }
    const first = await talk().send(request)
    world.life.db.exec(`UPDATE prompt SET sent_at = NULL, text = 'go on'`)
    await world.open().resume()
    expect(await talk().send(request)).toEqual(first)
    expect(world.server(id).prompts).toHaveLength(1)

    world.server(id).messages.set('ses_1', [])
    world.life.db.exec(`UPDATE prompt SET sent_at = NULL, text = 'go on'`)
    await talk().send(request)
    expect(world.server(id).prompts).toHaveLength(2)
  })

  it('goes to the session named, else to the newest', async () => {
    const { id } = await running(world)
    const second = await talk().newSession(id)
    world.server(id).sessions.forEach((session, index) => {
      Object.assign(session, { updatedAt: index })
    })
    await talk().send({ projectId: id, text: 'a', requestId: 'request1' })
    await talk().send({ projectId: id, text: 'b', requestId: 'request2', sessionId: 'ses_1' })
    expect(world.server(id).prompts.map(({ sessionId }) => sessionId)).toEqual([second.id, 'ses_1'])
  })

  it('refuses an unknown session and keeps nothing', async () => {
    const { id } = await running(world)
    const sending = talk().send({ projectId: id, text: 'a', requestId: 'request1', sessionId: 'ses_x' })
    await expect(sending).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('ses_x'),
    })
    await expect(talk().get({ projectId: id, sessionId: 'ses_x' })).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(world.server(id).prompts).toEqual([])
  })

  it('makes a project’s last activity newer', async () => {
    const { id, lastActivityAt } = await running(world)
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(lastActivityAt))
    await talk().send({ projectId: id, text: 'a', requestId: 'request1' })
    expect(world.projects.get(id).lastActivityAt).toBeGreaterThan(lastActivityAt)
  })
})

describe('a project that does not run', () => {
  const acts = {
    send: (projectId: string) => talk().send({ projectId, text: 'a', requestId: 'request1' }),
    newSession: (projectId: string) => talk().newSession(projectId),
    stop: (projectId: string) => talk().stop({ projectId }),
    answer: (projectId: string) =>
      talk().answerPermission({ projectId, sessionId: 's', permissionId: 'p', answer: 'once' }),
  }
  it.each(Object.entries(acts))('refuses %s and says what to do', async (_name, act) => {
    const { id } = await running(world)
    await world.projects.stop(id)
    await expect(act(id)).rejects.toMatchObject({
      code: 'project_stopped',
      message: 'atlas-api is stopped. Start it, then send again.',
    })
  })

  it('says so too while it starts, and after it failed', async () => {
    world.engine.gate = new Promise(() => {})
    const { id } = await world.projects.create(newProject())
    await expect(acts.send(id)).rejects.toMatchObject({ message: expect.stringContaining('still starting') })
    await world.projects.cancel(id)
    world.engine.gate = undefined
    world.engine.faults.set('prepare', new BerthError('engine_denied', 'Docker may not be used.'))
    await world.projects.start(id)
    await until(world, id, 'failed')
    await expect(acts.send(id)).rejects.toMatchObject({ code: 'project_stopped' })
  })

  it('and one that is unknown is not found', async () => {
    await expect(acts.send('nobody')).rejects.toMatchObject({ code: 'not_found' })
    await expect(talk().get({ projectId: 'nobody' })).rejects.toMatchObject({ code: 'not_found' })
    expect(() => world.projects.get('nobody')).toThrow(expect.objectContaining({ code: 'not_found' }))
  })
})

it('ends the answer that is being written', async () => {
  const { id } = await running(world, { prompt: 'hello' })
  await talk().stop({ projectId: id })
  await until(world, id, 'running')
})
