import { afterEach, beforeEach, expect, it } from 'vitest'
import { account, newProject, running, until, World } from './support.ts'

/** The fields of accounts, which OpenCode reads from its environment. */

let world: World
beforeEach(async () => {
  world = new World()
  world.accounts.splice(0, world.accounts.length, account('a1', 'anthropic', true, { REGION: 'one' }))
  await world.open().resume()
})
afterEach(() => world.end())

const env = () => world.engine.specs.at(-1)?.env

it('are those of the accounts that serve the project', async () => {
  world.accounts.push(account('a2', 'anthropic', false, { REGION: 'two' }))
  world.accounts.push(account('o1', 'openai', true, { HOST: 'h' }))
  const { id } = await running(world)
  expect(env()).toEqual({ HOST: 'h', REGION: 'one' })
  await running(world, { name: 'pinned', accountId: 'a2' })
  expect(env()).toEqual({ HOST: 'h', REGION: 'two' })
  expect(JSON.stringify(world.projects.get(id))).not.toContain('REGION')
})

it('are the project’s own provider’s where two read the same variable', async () => {
  world.accounts.push(account('o1', 'openai', true, { REGION: 'theirs' }))
  await running(world)
  expect(env()).toEqual({ REGION: 'one' })
  await running(world, { name: 'other', providerId: 'openai' })
  expect(env()).toEqual({ REGION: 'theirs' })
})

it('are in the same order whichever account came first, so that nothing is started anew for that', async () => {
  world.accounts.push(account('o1', 'openai', true, { A: 'a', Z: 'z' }))
  const { id } = await running(world)
  const first = JSON.stringify(env())
  world.accounts.reverse()
  await world.projects.restart(id)
  await until(world, id, 'running')
  expect(world.engine.specs).toHaveLength(2)
  expect(JSON.stringify(env())).toBe(first)
})

it('are not set for a provider none of whose accounts can be used', async () => {
  world.accounts.push(account('o1', 'openai', false, { HOST: 'h' }))
  await running(world)
  expect(env()).toEqual({ REGION: 'one' })
})

it('follow a change of the accounts at the next start', async () => {
  const { id } = await running(world)
  world.accounts.push(account('o1', 'openai', true, { HOST: 'h' }))
  await world.projects.credentialsChanged()
  expect(world.server(id).starts).toBe(1)
  await world.projects.restart(id)
  await until(world, id, 'running')
  expect(env()).toEqual({ HOST: 'h', REGION: 'one' })
  world.accounts.splice(0, 1, account('a3', 'anthropic', true))
  await world.projects.restart(id)
  await until(world, id, 'running')
  expect(env()).toEqual({ HOST: 'h' })
})

it('are there when a project is made with a prompt', async () => {
  const { id } = await world.projects.create(newProject({ prompt: 'hello' }))
  await until(world, id, 'working')
  expect(env()).toEqual({ REGION: 'one' })
})
