import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BerthError } from '../../../src/main/errors.ts'
import { account, newProject, running, stepStates, until, World } from './support.ts'

let world: World
beforeEach(async () => {
  world = new World()
  await world.open().resume()
})
afterEach(() => world.end())

const steps = [
  'project.create',
  'runtime.start',
  'opencode.waitHealthy',
  'opencode.setCredentials',
  'opencode.createSession',
  'opencode.sendPrompt',
]

/** Makes a project and kills Berth at the very moment a step begins. */
async function killedAt(step: string): Promise<string> {
  const killed = new Promise<void>((resolve) => {
    world.onEvent = (event) => {
      if (event.name !== 'pipeline.changed') return
      if (!event.payload.jobs.some(({ kind, state }) => kind === step && state === 'running')) return
      world.onEvent = undefined
      world.kill()
      resolve()
    }
  })
  // The first step begins while the call is still under way: it is cut off too.
  const made = world.projects.create(newProject({ prompt: 'hello' })).catch(() => undefined)
  await killed
  await made
  return 'p1'
}

describe('a kill in the middle of a start', () => {
  async function expectAllDoneOnce(id: string): Promise<void> {
    await until(world, id, 'working')
    expect(new Set(Object.values(stepStates(world.projects.pipeline(id))))).toEqual(new Set(['done']))
    expect(world.server(id).prompts).toHaveLength(1)
    expect(world.server(id).sessions).toHaveLength(1)
    expect(world.server(id).starts).toBe(1)
  }

  it.each(steps)('is made up for: as %s begins', async (step) => {
    const id = await killedAt(step)
    await world.open().resume()
    expect(stepStates(world.projects.pipeline(id))[step]).toBe('running')
    await expectAllDoneOnce(id)
  })

  it.each([
    ['start', 'runtime.start'],
    ['setAuth', 'opencode.setCredentials'],
    ['createSession', 'opencode.createSession'],
    ['prompt', 'opencode.sendPrompt'],
  ] as const)('is made up for: after %s was done, before that was written down', async (act, step) => {
    const killed = new Promise<void>((resolve) => {
      world.engine.onDone = (done) => {
        if (done !== act) return
        world.engine.onDone = undefined
        world.kill()
        resolve()
      }
    })
    const { id } = await world.projects.create(newProject({ prompt: 'hello' }))
    await killed
    await world.open().resume()
    expect(stepStates(world.projects.pipeline(id))[step]).toBe('running')
    await expectAllDoneOnce(id)
  })

  it.each(['stopped', 'exited'] as const)('starts a server that is %s by then again', async (state) => {
    const id = await killedAt('opencode.setCredentials')
    world.server(id).end(state, 255)
    await world.open().resume()
    await until(world, id, 'working')
    expect(world.server(id).starts).toBe(2)
  })

  it('sends the prompt once and to its own session, though a newer one came before the retry', async () => {
    const { id } = await world.projects.create(newProject({ prompt: 'hello' }))
    await until(world, id, 'working')
    // OpenCode had it, Berth was killed before it could write that down; the agent opened a session meanwhile.
    world.life.db.exec(`UPDATE prompt SET sent_at = NULL, text = 'hello';
      UPDATE job SET state = 'running', attempt = 1 WHERE kind = 'opencode.sendPrompt';
      UPDATE project SET state = 'starting'`)
    const later = Date.now() + 1000
    world.server(id).sessions.push({ id: 'ses_child', title: '', createdAt: later, updatedAt: later })
    world.server(id).messages.set('ses_child', [])
    await world.open().resume()
    await vi.waitFor(() =>
      expect(stepStates(world.projects.pipeline(id))['opencode.sendPrompt']).toBe('done'),
    )
    expect(world.server(id).prompts.map(({ sessionId }) => sessionId)).toEqual(['ses_1'])
  })
})

