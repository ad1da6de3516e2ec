import { describe, expect, it, vi } from 'vitest'
import { silentLog } from '../../../src/main/log/log.ts'
import { createEvents } from '../../../src/main/rpc/events.ts'
import type { AnyEvent } from '../../../src/preload/contract.ts'

const removed = (projectId: string): AnyEvent => ({ name: 'project.removed', payload: { projectId } })
const bad = { name: 'project.removed', payload: { projectId: 7 } } as unknown as AnyEvent

describe('events', () => {
  it('reach every listener until it is taken off', () => {
    const events = createEvents({ log: silentLog(), strict: true })
    const seen: string[] = []
    const off = events.on((event) => seen.push(`a ${event.name}`))
    events.on((event) => seen.push(`b ${event.name}`))
    events.emit(removed('p1'))
    off()
    off()
    events.emit(removed('p1'))
    expect(seen).toEqual(['a project.removed', 'b project.removed', 'b project.removed'])
  })

  it('reach who listens aside too, but notices wait for who shows them', () => {
    const events = createEvents({ log: silentLog(), strict: true })
    const aside: string[] = []
    const shown: string[] = []
    events.on((event) => aside.push(event.name), { aside: true })
    events.emit({ name: 'notice', payload: { id: '1', level: 'info', text: 'Something happened.' } })
    events.on((event) => shown.push(event.name))
    events.emit(removed('p1'))
    events.emit({ name: 'notice', payload: { id: '2', level: 'info', text: 'Something more.' } })
    expect(aside).toEqual(['project.removed'])
    return vi.waitFor(() => expect(shown.toSorted()).toEqual(['notice', 'notice', 'project.removed']))
  })

  it('go out without anything the contract does not have', () => {
    const events = createEvents({ log: silentLog(), strict: true })
    const seen: AnyEvent[] = []
    events.on((event) => seen.push(event))
    events.emit({ name: 'project.removed', payload: { projectId: 'p1', key: 'k' } } as unknown as AnyEvent)
    expect(seen).toEqual([removed('p1')])
  })

  it('throw on a wrong payload or name when strict, and are dropped when not', () => {
    expect(() => createEvents({ log: silentLog(), strict: true }).emit(bad)).toThrow(/project\.removed/)
    const events = createEvents({ log: silentLog() })
    const seen: AnyEvent[] = []
    events.on((event) => seen.push(event))
    events.emit(bad)
    events.emit({ name: 'toString', payload: {} } as unknown as AnyEvent)
    expect(seen).toEqual([])
  })

  it('keep the newest notices while nobody listens, for whoever comes first, and nothing else', async () => {
    const events = createEvents({ log: silentLog(), strict: true })
    const notice = (id: string): AnyEvent => ({ name: 'notice', payload: { id, level: 'info', text: id } })
    for (let n = 1; n <= 25; n += 1) events.emit(notice(`n${n}`))
    events.emit(removed('p1'))
    const first: AnyEvent[] = []
    const second: AnyEvent[] = []
    events.on((event) => first.push(event))
    expect(first).toEqual([])
    await Promise.resolve()
    const off = events.on((event) => second.push(event))
    await Promise.resolve()
    expect(first).toEqual(Array.from({ length: 20 }, (_, n) => notice(`n${n + 6}`)))
    expect(second).toEqual([])
    off()
  })

  it('keep a notice that came after the last listener went, or for one that left at once', async () => {
    const events = createEvents({ log: silentLog(), strict: true })
    const told: AnyEvent = { name: 'notice', payload: { id: 'n', level: 'error', text: 'n' } }
    const seen: AnyEvent[] = []
    events.on((event) => seen.push(event))()
    events.emit(told)
    events.on((event) => seen.push(event))()
    await Promise.resolve()
    expect(seen).toEqual([])
    events.on((event) => seen.push(event))
    await Promise.resolve()
    expect(seen).toEqual([told])
  })

  it('reach the others when one listener throws', () => {
    const events = createEvents({ log: silentLog(), strict: true })
    const seen: AnyEvent[] = []
    events.on(() => {
      throw new Error('a listener of ours')
    })
    events.on((event) => seen.push(event))
    events.emit(removed('p1'))
    events.emit(removed('p2'))
    expect(seen).toEqual([removed('p1'), removed('p2')])
  })

  it('keep one order for all when a listener emits', () => {
    const events = createEvents({ log: silentLog(), strict: true })
    const seen: string[] = []
    events.on((event) => {
      if (event.name === 'project.removed' && event.payload.projectId === 'p1') events.emit(removed('p2'))
    })
    events.on((event) => {
      if (event.name === 'project.removed') seen.push(event.payload.projectId)
    })
    events.emit(removed('p1'))
    expect(seen).toEqual(['p1', 'p2'])
  })
})
