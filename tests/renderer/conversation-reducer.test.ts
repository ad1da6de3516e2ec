import { describe, expect, it } from 'vitest'
import type { ConversationChange, Message } from '../../src/preload/conversation.ts'
import { applyChange, applyChanges, type Talk } from '../../src/renderer/src/features/conversation/reducer.ts'
import { withoutSeenDeltas } from '../../src/renderer/src/features/conversation/rejoin.ts'

const text = (id: string, messageId: string, written: string) =>
  ({ type: 'text', id, messageId, text: written }) as const

const message = (id: string, createdAt: number, rest: Partial<Message> = {}): Message => ({
  id,
  sessionId: 's1',
  role: 'assistant',
  createdAt,
  parts: [text(`${id}-p`, id, 'Hello')],
  ...rest,
})

const talk = (rest: Partial<Talk> = {}): Talk => ({
  sessionId: 's1',
  sessions: [],
  messages: [message('m1', 1), message('m2', 2)],
  permissions: [],
  activity: { state: 'idle' },
  source: 'live',
  ...rest,
})

const delta = (written: string, rest: Partial<Extract<ConversationChange, { type: 'delta' }>> = {}) =>
  ({ type: 'delta', sessionId: 's1', messageId: 'm2', partId: 'm2-p', text: written, ...rest }) as const

describe('applyChange', () => {
  it('appends a delta to its part and leaves every other message as it is', () => {
    const before = talk()
    const after = applyChange(before, delta(' there'))
    expect(after.messages[1]?.parts[0]).toMatchObject({ text: 'Hello there' })
    expect(after.messages[0]).toBe(before.messages[0])
    expect(before.messages[1]?.parts[0]).toMatchObject({ text: 'Hello' })
  })

  it('ignores a delta for a part it does not have, and for another session', () => {
    const before = talk()
    expect(applyChange(before, delta('x', { partId: 'none' })).messages[1]?.parts).toEqual(
      before.messages[1]?.parts,
    )
    expect(applyChange(before, delta('x', { sessionId: 's2' }))).toBe(before)
    expect(applyChange(before, delta('x', { messageId: 'none' }))).toBe(before)
  })

  it('keeps the parts of a message whose facts change', () => {
    const { parts: _parts, ...facts } = message('m2', 2, { completedAt: 9, cost: 0.5 })
    const after = applyChange(talk(), { type: 'message', message: facts })
    expect(after.messages[1]).toMatchObject({ completedAt: 9, cost: 0.5, parts: [{ text: 'Hello' }] })
  })

  it('puts a new message where its time says, and takes an old problem away', () => {
    const { parts: _parts, ...facts } = message('m3', 1.5)
    const after = applyChange(talk({ problem: { code: 'x', message: 'y' } }), {
      type: 'message',
      message: facts,
    })
    expect(after.messages.map((one) => one.id)).toEqual(['m1', 'm3', 'm2'])
    expect(after.problem).toBeUndefined()
  })

  it('leaves out the messages of other sessions', () => {
    const { parts: _parts, ...facts } = message('m3', 3, { sessionId: 's2' })
    const before = talk()
    expect(applyChange(before, { type: 'message', message: facts })).toBe(before)
  })

  it('shows the first session of a project, and the first message of one not yet known', () => {
    const { sessionId: _none, ...empty } = talk({ messages: [] })
    const session = { id: 's9', title: 'New', createdAt: 1, updatedAt: 1 }
    expect(applyChange(empty, { type: 'session', session }).sessionId).toBe('s9')
    const { parts: _parts, ...facts } = message('m1', 1)
    expect(applyChange(empty, { type: 'message', message: facts }).sessionId).toBe('s1')
  })

  it('adds, replaces and removes parts', () => {
    const added = applyChange(talk(), { type: 'part', sessionId: 's1', part: text('new', 'm2', 'more') })
    expect(added.messages[1]?.parts.map((part) => part.id)).toEqual(['m2-p', 'new'])
    const replaced = applyChange(added, { type: 'part', sessionId: 's1', part: text('new', 'm2', 'other') })
    expect(replaced.messages[1]?.parts[1]).toMatchObject({ text: 'other' })
    const removed = applyChange(replaced, {
      type: 'part-removed',
      sessionId: 's1',
      messageId: 'm2',
      partId: 'm2-p',
    })
    expect(removed.messages[1]?.parts.map((part) => part.id)).toEqual(['new'])
  })

  it('keeps permissions in order, once each, from any session', () => {
    const permission = (id: string, createdAt: number): ConversationChange => ({
      type: 'permission',
      permission: { id, sessionId: 'helper', kind: 'bash', title: id, patterns: [], createdAt },
    })
    const asked = applyChanges(talk(), [permission('b', 2), permission('a', 1), permission('b', 2)])
    expect(asked.permissions.map((one) => one.id)).toEqual(['a', 'b'])
    const gone = applyChange(asked, { type: 'permission-gone', sessionId: 'helper', permissionId: 'a' })
    expect(gone.permissions.map((one) => one.id)).toEqual(['b'])
  })

  it('takes activity of its own session only', () => {
    const busy = { type: 'activity', sessionId: 's1', activity: { state: 'busy' } } as const
    expect(applyChange(talk(), busy).activity.state).toBe('busy')
    expect(applyChange(talk(), { ...busy, sessionId: 's2' }).activity.state).toBe('idle')
  })
})

describe('withoutSeenDeltas', () => {
  it('leaves out what the snapshot has, and keeps what it has not', () => {
    const snapshot = talk({ messages: [message('m2', 2, { parts: [text('m2-p', 'm2', 'Hello wor')] })] })
    const changes = [delta(' w'), delta('or'), delta('ld'), delta('.')]
    const after = applyChanges(snapshot, withoutSeenDeltas(snapshot, changes))
    expect(after.messages[0]?.parts[0]).toMatchObject({ text: 'Hello world.' })
  })

  it('keeps every delta after a change that gave the whole part', () => {
    const snapshot = talk()
    const changes = [{ type: 'part', sessionId: 's1', part: text('m2-p', 'm2', '') } as const, delta('Hello')]
    expect(withoutSeenDeltas(snapshot, changes)).toEqual(changes)
  })
})
