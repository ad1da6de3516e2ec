import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { twinConnect } from '../../support/twins/opencode.ts'
import { account, newProject, running, until, World } from './support.ts'

let world: World
beforeEach(async () => {
  world = new World()
  await world.open().resume()
})
afterEach(() => world.end())

describe('state', () => {
  it('follows what OpenCode does: working, waiting, running', async () => {
    const { id } = await running(world)
    const server = world.server(id)
    const state = () => world.projects.get(id).state
    server.setActivity('ses_1', { state: 'busy' })
    expect(state()).toBe('working')
    server.setActivity('ses_1', { state: 'retry', attempt: 1, message: 'limit', nextAt: 1 })
    expect(state()).toBe('working')
    server.ask({ id: 'per_1', sessionId: 'ses_1', kind: 'bash', title: 'ls', patterns: ['ls'], createdAt: 1 })
    expect(state()).toBe('waiting')
    await world.projects.conversation.answerPermission({
      projectId: id,
      sessionId: 'ses_1',
      permissionId: 'per_1',
      answer: 'once',
    })
    expect(state()).toBe('working')
    server.setActivity('ses_1', { state: 'idle' })
    expect(state()).toBe('running')
    const told = world.life.events.flatMap((event) =>
      event.name === 'project.changed' ? event.payload.state : [],
    )
    expect(told).toEqual(expect.arrayContaining(['starting', 'running', 'working', 'waiting']))
  })

  it('is asked for anew after an interruption of the events', async () => {
    const { id } = await running(world)
    const server = world.server(id)
    server.busy.set('ses_1', { state: 'busy' })
    server.emit({ type: 'reload' })
    await until(world, id, 'working')
  })
})

describe('a look at everything', () => {
  it('does not put something older over an event that came meanwhile', async () => {
    const { id } = await running(world)
    let release = () => {}
    let asked = 0
    world.open({
      connectOpenCode: (server) => {
        const openCode = twinConnect(world.engine, Date.now)(server)
        return {
          ...openCode,
          async activity(sessionId) {
            const seen = await openCode.activity(sessionId)
            asked += 1
            if (asked === 1) await new Promise<void>((resolve) => (release = resolve))
            return seen
          },
        }
      },
    })
    await world.projects.resume()
    await vi.waitFor(() => expect(asked).toBe(1))
    world.server(id).setActivity('ses_1', { state: 'busy' })
    release()
    await vi.waitFor(() => expect(asked).toBe(2))
    expect(world.projects.get(id).state).toBe('working')
  })
})

describe('stop and start', () => {
  it('stops, keeps the sessions, and starts without a prompt', async () => {
    const { id } = await running(world, { prompt: 'hello' })
    const stopped = await world.projects.stop(id)
    expect(stopped.state).toBe('stopped')
    expect(world.engine.running()).toEqual([])
    await world.projects.start(id)
    await until(world, id, 'running')
    expect(world.server(id).sessions).toHaveLength(1)
    expect(world.server(id).prompts).toHaveLength(1)
  })

  it('leaves alone what is already so', async () => {
    const { id } = await running(world)
    expect((await world.projects.start(id)).state).toBe('running')
    expect((await world.projects.cancel(id)).state).toBe('running')
    await world.projects.stop(id)
    expect((await world.projects.stop(id)).state).toBe('stopped')
    expect(world.server(id).starts).toBe(1)
  })

  it('restarts, also when asked several times at once', async () => {
    const { id } = await running(world)
    await Promise.all([world.projects.restart(id), world.projects.stop(id), world.projects.start(id)])
    await until(world, id, 'running')
    expect(world.engine.running()).toEqual([id])
  })

  it('stays true when the runtime refuses to stop', async () => {
    const { id } = await running(world)
    world.engine.faults.set('stop', new Error('no'))
    await expect(world.projects.stop(id)).rejects.toThrow()
    expect(world.projects.get(id).state).toBe('running')
    world.server(id).setActivity('ses_1', { state: 'busy' })
    expect(world.projects.get(id).state).toBe('working')
  })

  it('stops a start under way', async () => {
    world.engine.gate = new Promise(() => {})
    const { id } = await world.projects.create(newProject())
    expect((await world.projects.stop(id)).state).toBe('stopped')
  })

  it('does not send later what waited for a start that was stopped', async () => {
    world.engine.gate = new Promise(() => {})
    const { id } = await world.projects.create(newProject({ prompt: 'hello' }))
    await world.projects.stop(id)
    world.engine.gate = undefined
    await world.projects.start(id)
    await until(world, id, 'running')
    expect(world.server(id).prompts).toEqual([])
  })

  it('moves to another runtime at the next start, leaving the old one', async () => {
    const { id } = await running(world)
    const moved = await world.projects.update({ projectId: id, runtime: 'process' })
    expect(moved).toMatchObject({ runtime: 'process', isolated: false, state: 'running' })
    expect(moved.image).toBeUndefined()
    await world.projects.restart(id)
    await until(world, id, 'running')
    await world.projects.stop(id)
    expect(world.engine.running()).toEqual([])
  })
})

