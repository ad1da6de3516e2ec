import { describe, expect, it, vi } from 'vitest'
import type { BerthBridge } from '../../src/preload/contract.ts'
import type { Conversation, Message } from '../../src/preload/conversation.ts'
import { createConversations } from '../../src/renderer/src/features/conversation/conversation-store.ts'
import { createDraftsStore, draftOf } from '../../src/renderer/src/features/conversation/drafts-store.ts'
import { factsOf, turnAt } from '../../src/renderer/src/features/conversation/facts.ts'
import { wordsFor } from '../../src/renderer/src/features/conversation/live-status.tsx'
import { answerOf, askedFor } from '../../src/renderer/src/features/conversation/permission-card.tsx'
import { memoryStorage } from './memory-storage.ts'

const snapshot = (written: string): Conversation => ({
  sessionId: 's1',
  sessions: [],
  messages: [
    {
      id: 'm1',
      sessionId: 's1',
      role: 'assistant',
      createdAt: 1,
      parts: [{ type: 'text', id: 'p1', messageId: 'm1', text: written }],
    },
  ],
  permissions: [],
  activity: { state: 'busy' },
  source: 'live',
})

const delta = (text: string) =>
  ({ type: 'delta', sessionId: 's1', messageId: 'm1', partId: 'p1', text }) as const

function bridgeWith(invoke: (method: string, input: unknown) => unknown): BerthBridge {
  return {
    invoke: (async (method: string, input: unknown) => invoke(method, input)) as BerthBridge['invoke'],
    on: () => () => {},
    onConnection: () => () => {},
  }
}

describe('conversations', () => {
  it('applies changes that came while the snapshot was on its way, once', async () => {
    let answer: (value: unknown) => void = () => {}
    const store = createConversations(
      bridgeWith(
        () =>
          new Promise((done) => {
            answer = done
          }),
      ),
      (flush) => flush(),
    )
    const loading = store.getState().load('p')
    store.getState().change('p', delta('lo'))
    store.getState().change('p', delta(' you'))
    await Promise.resolve()
    answer({ ok: true, value: snapshot('Hello') })
    await loading
    expect(store.getState().talks.p?.messages[0]?.parts[0]).toMatchObject({ text: 'Hello you' })
  })

  it('draws many changes at once', async () => {
    const flushes: (() => void)[] = []
    const store = createConversations(
      bridgeWith(() => ({ ok: true, value: snapshot('') })),
      (flush) => flushes.push(flush),
    )
    await store.getState().load('p')
    const drawn = vi.fn()
    store.subscribe(drawn)
    for (const letter of 'abc') store.getState().change('p', delta(letter))
    expect(drawn).not.toHaveBeenCalled()
    expect(flushes).toHaveLength(1)
    flushes[0]?.()
    expect(drawn).toHaveBeenCalledTimes(1)
    expect(store.getState().talks.p?.messages[0]?.parts[0]).toMatchObject({ text: 'abc' })
  })

  it('keeps the answer of the newest load only', async () => {
    const answers: ((value: unknown) => void)[] = []
    const store = createConversations(
      bridgeWith(() => new Promise((done) => answers.push(done))),
      (flush) => flush(),
    )
    const first = store.getState().load('p')
    const second = store.getState().load('p', 's1')
    await Promise.resolve()
    answers[1]?.({ ok: true, value: snapshot('new') })
    answers[0]?.({ ok: true, value: snapshot('old') })
    await Promise.all([first, second])
    expect(store.getState().talks.p?.messages[0]?.parts[0]).toMatchObject({ text: 'new' })
  })

  it('shows a prompt that was taken until its message comes, and fetches anew on reload', async () => {
    const asked: string[] = []
    const store = createConversations(
      bridgeWith((method) => {
        asked.push(method)
        return method === 'conversation.send'
          ? { ok: true, value: { sessionId: 's1', messageId: 'm2' } }
          : { ok: true, value: snapshot('x') }
      }),
      (flush) => flush(),
    )
    await store.getState().load('p')
    await store.getState().send('p', 'Hi', 'abcdef')
    expect(store.getState().pending.p).toEqual({ messageId: 'm2', sessionId: 's1', text: 'Hi' })
    store
      .getState()
      .change('p', { type: 'message', message: { id: 'm2', sessionId: 's1', role: 'user', createdAt: 2 } })
    expect(store.getState().pending.p).toBeUndefined()
    store.getState().change('p', { type: 'reload' })
    expect(asked.filter((method) => method === 'conversation.get')).toHaveLength(2)
  })
})

