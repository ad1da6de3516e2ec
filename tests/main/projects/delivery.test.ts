import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BerthError } from '../../../src/main/errors.ts'
import type { Project } from '../../../src/preload/shapes.ts'
import { account, keyOf, newProject, running, until, World } from './support.ts'

/** The real key in a project's OpenCode: who gets it, that it follows, and that it is out again. */

let world: World
beforeEach(async () => {
  world = new World()
  await world.open().resume()
})
afterEach(() => world.end())

const direct = (): Promise<Project> => running(world, { delivery: 'direct' })
const inside = (id: string, providerId = 'anthropic') => world.server(id).auth.get(providerId)
const real = (accountId: string) => ({ type: 'api', key: keyOf(accountId) })
const placeholder = (id: string, providerId = 'anthropic') => ({
  type: 'api',
  key: `berth-${id}-${providerId}`,
})
/** Where Berth wrote down that a key may be inside. */
const noted = () =>
  world.life.db
    .prepare('SELECT provider_id FROM delivered_key ORDER BY provider_id')
    .all()
    .map((row) => row.provider_id)
const login = (id: string, active = true) => ({ ...account(id, 'anthropic', active), type: 'oauth' as const })
const replace = (...list: typeof world.accounts) => world.accounts.splice(0, world.accounts.length, ...list)

describe('a project that gets its key directly', () => {
  it('has the real key of its own provider, and placeholders of the others', async () => {
    world.accounts.push(account('acc2', 'openai'))
    const { id, delivery } = await direct()
    expect(delivery).toBe('direct')
    expect(inside(id)).toEqual(real('acc1'))
    expect(inside(id, 'openai')).toEqual(placeholder(id, 'openai'))
    expect(inside(id, 'mine')).toEqual(placeholder(id, 'mine'))
    expect(noted()).toEqual(['anthropic'])
    const other = await running(world, { name: 'other' })
    expect(inside(other.id)).toEqual(placeholder(other.id))
  })

  it('is told about nowhere: not in events, files or the log', async () => {
    const { id } = await direct()
    await world.projects.update({ projectId: id, delivery: 'gateway' })
    expect(JSON.stringify([world.life.events, await world.projects.logs(id, 500)])).not.toContain('sk-real')
    const files = readdirSync(world.dir, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    )
    for (const file of files)
      expect(readFileSync(join(file.parentPath, file.name)).includes('sk-real'), file.name).toBe(false)
  })

  it('is written down as a use of the account whenever a key is given, and never for placeholders', async () => {
    const given: string[] = []
    await world.open({ keyGiven: (project, accountId) => given.push(`${project} ${accountId}`) }).resume()
    await running(world, { name: 'other' })
    expect(given).toEqual([])
    const { id } = await direct()
    expect(given).toEqual([`${id} acc1`])
    world.accounts.push(account('acc2', 'anthropic', false))
    await world.projects.update({ projectId: id, accountId: 'acc2' })
    await vi.waitFor(() => expect(inside(id)).toEqual(real('acc2')))
    expect(given).toEqual([`${id} acc1`, `${id} acc2`])
    // Nothing new is given.
    await world.projects.credentialsChanged()
    expect(given).toHaveLength(2)
  })

  it('has that of the account pinned for its model', async () => {
    world.accounts.push(account('acc2', 'anthropic', false))
    world.pins.push({ providerId: 'anthropic', accountId: 'acc2', modelId: 'm1' })
    const { id } = await direct()
    expect(inside(id)).toEqual(real('acc2'))
    await world.projects.update({ projectId: id, modelId: 'm2' })
    expect(inside(id)).toEqual(real('acc1'))
  })

  it('gets a replaced key, another active account’s and a pinned one’s, and reloads when idle', async () => {
    let key = 'sk-real-first'
    await world.open({ accounts: world.accountsWith({ credential: () => ({ type: 'api', key }) }) }).resume()
    const { id } = await direct()
    const server = world.server(id)
    const { reloads } = server
    await world.projects.credentialsChanged()
    expect(server.reloads).toBe(reloads)
    server.setActivity('ses_1', { state: 'busy' })
    key = 'sk-real-second'
    await world.projects.credentialsChanged()
    expect(inside(id)).toEqual({ type: 'api', key })
    expect(server.reloads).toBe(reloads)
    server.setActivity('ses_1', { state: 'idle' })
    await vi.waitFor(() => expect(server.reloads).toBe(reloads + 1))
  })

  it('follows the active account and its pin', async () => {
    world.accounts.push(account('acc2', 'anthropic', false), account('acc3', 'anthropic', false))
    const { id } = await direct()
    replace(
      account('acc1', 'anthropic', false),
      account('acc2', 'anthropic'),
      account('acc3', 'anthropic', false),
    )
    await world.projects.credentialsChanged()
    expect(inside(id)).toEqual(real('acc2'))
    await world.projects.update({ projectId: id, accountId: 'acc3' })
    expect(inside(id)).toEqual(real('acc3'))
    await world.projects.update({ projectId: id, accountId: null })
    expect(inside(id)).toEqual(real('acc2'))
    expect(noted()).toEqual(['anthropic'])
  })

  it('loses the key when its account goes, and gets the gateway’s placeholder', async () => {
    const { id } = await direct()
    replace()
    await world.projects.credentialsChanged()
    expect(inside(id)).toEqual(placeholder(id))
    expect(noted()).toEqual([])
    const log = await world.projects.logs(id, 500)
    expect(log.map(({ text }) => text)).toContain(
      'No account with a key serves anthropic here now, so its requests go through the gateway.',
    )
  })

  it('goes through the gateway while a login serves it, running or started anew', async () => {
    const { id } = await direct()
    replace(login('acc9'))
    await world.projects.credentialsChanged()
    expect(inside(id)).toEqual(placeholder(id))
    await world.projects.restart(id)
    await until(world, id, 'running')
    expect(inside(id)).toEqual(placeholder(id))
    expect(noted()).toEqual([])
  })

  it('keeps what it has while the key cannot be read, and gets it later', async () => {
    let open = true
    const credential = (accountId: string) => {
      if (open) return { type: 'api' as const, key: keyOf(accountId) }
      throw new BerthError('vault_locked', 'The vault is locked. Unlock it.')
    }
    await world.open({ accounts: world.accountsWith({ credential }) }).resume()
    world.accounts.push(account('acc2', 'anthropic', false))
    const { id } = await direct()
    open = false
    replace(account('acc2', 'anthropic'), account('acc5', 'openai'))
    await world.projects.credentialsChanged()
    expect(inside(id)).toEqual(real('acc1'))
    expect(inside(id, 'openai')).toEqual(placeholder(id, 'openai'))
    open = true
    await world.projects.credentialsChanged()
    expect(inside(id)).toEqual(real('acc2'))
  })

  it('does not start while its key cannot be read', async () => {
    const credential = () => {
      throw new BerthError('vault_locked', 'The vault is locked. Unlock it.')
    }
    await world.open({ accounts: world.accountsWith({ credential }) }).resume()
    const { id } = await world.projects.create(newProject({ delivery: 'direct' }))
    expect((await until(world, id, 'failed')).problem).toMatchObject({ code: 'vault_locked' })
    expect(noted()).toEqual([])
  })

  it('may be one of a custom provider without an account', async () => {
    const { id } = await running(world, { providerId: 'mine', delivery: 'direct' })
    expect(inside(id, 'mine')).toEqual(placeholder(id, 'mine'))
    world.accounts.push(account('acc7', 'mine'))
    await world.projects.credentialsChanged()
    expect(inside(id, 'mine')).toEqual(real('acc7'))
  })
})

