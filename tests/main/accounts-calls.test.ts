import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AnyEvent, EventName, EventPayload } from '../../src/preload/contract.ts'
import { makeTempProject, type TempProject } from '../support/temp-project.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'

/** The calls about accounts and pins through the whole Berth: what they answer, refuse and tell. */

const key = (name: string) => `sk-ant-api03-${name.repeat(12)}x7Qd`
const MODEL = 'claude-sonnet-4-5'

let berth: TestApp
let folder: TempProject
beforeEach(async () => {
  berth = makeTestApp()
  folder = await makeTempProject()
  await berth.open()
})
afterEach(async () => {
  await berth.end()
  await folder.remove()
})

const add = (label: string) => berth.call('accounts.add', { providerId: 'anthropic', label, key: key(label) })
const newest = <E extends EventName>(name: E): EventPayload<E> | undefined =>
  berth.events.filter((event): event is AnyEvent & { name: E } => event.name === name).at(-1)?.payload as
    | EventPayload<E>
    | undefined
const create = (accountId?: string) =>
  berth.call('projects.create', {
    name: 'atlas',
    folder: folder.path,
    providerId: 'anthropic',
    modelId: MODEL,
    runtime: 'docker',
    image: 'debian:bookworm-slim',
    ...(accountId === undefined ? {} : { accountId }),
  })

describe('accounts', () => {
  it('are put in order and disabled, and every window hears of it', async () => {
    const [one, two] = [await add('one'), await add('two')]
    const order = await berth.call('accounts.reorder', {
      providerId: 'anthropic',
      accountIds: [two.id, one.id],
    })
    expect(order.map(({ id }) => id)).toEqual([two.id, one.id])
    expect(newest('accounts.changed')).toEqual(order)
    const off = await berth.call('accounts.setEnabled', { accountId: one.id, enabled: false })
    expect(off).toMatchObject({ state: 'disabled', active: false })
    expect(newest('accounts.changed')?.find(({ active }) => active)?.id).toBe(two.id)
    expect(await berth.call('accounts.list', {})).toEqual(newest('accounts.changed'))
    expect(await berth.fail('accounts.activate', { accountId: one.id })).toMatchObject({ code: 'conflict' })
    const short = { providerId: 'anthropic', accountIds: [one.id] }
    expect(await berth.fail('accounts.reorder', short)).toMatchObject({ code: 'bad_request' })
    expect(await berth.fail('accounts.setEnabled', { accountId: 'nope', enabled: true })).toMatchObject({
      code: 'not_found',
    })
  })

  it('have their fields changed', async () => {
    const { id: accountId } = await berth.call('accounts.add', {
      providerId: 'azure',
      label: 'a',
      key: 'azure-key-0123456789',
      fields: { AZURE_RESOURCE_NAME: 'mine' },
    })
    const fields = { AZURE_RESOURCE_NAME: 'theirs' }
    expect((await berth.call('accounts.setFields', { accountId, fields })).fields).toEqual(fields)
    expect(newest('accounts.changed')?.[0]?.fields).toEqual(fields)
    expect(await berth.fail('accounts.setFields', { accountId, fields: {} })).toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('AZURE_RESOURCE_NAME'),
    })
    expect(await berth.fail('accounts.setFields', { accountId: 'nope', fields })).toMatchObject({
      code: 'not_found',
    })
  })
})

describe('pins', () => {
  it('are set and removed, told of, and seen in their project', async () => {
    const [, two] = [await add('one'), await add('two')]
    const project = await create()
    const pin = { accountId: two.id, projectId: project.id }
    const pins = await berth.call('pins.set', pin)
    expect(pins).toEqual([{ providerId: 'anthropic', ...pin }])
    expect(newest('pins.changed')).toEqual(pins)
    expect(newest('project.changed')).toMatchObject({ id: project.id, accountId: two.id })
    await berth.call('pins.set', { accountId: two.id, modelId: MODEL })
    expect(await berth.call('pins.list', {})).toHaveLength(2)
    await berth.call('pins.remove', { providerId: 'anthropic', projectId: project.id })
    expect(newest('pins.changed')).toEqual([{ providerId: 'anthropic', accountId: two.id, modelId: MODEL }])
    expect(newest('project.changed')).not.toHaveProperty('accountId')
    await berth.call('accounts.remove', { accountId: two.id })
    expect(newest('pins.changed')).toEqual([])
  })

  it('are those of the project’s settings too, and go with the project', async () => {
    const [one, two] = [await add('one'), await add('two')]
    const { id: projectId, accountId } = await create(two.id)
    expect(accountId).toBe(two.id)
    expect(await berth.call('pins.list', {})).toEqual([
      { providerId: 'anthropic', accountId: two.id, projectId },
    ])
    await berth.call('projects.update', { projectId, accountId: one.id })
    expect(newest('pins.changed')?.[0]?.accountId).toBe(one.id)
    await berth.call('pins.set', { accountId: one.id, projectId, modelId: MODEL })
    await berth.call('projects.update', { projectId, accountId: null })
    expect(await berth.call('pins.list', {})).toHaveLength(1)
  })

  it('are refused to nowhere and to what is not there', async () => {
    const { id: accountId } = await add('one')
    const refusals: [string, object, string][] = [
      ['nowhere', { accountId }, 'bad_request'],
      ['a project that is not there', { accountId, projectId: 'nope' }, 'not_found'],
      ['a model that is not there', { accountId, modelId: 'gpt-5' }, 'unknown_model'],
      ['an account that is not there', { accountId: 'nope', modelId: MODEL }, 'not_found'],
      ['no form of a project', { accountId, projectId: '../x' }, 'bad_request'],
    ]
    for (const [what, input, code] of refusals)
      expect((await berth.fail('pins.set', input as { accountId: string })).code, what).toBe(code)
    expect(await berth.fail('pins.remove', { providerId: 'anthropic' })).toMatchObject({
      code: 'bad_request',
    })
    expect(await berth.call('pins.list', {})).toEqual([])
    expect(newest('pins.changed')).toBeUndefined()
  })
})
