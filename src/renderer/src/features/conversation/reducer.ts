import type { Conversation, ConversationChange, Message, Part } from '../../../../preload/conversation.ts'
import type { Problem } from '../../../../preload/shapes.ts'

/** A conversation as this window holds it: the main side's, and the last problem that belongs to no message. */
export interface Talk extends Conversation {
  readonly problem?: Problem
}

type ChangeOf<T extends ConversationChange['type']> = Extract<ConversationChange, { type: T }>

/**
 * The conversation after one change. Everything a change does not touch keeps its identity, so that only the rows
 * that changed are drawn again. Changes of other sessions (OpenCode's helpers have their own) are left out, save for
 * permissions, which somebody must answer. `reload` is the caller's to act on.
 */
export function applyChange(talk: Talk, change: ConversationChange): Talk {
  switch (change.type) {
    case 'session':
      return withSession(talk, change)
    case 'message':
      return withMessage(talk, change)
    case 'message-removed':
      return { ...talk, messages: talk.messages.filter((one) => one.id !== change.messageId) }
    case 'part':
      return inSession(talk, change.sessionId)
        ? editMessage(talk, change.part.messageId, (one) => withPart(one, change.part))
        : talk
    case 'delta':
      return inSession(talk, change.sessionId)
        ? editMessage(talk, change.messageId, (one) => withDelta(one, change))
        : talk
    case 'part-removed':
      return editMessage(talk, change.messageId, (one) => ({
        ...one,
        parts: one.parts.filter((part) => part.id !== change.partId),
      }))
    case 'permission':
      return withPermission(talk, change)
    case 'permission-gone':
      return { ...talk, permissions: talk.permissions.filter((one) => one.id !== change.permissionId) }
    case 'activity':
      return inSession(talk, change.sessionId) ? { ...talk, activity: change.activity } : talk
    case 'problem':
      return change.sessionId === undefined || inSession(talk, change.sessionId)
        ? { ...talk, problem: change.problem }
        : talk
    case 'reload':
      return talk
  }
}

/** Applies changes in order. */
export function applyChanges(talk: Talk, changes: readonly ConversationChange[]): Talk {
  return changes.reduce(applyChange, talk)
}

const inSession = (talk: Talk, sessionId: string): boolean => talk.sessionId === sessionId

function withSession(talk: Talk, { session }: ChangeOf<'session'>): Talk {
  const others = talk.sessions.filter((one) => one.id !== session.id)
  const sessions = [...others, session].toSorted((a, b) => b.updatedAt - a.updatedAt)
  // The first session of a project is the one on show.
  return { ...talk, sessions, sessionId: talk.sessionId ?? session.id }
}

function withMessage(talk: Talk, { message }: ChangeOf<'message'>): Talk {
  const sessionId = talk.sessionId ?? message.sessionId
  if (sessionId !== message.sessionId) return talk
  const index = findIndex(talk.messages, message.id)
  if (index >= 0) {
    const parts = talk.messages[index]?.parts ?? []
    return { ...talk, sessionId, messages: talk.messages.with(index, { ...message, parts }) }
  }
  const { problem: _answered, ...rest } = talk
  return { ...rest, sessionId, messages: inserted(talk.messages, { ...message, parts: [] }) }
}

/** Messages are in the order they were made; nearly always the new one is the last. */
function inserted(messages: readonly Message[], message: Message): Message[] {
  let index = messages.length
  while (index > 0 && (messages[index - 1]?.createdAt ?? 0) > message.createdAt) index -= 1
  return messages.toSpliced(index, 0, message)
}

function editMessage(talk: Talk, messageId: string, edit: (message: Message) => Message): Talk {
  const index = findIndex(talk.messages, messageId)
  const message = talk.messages[index]
  return message === undefined ? talk : { ...talk, messages: talk.messages.with(index, edit(message)) }
}

/** From the end, where changes happen. */
function findIndex(messages: readonly Message[], messageId: string): number {
  return messages.findLastIndex((one) => one.id === messageId)
}

function withPart(message: Message, part: Part): Message {
  const index = message.parts.findIndex((one) => one.id === part.id)
  const parts = index < 0 ? [...message.parts, part] : message.parts.with(index, part)
  return { ...message, parts }
}

function withDelta(message: Message, change: ChangeOf<'delta'>): Message {
  const index = message.parts.findIndex((one) => one.id === change.partId)
  const part = message.parts[index]
  if (part === undefined || (part.type !== 'text' && part.type !== 'reasoning')) return message
  return { ...message, parts: message.parts.with(index, { ...part, text: part.text + change.text }) }
}

function withPermission(talk: Talk, { permission }: ChangeOf<'permission'>): Talk {
  const others = talk.permissions.filter((one) => one.id !== permission.id)
  return { ...talk, permissions: [...others, permission].toSorted((a, b) => a.createdAt - b.createdAt) }
}