describe('choosing it', () => {
  const REFUSED = { code: 'bad_request', message: expect.stringContaining('only keys can be given') }

  it('is refused for a login: new, changed, by pin or by provider', async () => {
    world.accounts.push(login('acc2', false))
    await expect(
      world.projects.create(newProject({ delivery: 'direct', accountId: 'acc2' })),
    ).rejects.toMatchObject(REFUSED)
    expect(world.projects.list()).toEqual([])
    const { id } = await direct()
    const before = world.projects.get(id)
    await expect(world.projects.update({ projectId: id, accountId: 'acc2' })).rejects.toMatchObject(REFUSED)
    world.accounts.push({ ...account('acc3', 'openai'), type: 'oauth' })
    await expect(world.projects.update({ projectId: id, providerId: 'openai' })).rejects.toMatchObject(
      REFUSED,
    )
    expect(world.projects.get(id)).toEqual(before)
    replace(login('acc9'))
    const other = await running(world, { name: 'other' })
    await expect(world.projects.update({ projectId: other.id, delivery: 'direct' })).rejects.toMatchObject(
      REFUSED,
    )
    expect(world.projects.get(other.id).delivery).toBe('gateway')
  })

  it('reaches a running project, and back again, without a restart', async () => {
    const { id } = await running(world)
    const { starts, reloads } = world.server(id)
    expect((await world.projects.update({ projectId: id, delivery: 'direct' })).delivery).toBe('direct')
    expect(inside(id)).toEqual(real('acc1'))
    await world.projects.update({ projectId: id, delivery: 'gateway' })
    expect(inside(id)).toEqual(placeholder(id))
    expect(noted()).toEqual([])
    expect(world.server(id)).toMatchObject({ starts, reloads: reloads + 2 })
  })

  it('can be taken back when the model left the catalog', async () => {
    const { id } = await direct()
    world.life.db.prepare("UPDATE project SET model_id = 'x-gone'").run()
    await world.projects.update({ projectId: id, delivery: 'gateway' })
    expect(inside(id)).toEqual(placeholder(id))
  })

  it('gives the former provider’s placeholder back when the provider changes', async () => {
    world.accounts.push(account('acc2', 'openai'))
    const { id } = await direct()
    await world.projects.update({ projectId: id, providerId: 'openai', modelId: 'm2' })
    expect(inside(id)).toEqual(placeholder(id))
    expect(inside(id, 'openai')).toEqual(real('acc2'))
    expect(noted()).toEqual(['openai'])
  })
})