describe('drafts', () => {
  it('survive a new window, and go only when that very draft was sent', () => {
    const storage = memoryStorage()
    const first = createDraftsStore(storage)
    first.getState().setText('p', 'half a thought')
    const second = createDraftsStore(storage)
    const kept = draftOf(second.getState(), 'p')
    expect(kept.text).toBe('half a thought')
    expect(kept.requestId).toMatch(/^[a-z0-9]{6,40}$/)
    second.getState().setText('p', 'half a thought, and more')
    second.getState().sent('p', kept.requestId)
    expect(draftOf(second.getState(), 'p').text).toBe('half a thought, and more')
    second.getState().sent('p', draftOf(second.getState(), 'p').requestId)
    expect(draftOf(createDraftsStore(storage).getState(), 'p').text).toBe('')
  })

  it('keep one request id for one text, so that a second try is not a second prompt', () => {
    const store = createDraftsStore(memoryStorage())
    store.getState().setText('p', 'again')
    const { requestId } = draftOf(store.getState(), 'p')
    store.getState().setText('p', 'again')
    expect(draftOf(store.getState(), 'p').requestId).toBe(requestId)
  })

  it('begin empty where the storage holds something else', () => {
    const storage = memoryStorage()
    storage.setItem('berth.drafts', '{"p":7}')
    expect(createDraftsStore(storage).getState().drafts).toEqual({})
  })
})

describe('a permission', () => {
  it('shows exactly what is asked for, once', () => {
    expect(askedFor({ title: 'cd a && make', patterns: ['cd a', 'make'] })).toEqual(['cd a && make'])
    expect(askedFor({ title: 'Build', patterns: ['make'] })).toEqual(['Build', 'make'])
  })
})

describe('the keys of a permission', () => {
  it('answer it, but "always" never from the composer, and none where somebody writes', () => {
    const answers = (place: 'page' | 'empty-composer' | 'text') =>
      ['y', 'N', 'a', 'x'].map((key) => answerOf(key, place))
    expect(answers('page')).toEqual(['once', 'reject', 'always', undefined])
    expect(answers('empty-composer')).toEqual(['once', 'reject', undefined, undefined])
    expect(answers('text')).toEqual([undefined, undefined, undefined, undefined])
  })
})

describe('what screen readers are told', () => {
  it('says each thing once, and nothing for a token more', () => {
    expect(wordsFor('busy', undefined, 'idle')).toBe('OpenCode is working.')
    expect(wordsFor('busy', undefined, 'busy')).toBeUndefined()
    expect(wordsFor('busy', 'Run npm test', 'busy')).toBe(
      'Permission needed: Run npm test. Y allows once, N rejects.',
    )
    expect(wordsFor('busy', undefined, 'asked')).toBe('OpenCode is working.')
    expect(wordsFor('idle', undefined, 'busy')).toBe('The answer is finished.')
    expect(wordsFor('idle', undefined, undefined)).toBe('')
  })
})

describe('the facts of a turn', () => {
  const tokens = { input: 1000, output: 50, reasoning: 0, cacheRead: 500, cacheWrite: 0 }
  const step = (id: string, from: number): Message => ({
    id,
    sessionId: 's1',
    role: 'assistant',
    createdAt: from,
    completedAt: from + 1000,
    parts: [],
    model: 'anthropic/claude',
    tokens,
    cost: 0.25,
  })
  const asked: Message = { id: 'u', sessionId: 's1', role: 'user', createdAt: 0, parts: [] }
  const talk = [asked, step('a', 0), step('b', 2000), { ...asked, id: 'v' }, step('c', 9000)]

  it('are summed up at its end, and nowhere else', () => {
    expect(talk.map((_, index) => turnAt(talk, index).map((one) => one.id))).toEqual([
      [],
      [],
      ['a', 'b'],
      [],
      ['c'],
    ])
    expect(factsOf(turnAt(talk, 2))).toBe('claude · 3k in (1k cached) · 100 out · $0.500 · 3.0 s')
    expect(factsOf([])).toBe('')
  })

  it('are not given while it goes on', () => {
    const { completedAt: _none, ...writing } = step('c', 9000)
    expect(factsOf([step('b', 2000), writing])).toBe('')
  })
})
