import { beforeEach, expect, it } from 'vitest'
import { createDraftBook, type DraftBook } from '../../../src/main/opencode/draft-book.ts'
import type { Message, Part } from '../../../src/preload/conversation.ts'

const part = (text: string, id = 'p1'): Part => ({ id, messageId: 'm1', type: 'text', text })
const message = (parts: Part[]): Message => ({
  id: 'm1',
  sessionId: 's1',
  role: 'assistant',
  createdAt: 1,
  parts,
})
const textsOf = (book: DraftBook, parts: Part[]) =>
  book.fill([message(parts)])[0]?.parts.map((one) => (one.type === 'text' ? one.text : one.type))

let book: DraftBook
beforeEach(() => {
  book = createDraftBook()
  book.take({ type: 'part', sessionId: 's1', part: part('') })
  for (const text of ['Half ', 'an ']) {
    book.take({ type: 'delta', sessionId: 's1', messageId: 'm1', partId: 'p1', text })
  }
})

it('fills a text that is being written, also one the list does not have yet', () => {
  expect(textsOf(book, [part('')])).toEqual(['Half an '])
  expect(textsOf(book, [])).toEqual(['Half an '])
  expect(textsOf(book, [part('Half an answer.')])).toEqual(['Half an answer.'])
})

it('leaves it to OpenCode once the message is complete', () => {
  const { parts: _parts, ...rest } = message([])
  book.take({ type: 'message', message: { ...rest, completedAt: 2 } })
  expect(textsOf(book, [part('')])).toEqual([''])
})

it('forgets what may have a hole, and what was removed', () => {
  book.take({ type: 'reload' })
  expect(textsOf(book, [part('')])).toEqual([''])
  book.take({ type: 'part', sessionId: 's1', part: part('again') })
  book.take({ type: 'part-removed', sessionId: 's1', messageId: 'm1', partId: 'p1' })
  expect(textsOf(book, [])).toEqual([])
})