describe('after a restart of Berth', () => {
  it('takes a running project up again and hears its events', async () => {
    const { id } = await running(world)
    await world.open().resume()
    expect(world.projects.get(id).state).toBe('running')
    expect(world.server(id).starts).toBe(1)
    world.server(id).setActivity('ses_1', { state: 'busy' })
    expect(world.projects.get(id).state).toBe('working')
  })

  it('finds out what a project that ran is doing', async () => {
    const { id } = await running(world)
    world.kill()
    const server = world.server(id)
    server.setActivity('ses_1', { state: 'busy' })
    server.ask({ id: 'per_1', sessionId: 'ses_1', kind: 'bash', title: 'rm', patterns: [], createdAt: 1 })
    await world.open().resume()
    await until(world, id, 'waiting')
  })

  it.each([
    ['stopped cleanly meanwhile', 0, 'stopped'],
    ['killed meanwhile', 137, 'failed'],
  ] as const)('says so of one that was %s', async (_name, exitCode, state) => {
    const { id } = await running(world)
    world.kill()
    world.server(id).end('exited', exitCode)
    await world.open().resume()
    expect(world.projects.get(id).state).toBe(state)
  })

  it('brings an account that came meanwhile to a project that ran on', async () => {
    const { id } = await running(world)
    world.kill()
    world.accounts.push(account('acc2', 'openai'))
    await world.open().resume()
    await vi.waitFor(() => expect(world.server(id).auth.has('openai')).toBe(true))
  })

  it('shows a start without steps as stopped, a failed one as failed, and stops what it left', async () => {
    const { id } = await running(world)
    world.life.db.exec(`UPDATE project SET state = 'starting'; DELETE FROM job`)
    await world.open().resume()
    expect(world.projects.get(id).state).toBe('stopped')
    expect(world.engine.running()).toEqual([])

    const problem = JSON.stringify({ code: 'engine_error', message: 'It broke.' })
    await world.projects.start(id)
    await until(world, id, 'running')
    world.life.db.exec(`UPDATE project SET state = 'starting';
      UPDATE job SET state = 'failed', problem = '${problem}' WHERE position = 4`)
    await world.open().resume()
    expect(world.projects.get(id)).toMatchObject({ state: 'failed', problem: { message: 'It broke.' } })
    expect(world.engine.running()).toEqual([])
  })

  it('finishes a stop that was cut off', async () => {
    const { id } = await running(world)
    world.life.db.exec(`UPDATE project SET state = 'stopping'`)
    await world.open().resume()
    expect(world.projects.get(id).state).toBe('stopped')
    expect(world.engine.running()).toEqual([])
  })

  it('says that the engine does not answer, and goes on when it does', async () => {
    const { id } = await running(world)
    world.kill()
    world.engine.down = new BerthError('engine_unavailable', 'Docker does not answer. Start it.')
    await world.open().resume()
    expect(world.projects.get(id)).toMatchObject({
      state: 'failed',
      problem: { code: 'engine_unavailable' },
    })
    world.engine.down = undefined
    await until(world, id, 'running')
    expect(world.server(id).starts).toBe(1)
  })

  it('starts running servers again when the gateway moved', async () => {
    const { id } = await running(world)
    world.gatewayPort = 4200
    await world.open().resume({ moved: true })
    await vi.waitFor(() => expect(world.engine.specs).toHaveLength(2))
    await until(world, id, 'running')
    expect(world.engine.specs[1]?.gateway.port).toBe(4200)
  })

  it('can be resumed twice', async () => {
    const { id } = await running(world)
    await world.projects.resume()
    expect(world.server(id).listeners).toBe(1)
    expect(world.projects.get(id).state).toBe('running')
  })
})

describe('removal', () => {
  it('takes everything of the project away and nothing of another', async () => {
    const other = await running(world, { name: 'other' })
    const { id } = await running(world, { prompt: 'hello' })
    await world.projects.remove(id)
    expect(world.projects.list().map((project) => project.id)).toEqual([other.id])
    expect(world.engine.servers.has(id)).toBe(false)
    expect(existsSync(join(world.dir, 'projects', id))).toBe(false)
    for (const table of ['job', 'session', 'message', 'prompt']) {
      const { rows } =
        world.life.db.prepare(`SELECT count(*) AS rows FROM ${table} WHERE project_id = ?`).get(id) ?? {}
      expect([table, rows]).toEqual([table, 0])
    }
    expect(world.life.events.at(-1)).toEqual({ name: 'project.removed', payload: { projectId: id } })
    await expect(world.projects.remove(id)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is finished at the next start when Berth was killed in its middle', async () => {
    const { id } = await running(world)
    world.life.db.exec(`UPDATE project SET state = 'removing'`)
    await world.open().resume()
    expect(world.projects.list()).toEqual([])
    expect(world.projects.exists(id)).toBe(false)
    expect(world.engine.servers.has(id)).toBe(false)
  })

  it('ends a start that is under way', async () => {
    world.engine.gate = new Promise(() => {})
    const { id } = await world.projects.create(newProject())
    await world.projects.remove(id)
    expect(world.projects.list()).toEqual([])
  })

  it('keeps the project when the engine refuses, says why, and can be asked again', async () => {
    const { id } = await running(world)
    world.engine.faults.set('remove', new BerthError('engine_error', 'The engine refused.'))
    await expect(world.projects.remove(id)).rejects.toMatchObject({ code: 'engine_error' })
    expect(world.projects.get(id)).toMatchObject({ state: 'failed', problem: { code: 'engine_error' } })
    await world.projects.remove(id)
    expect(world.projects.list()).toEqual([])
  })
})

describe('quitting', () => {
  it('stops what runs and leaves a start for the next time', async () => {
    const { id } = await running(world)
    world.engine.gate = new Promise(() => {})
    const half = await world.projects.create(newProject({ name: 'half', prompt: 'hello' }))
    await vi.waitFor(() =>
      expect(stepStates(world.projects.pipeline(half.id))['runtime.start']).toBe('running'),
    )
    await world.projects.shutdown()
    expect(world.engine.running()).toEqual([])
    expect(world.projects.get(id).state).toBe('stopped')
    await expect(world.projects.start(id)).rejects.toMatchObject({ code: 'shutting_down' })

    world.engine.gate = undefined
    await world.open().resume()
    await until(world, half.id, 'working')
    expect(world.projects.pipeline(half.id)?.jobs[1]?.attempt).toBe(1)
    expect(world.projects.get(id).state).toBe('stopped')
  })

  it('does not wait for a server that does not stop', async () => {
    const { id } = await running(world)
    const engine = world.engine
    await world.open({ timing: { stopDeadlineMs: 20 } }).resume()
    const never = new Promise<void>(() => {})
    vi.spyOn(engine, 'check').mockImplementation((act) => {
      if (act === 'stop') throw never
    })
    await world.projects.shutdown()
    expect(world.projects.get(id).state).not.toBe('stopped')
  })
})