describe('the key is out again', () => {
  it('when the project is stopped', async () => {
    const { id } = await direct()
    await world.projects.stop(id)
    expect(inside(id)).toBeUndefined()
    expect(noted()).toEqual([])
    await world.projects.start(id)
    await until(world, id, 'running')
    expect(inside(id)).toEqual(real('acc1'))
  })

  it('when Berth quits', async () => {
    const { id } = await direct()
    await world.projects.shutdown()
    expect(world.server(id).state).not.toBe('running')
    expect(inside(id)).toBeUndefined()
    expect(noted()).toEqual([])
  })

  it('before the project is removed', async () => {
    const { id } = await direct()
    const seen: unknown[] = []
    world.server(id).onEnd(() => seen.push(inside(id)))
    await world.projects.remove(id)
    expect(seen).toEqual([undefined])
    expect(noted()).toEqual([])
    expect(world.pins).toEqual([])
  })

  it('when a start is cancelled after it was given', async () => {
    const { id } = await direct()
    await world.projects.stop(id)
    const seen: unknown[] = []
    world.onEvent = (event) => {
      if (event.name !== 'pipeline.changed' || seen.length > 0) return
      const given = event.payload.jobs.some(
        ({ kind, state }) => kind === 'opencode.setCredentials' && state === 'done',
      )
      if (!given) return
      seen.push(inside(id))
      void world.projects.cancel(id)
    }
    await world.projects.start(id)
    await until(world, id, 'stopped')
    expect(seen).toEqual([real('acc1')])
    expect(inside(id)).toBeUndefined()
    expect(noted()).toEqual([])
  })

  it('at the next start, when the server was gone before it could be taken out', async () => {
    const { id } = await direct()
    world.server(id).end('exited', 1, 'killed')
    await until(world, id, 'failed')
    expect(inside(id)).toEqual(real('acc1'))
    expect(noted()).toEqual(['anthropic'])
    await world.projects.update({ projectId: id, delivery: 'gateway' })
    await world.projects.start(id)
    await until(world, id, 'running')
    expect(inside(id)).toEqual(placeholder(id))
    expect(noted()).toEqual([])
  })

  it('at the next start also of a provider the project no longer has an account of', async () => {
    world.accounts.push(account('acc2', 'openai'))
    const { id } = await direct()
    world.server(id).end('exited', 1, 'killed')
    await until(world, id, 'failed')
    replace(account('acc2', 'openai'))
    await world.projects.update({ projectId: id, providerId: 'openai', modelId: 'm2' })
    await world.projects.start(id)
    await until(world, id, 'running')
    expect(inside(id)).toBeUndefined()
    expect(noted()).toEqual(['openai'])
  })
})

describe('a crash of Berth', () => {
  it('leaves a running server with its key, which is brought up to date at once', async () => {
    world.accounts.push(account('acc2', 'anthropic', false))
    const { id } = await direct()
    replace(account('acc1', 'anthropic', false), account('acc2', 'anthropic'))
    await world.open().resume()
    await vi.waitFor(() => expect(inside(id)).toEqual(real('acc2')))
    expect(noted()).toEqual(['anthropic'])
  })

  it('before the key was out of a project switched back does not leave it inside', async () => {
    const { id } = await direct()
    world.life.db.prepare("UPDATE project SET delivery = 'gateway'").run()
    await world.open().resume()
    await vi.waitFor(() => expect(inside(id)).toEqual(placeholder(id)))
    await vi.waitFor(() => expect(noted()).toEqual([]))
  })

  it('does not disturb servers that hold placeholders only', async () => {
    const { id } = await running(world)
    const { reloads } = world.server(id)
    await world.open().resume()
    await until(world, id, 'running')
    await world.projects.credentialsChanged()
    expect(world.server(id).reloads).toBe(reloads)
  })

  it('during a stop takes the key out before the stop is finished', async () => {
    const { id } = await direct()
    world.life.db.prepare("UPDATE project SET state = 'stopping'").run()
    await world.open().resume()
    await until(world, id, 'stopped')
    expect(inside(id)).toBeUndefined()
    expect(noted()).toEqual([])
  })

  it('between a stop and its server’s answer does not hold the stop up', async () => {
    const { id } = await direct()
    world.server(id).boot = 'hangs'
    await world.projects.stop(id)
    expect(world.projects.get(id).state).toBe('stopped')
    // It could not be taken out: noted until the next start.
    expect(noted()).toEqual(['anthropic'])
    world.server(id).boot = 'answers'
    await world.projects.start(id)
    await until(world, id, 'running')
    await world.projects.stop(id)
    expect(noted()).toEqual([])
  })
})
