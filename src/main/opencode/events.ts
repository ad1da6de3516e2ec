import type { ConversationChange } from '../../preload/conversation.ts'
import { assertNever } from '../errors.ts'
import { problemOf } from './map-error.ts'
import { activityOf, messageInfo, partOf, permissionOf, sessionInfo, stoppedNote } from './map-message.ts'
import type { PermissionBook } from './permission-book.ts'
import type { WireError, WireMessage, WireSession } from './wire.ts'
import { type WireEvent, wireEvent } from './wire-events.ts'

/** Turns OpenCode's events into changes. It remembers what one event alone does not tell. */
export interface EventMapper {
  /** The changes an event makes; none for events that matter to no conversation. */
  map(data: unknown): ConversationChange[]
}

export interface EventMapperDeps {
  /** The folder OpenCode works in. */
  readonly directory: string
  /** Knows which sessions are a subagent's, and which permissions are asked for. */
  readonly book: PermissionBook
}

export function createEventMapper({ directory, book }: EventMapperDeps): EventMapper {
  /** Sessions whose answer is being written: their error arrives again with the message and is told only there. */
  const answering = new Set<string>()
  /** The last error told per session: OpenCode reports some of them twice. */
  const told = new Map<string, string>()

  const onSession = (session: WireSession): ConversationChange[] => {
    book.learn(session)
    return book.isTop(session.id) ? [{ type: 'session', session: sessionInfo(session) }] : []
  }

  const onMessage = (message: WireMessage): ConversationChange[] => {
    if (message.role === 'user') told.delete(message.sessionID)
    else if (message.time.completed === undefined) answering.add(message.sessionID)
    else answering.delete(message.sessionID)
    if (!book.isTop(message.sessionID)) return []
    const note = stoppedNote(message)
    const change: ConversationChange = { type: 'message', message: messageInfo(message) }
    return note === undefined
      ? [change]
      : [change, { type: 'part', sessionId: message.sessionID, part: note }]
  }

  const onError = (sessionId: string | undefined, error: WireError | undefined): ConversationChange[] => {
    if (error === undefined || (sessionId !== undefined && answering.has(sessionId))) return []
    const problem = problemOf(error, undefined)
    if (problem === undefined) return []
    if (sessionId === undefined) return [{ type: 'problem', problem }]
    if (!book.isTop(sessionId) || told.get(sessionId) === problem.message) return []
    told.set(sessionId, problem.message)
    return [{ type: 'problem', sessionId, problem }]
  }

  const ofTop = (sessionId: string, change: ConversationChange): ConversationChange[] =>
    book.isTop(sessionId) ? [change] : []

  const onEvent = (event: WireEvent): ConversationChange[] => {
    switch (event.type) {
      case 'session.created':
      case 'session.updated':
        return onSession(event.properties.info)
      case 'session.status': {
        const { sessionID, status } = event.properties
        return ofTop(sessionID, { type: 'activity', sessionId: sessionID, activity: activityOf(status) })
      }
      case 'session.error':
        return onError(event.properties.sessionID, event.properties.error)
      case 'message.updated':
        return onMessage(event.properties.info)
      case 'message.removed': {
        const { sessionID, messageID } = event.properties
        return ofTop(sessionID, { type: 'message-removed', sessionId: sessionID, messageId: messageID })
      }
      case 'permission.asked':
      case 'permission.replied':
        return onPermission(event)
      default:
        return onPart(event)
    }
  }

  const onPermission = (
    event: Extract<WireEvent, { type: 'permission.asked' | 'permission.replied' }>,
  ): ConversationChange[] => {
    const sessionId = book.topOf(event.properties.sessionID)
    if (event.type === 'permission.asked') {
      const permission = permissionOf(event.properties, sessionId, directory, Date.now())
      book.asked(permission)
      return [{ type: 'permission', permission }]
    }
    book.answered(event.properties.requestID)
    return [{ type: 'permission-gone', sessionId, permissionId: event.properties.requestID }]
  }

  const onPart = (event: Extract<WireEvent, { type: `message.part.${string}` }>): ConversationChange[] => {
    switch (event.type) {
      case 'message.part.updated': {
        const part = partOf(event.properties.part, directory)
        const sessionId = event.properties.part.sessionID
        return part === undefined ? [] : ofTop(sessionId, { type: 'part', sessionId, part })
      }
      case 'message.part.delta': {
        const { sessionID, messageID, partID, field, delta } = event.properties
        if (field !== 'text' || delta === '') return []
        const ids = { sessionId: sessionID, messageId: messageID, partId: partID }
        return ofTop(sessionID, { type: 'delta', ...ids, text: delta })
      }
      case 'message.part.removed': {
        const { sessionID, messageID, partID } = event.properties
        const ids = { sessionId: sessionID, messageId: messageID, partId: partID }
        return ofTop(sessionID, { type: 'part-removed', ...ids })
      }
      default:
        return assertNever(event)
    }
  }

  return {
    map(data) {
      const event = wireEvent.safeParse(data)
      return event.success ? onEvent(event.data) : []
    },
  }
}
