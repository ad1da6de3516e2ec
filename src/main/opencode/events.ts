import type { ConversationChange } from '../../preload/conversation.ts'
import { problemOf } from './map-error.ts'
import { activityOf, messageInfo, partOf, permissionOf, sessionInfo, stoppedNote } from './map-message.ts'
import type { PermissionBook } from './permission-book.ts'
import type { WireMessage, WireSession } from './wire.ts'
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

interface Context extends EventMapperDeps {
  /** Sessions whose answer is being written: their error arrives again with the message and is told only there. */
  readonly answering: Set<string>
  /** The last error told per session: OpenCode reports some of them twice. */
  readonly told: Map<string, string>
}

type Properties<T extends WireEvent['type']> = Extract<WireEvent, { type: T }>['properties']
type Handlers = {
  [T in WireEvent['type']]: (context: Context, properties: Properties<T>) => ConversationChange[]
}

/** Changes of a subagent's session are not shown. */
function ofTop(context: Context, sessionId: string, change: ConversationChange): ConversationChange[] {
  return context.book.isTop(sessionId) ? [change] : []
}

function onSession(context: Context, { info }: { readonly info: WireSession }): ConversationChange[] {
  context.book.learn(info)
  return ofTop(context, info.id, { type: 'session', session: sessionInfo(info) })
}

function remember(context: Context, message: WireMessage): void {
  if (message.role === 'user') context.told.delete(message.sessionID)
  else if (message.time.completed === undefined) context.answering.add(message.sessionID)
  else context.answering.delete(message.sessionID)
}

function onMessage(context: Context, { info }: Properties<'message.updated'>): ConversationChange[] {
  remember(context, info)
  const note = stoppedNote(info)
  const sessionId = info.sessionID
  return [
    ...ofTop(context, sessionId, { type: 'message', message: messageInfo(info) }),
    ...(note === undefined ? [] : ofTop(context, sessionId, { type: 'part', sessionId, part: note })),
  ]
}

function onError(context: Context, properties: Properties<'session.error'>): ConversationChange[] {
  const { sessionID: sessionId, error } = properties
  if (error === undefined || (sessionId !== undefined && context.answering.has(sessionId))) return []
  const problem = problemOf(error, undefined)
  if (problem === undefined) return []
  if (sessionId === undefined) return [{ type: 'problem', problem }]
  if (context.told.get(sessionId) === problem.message) return []
  context.told.set(sessionId, problem.message)
  return ofTop(context, sessionId, { type: 'problem', sessionId, problem })
}

function onPart(context: Context, properties: Properties<'message.part.updated'>): ConversationChange[] {
  const part = partOf(properties.part, context.directory)
  const sessionId = properties.part.sessionID
  return part === undefined ? [] : ofTop(context, sessionId, { type: 'part', sessionId, part })
}

function onDelta(context: Context, properties: Properties<'message.part.delta'>): ConversationChange[] {
  const { sessionID: sessionId, messageID, partID, field, delta } = properties
  if (field !== 'text' || delta === '') return []
  const change = { sessionId, messageId: messageID, partId: partID, text: delta }
  return ofTop(context, sessionId, { type: 'delta', ...change })
}

function onAsked(context: Context, asked: Properties<'permission.asked'>): ConversationChange[] {
  const sessionId = context.book.topOf(asked.sessionID)
  const permission = permissionOf(asked, sessionId, context.directory, Date.now())
  context.book.asked(permission)
  return [{ type: 'permission', permission }]
}

function onReplied(context: Context, replied: Properties<'permission.replied'>): ConversationChange[] {
  const { requestID: permissionId } = replied
  context.book.answered(permissionId)
  return [{ type: 'permission-gone', sessionId: context.book.topOf(replied.sessionID), permissionId }]
}

const HANDLERS: Handlers = {
  'session.created': onSession,
  'session.updated': onSession,
  'session.status': (context, { sessionID: sessionId, status }) =>
    ofTop(context, sessionId, { type: 'activity', sessionId, activity: activityOf(status) }),
  'session.error': onError,
  'message.updated': onMessage,
  'message.removed': (context, { sessionID: sessionId, messageID: messageId }) =>
    ofTop(context, sessionId, { type: 'message-removed', sessionId, messageId }),
  'message.part.updated': onPart,
  'message.part.delta': onDelta,
  'message.part.removed': (context, { sessionID: sessionId, messageID: messageId, partID: partId }) =>
    ofTop(context, sessionId, { type: 'part-removed', sessionId, messageId, partId }),
  'permission.asked': onAsked,
  'permission.replied': onReplied,
}

function handle<T extends WireEvent['type']>(
  context: Context,
  event: { readonly type: T; readonly properties: Properties<T> },
): ConversationChange[] {
  return HANDLERS[event.type](context, event.properties)
}

export function createEventMapper(deps: EventMapperDeps): EventMapper {
  const context: Context = { ...deps, answering: new Set(), told: new Map() }
  return {
    map(data) {
      const event = wireEvent.safeParse(data)
      return event.success ? handle(context, event.data) : []
    },
  }
}
