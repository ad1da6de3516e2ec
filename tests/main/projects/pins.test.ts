import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { account, newProject, running, World } from './support.ts'

/** Accounts pinned for projects, as people see them in a project's settings. */

let world: World
beforeEach(async () => {
  world = new World()
  world.accounts.push(account('acc2', 'anthropic', false), account('other', 'openai'))
  await world.open().resume()
})
afterEach(() => world.end())

const toldOf = (id: string) =>
  world.life.events.flatMap((event) =>
    event.name === 'project.changed' && event.payload.id === id ? [event.payload.accountId] : [],
  )

describe('a project’s pin', () => {
  it('is set when it is made, changed and taken away, and no row but the pin says so', async () => {
    const { id, accountId } = await running(world, { accountId: 'acc2' })
    expect(accountId).toBe('acc2')
    expect(world.pins).toEqual([{ providerId: 'anthropic', accountId: 'acc2', projectId: id }])
    expect((await world.projects.update({ projectId: id, accountId: 'acc1' })).accountId).toBe('acc1')
    expect(world.pins).toHaveLength(1)
    expect((await world.projects.update({ projectId: id, name: 'b' })).accountId).toBe('acc1')
    expect((await world.projects.update({ projectId: id, accountId: null })).accountId).toBeUndefined()
    expect(world.pins).toEqual([])
  })

  it('is one per provider: another provider’s is there when the project comes back to it', async () => {
    const { id } = await running(world, { accountId: 'acc2' })
    const there = { projectId: id, providerId: 'openai', modelId: 'm2' }
    expect((await world.projects.update(there)).accountId).toBeUndefined()
    const back = { projectId: id, providerId: 'anthropic', modelId: 'm1' }
    expect((await world.projects.update(back)).accountId).toBe('acc2')
  })

  it('is not one for a model of the project', async () => {
    const { id } = await running(world)
    world.pins.push({ providerId: 'anthropic', accountId: 'acc2', projectId: id, modelId: 'm1' })
    world.pins.push({ providerId: 'anthropic', accountId: 'acc2', modelId: 'm1' })
    expect(world.projects.get(id).accountId).toBeUndefined()
    expect(world.projects.resolveAccount(id, 'anthropic', 'm1').reason).toBe('pinned')
    expect(world.projects.resolveAccount(id, 'anthropic', 'm2').reason).toBe('active')
    expect(world.projects.resolveAccount(id, 'anthropic').reason).toBe('active')
  })

  it('is told of when it is set or goes elsewhere, of this project alone and once', async () => {
    const { id } = await running(world)
    const other = await running(world, { name: 'other' })
    const before = { mine: toldOf(id).length, others: toldOf(other.id).length }
    world.pins.push({ providerId: 'anthropic', accountId: 'acc2', projectId: id })
    await world.projects.credentialsChanged()
    await world.projects.credentialsChanged()
    expect(toldOf(id).slice(before.mine)).toEqual(['acc2'])
    world.accounts.splice(1, 1)
    await world.projects.credentialsChanged()
    expect(toldOf(id).slice(before.mine)).toEqual(['acc2', undefined])
    expect(toldOf(other.id)).toHaveLength(before.others)
  })

  it('is not left by a project that was not made', async () => {
    await running(world, { name: 'taken' })
    await expect(
      world.projects.create(newProject({ name: 'taken', accountId: 'acc2' })),
    ).rejects.toMatchObject({ code: 'conflict' })
    expect(world.pins).toEqual([])
  })

  it('goes with its project, also when a crash came in between', async () => {
    const { id } = await running(world, { accountId: 'acc2' })
    const stays = await running(world, { name: 'stays', accountId: 'acc1' })
    await world.projects.remove(id)
    world.pins.push({ providerId: 'openai', accountId: 'other', projectId: 'cut-off' })
    world.pins.push({ providerId: 'openai', accountId: 'other', modelId: 'm1' })
    await world.open().resume()
    expect(world.pins).toEqual([
      { providerId: 'anthropic', accountId: 'acc1', projectId: stays.id },
      { providerId: 'openai', accountId: 'other', modelId: 'm1' },
    ])
  })

  it('of a provider that left the catalog hinders no project', async () => {
    world.accounts.push(account('acc8', 'left-the-catalog'))
    world.pins.push({ providerId: 'left-the-catalog', accountId: 'acc8', modelId: 'm1' })
    const { id } = await running(world)
    expect([...world.server(id).auth.keys()].sort()).toEqual(['anthropic', 'mine', 'openai'])
    await world.projects.credentialsChanged()
    expect(() => world.projects.resolveAccount(id, 'left-the-catalog')).toThrow(
      expect.objectContaining({ code: 'unknown_provider' }),
    )
  })
})
