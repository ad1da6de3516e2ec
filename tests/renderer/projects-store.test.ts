import { describe, expect, it } from 'vitest'
import type { BerthBridge, Envelope } from '../../src/preload/contract.ts'
import type { Project } from '../../src/preload/shapes.ts'
import { createProjectsStore } from '../../src/renderer/src/features/projects/projects-store.ts'
import { project } from './twin/projects.ts'

/** A bridge whose one answer the test gives when it likes. */
function slowBridge<T>() {
  const answer = Promise.withResolvers<Envelope<T>>()
  const bridge = { invoke: () => answer.promise } as unknown as BerthBridge
  return { bridge, answer: (value: T) => answer.resolve({ ok: true, value }) }
}

const at = (state: Project['state']) => project(1, { id: 'p1', name: 'p', state })

describe('an event that is quicker than the answer of a call', () => {
  it('stands against what create answers', async () => {
    const { bridge, answer } = slowBridge<Project>()
    const store = createProjectsStore(bridge)
    const created = store.getState().create({} as never)
    store.getState().put(at('failed'))
    answer(at('starting'))
    await created
    expect(store.getState().projects?.map((one) => one.state)).toEqual(['failed'])
  })

  it('stands against a list, in which removed projects do not come back', async () => {
    const { bridge, answer } = slowBridge<Project[]>()
    const store = createProjectsStore(bridge)
    const loaded = store.getState().load()
    store.getState().put(at('running'))
    store.getState().drop('p2')
    answer([at('starting'), project(1, { id: 'p2', name: 'gone', state: 'stopped' })])
    await loaded
    expect(store.getState().projects?.map((one) => [one.id, one.state])).toEqual([['p1', 'running']])
  })

  it('gives way to an answer asked for after it', async () => {
    const { bridge, answer } = slowBridge<Project[]>()
    const store = createProjectsStore(bridge)
    store.getState().put(at('running'))
    const loaded = store.getState().load()
    answer([at('stopped')])
    await loaded
    expect(store.getState().projects?.map((one) => one.state)).toEqual(['stopped'])
  })
})