describe('a server that goes away', () => {
  it('fails the project with the reason when it ended by itself', async () => {
    const { id } = await running(world)
    world.server(id).end('exited', 137, 'Killed sk-0123456789abcdef')
    const { problem } = await until(world, id, 'failed')
    expect(problem?.code).toBe('opencode_exited')
    expect(problem?.message).toMatch(/^atlas-api stopped by itself \(exit code 137.*memory/)
    expect(problem?.message).not.toContain('0123456789abcdef')
    await world.projects.start(id)
    await until(world, id, 'running')
  })

  it.each([
    ['exited', 0],
    ['exited', 143],
    ['stopped', 0],
  ] as const)('is stopped when it was ended in the regular way: %s, %i', async (state, exitCode) => {
    const { id } = await running(world)
    world.server(id).end(state, exitCode)
    await until(world, id, 'stopped')
  })

  it('is connected to again when it was restarted from outside, at its new port', async () => {
    const { id } = await running(world)
    const before = world.life.events.length
    world.server(id).restartOutside(45_000)
    await vi.waitFor(() => {
      const told = world.life.events
        .slice(before)
        .flatMap((event) => (event.name === 'project.changed' ? event.payload.state : []))
      expect(told).toEqual(['starting', 'running'])
    })
    await vi.waitFor(() => expect(world.server(id).listeners).toBeGreaterThan(0))
    world.server(id).setActivity('ses_1', { state: 'busy' })
    await until(world, id, 'working')
    expect(world.server(id).starts).toBe(1)
  })
})

describe('update', () => {
  it('changes provider, model and account for the next prompt, without a restart', async () => {
    world.accounts.push(account('acc2', 'openai'))
    const { id } = await running(world)
    await world.projects.update({ projectId: id, providerId: 'openai', modelId: 'm2', accountId: 'acc2' })
    await world.projects.conversation.send({ projectId: id, text: 'go', requestId: 'request1' })
    expect(world.server(id).prompts[0]?.model).toBe('openai/m2')
    expect(world.server(id).starts).toBe(1)
    expect(world.projects.resolveAccount(id, 'openai')).toMatchObject({
      account: { id: 'acc2' },
      reason: 'pinned',
    })
    expect(world.projects.resolveAccount(id, 'anthropic')).toMatchObject({ reason: 'active' })
    expect(() => world.projects.resolveAccount(id, 'mine')).toThrow(
      expect.objectContaining({ code: 'no_credential' }),
    )
  })

  it('drops a pin with its provider, and on null', async () => {
    world.accounts.push(account('acc2', 'openai'))
    const { id } = await running(world, { accountId: 'acc1' })
    const moved = await world.projects.update({ projectId: id, providerId: 'openai' })
    expect(moved.accountId).toBeUndefined()
    await world.projects.update({ projectId: id, accountId: 'acc2' })
    expect((await world.projects.update({ projectId: id, accountId: null })).accountId).toBeUndefined()
  })

  it.each([
    [{ name: 'other' }, 'conflict'],
    [{ modelId: 'x' }, 'unknown_model'],
    [{ providerId: 'nope' }, 'unknown_provider'],
    [{ providerId: 'openai' }, 'no_credential'],
  ])('refuses %o and changes nothing', async (change, code) => {
    await running(world, { name: 'other' })
    const before = await running(world)
    await expect(world.projects.update({ projectId: before.id, ...change })).rejects.toMatchObject({ code })
    expect(world.projects.get(before.id)).toEqual(before)
  })
})

describe('credentials of a running project', () => {
  it('gives a newly connected provider at once and reloads when idle', async () => {
    const { id } = await running(world)
    const server = world.server(id)
    const reloads = server.reloads
    server.setActivity('ses_1', { state: 'busy' })
    world.accounts.push(account('acc2', 'openai'))
    await world.projects.credentialsChanged()
    expect(server.auth.has('openai')).toBe(true)
    expect(server.reloads).toBe(reloads)
    server.setActivity('ses_1', { state: 'idle' })
    expect(server.reloads).toBe(reloads + 1)
    await world.projects.credentialsChanged()
    expect(server.reloads).toBe(reloads + 1)
  })

  it('takes one away at the start that was removed while the project was stopped', async () => {
    world.accounts.push(account('acc2', 'openai'))
    const { id } = await running(world)
    expect(world.server(id).auth.has('openai')).toBe(true)
    await world.projects.stop(id)
    world.accounts.pop()
    await world.projects.start(id)
    await until(world, id, 'running')
    expect([...world.server(id).auth.keys()].sort()).toEqual(['anthropic', 'mine'])
  })

  it('leaves the placeholder of a removed one until the next start, and takes pins to it away', async () => {
    world.accounts.push(account('acc2', 'openai'))
    const { id } = await running(world, { providerId: 'openai', accountId: 'acc2' })
    world.accounts.pop()
    const { reloads } = world.server(id)
    await world.projects.credentialsChanged()
    expect(world.server(id)).toMatchObject({ reloads })
    expect(world.server(id).auth.has('openai')).toBe(true)
    expect(world.projects.get(id).accountId).toBeUndefined()
    await world.projects.update({ projectId: id, providerId: 'anthropic', modelId: 'm1' })
    await world.projects.restart(id)
    await until(world, id, 'running')
    expect(world.server(id).auth.has('openai')).toBe(false)
  })
})

describe('logs', () => {
  it('puts the server’s lines and Berth’s own together by time, and tells new ones in batches', async () => {
    const { id } = await running(world)
    world.server(id).lines.push({ at: 1, stream: 'stdout', text: 'old' })
    const lines = await world.projects.logs(id, 100)
    expect(lines[0]).toEqual({ at: 1, stream: 'stdout', text: 'old' })
    expect(
      lines.some(({ stream, text }) => stream === 'berth' && text.includes('waiting for OpenCode')),
    ).toBe(true)
    expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).sort((a, b) => a - b))
    expect(await world.projects.logs(id, 2)).toHaveLength(2)

    const before = world.life.events.length
    for (let at = 0; at < 50; at++) world.server(id).lines.push({ at, stream: 'stderr', text: `line ${at}` })
    await vi.waitFor(() => {
      const told = world.life.events.slice(before).filter((event) => event.name === 'project.log')
      const heard = told.flatMap(({ payload }) => payload.lines).filter(({ stream }) => stream === 'stderr')
      expect(heard).toHaveLength(50)
      expect(told.length).toBeLessThan(4)
    })
  })
})
