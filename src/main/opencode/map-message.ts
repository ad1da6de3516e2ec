import type { z } from 'zod'
import type { Activity, Message, Part, Permission, SessionInfo } from '../../preload/conversation.ts'
import { assertNever } from '../errors.ts'
import { scrub } from '../log/scrub.ts'
import { isStopped, problemOf } from './map-error.ts'
import { toolPart } from './map-tool.ts'
import { fromFolder } from './paths.ts'
import type {
  WireMessage,
  WirePart,
  WirePermission,
  WireSession,
  WireStatus,
  wireMessageWithParts,
} from './wire.ts'

export function sessionInfo(session: WireSession): SessionInfo {
  return {
    id: session.id,
    title: session.title,
    createdAt: session.time.created,
    updatedAt: session.time.updated,
  }
}

/** A message without its parts. */
export function messageInfo(message: WireMessage): Omit<Message, 'parts'> {
  const model = message.model ?? message
  const problem = message.error === undefined ? undefined : problemOf(message.error, message.providerID)
  const { tokens } = message
  return {
    id: message.id,
    sessionId: message.sessionID,
    role: message.role,
    createdAt: message.time.created,
    ...(message.time.completed === undefined ? {} : { completedAt: message.time.completed }),
    ...(problem === undefined ? {} : { problem }),
    ...(model.providerID === undefined ? {} : { model: `${model.providerID}/${model.modelID}` }),
    ...(tokens === undefined
      ? {}
      : {
          tokens: {
            input: tokens.input,
            output: tokens.output,
            reasoning: tokens.reasoning,
            cacheRead: tokens.cache.read,
            cacheWrite: tokens.cache.write,
          },
        }),
    ...(message.cost === undefined ? {} : { cost: message.cost }),
  }
}

/** The grey line at the end of an answer the user stopped. Its id is Berth's own. */
export function stoppedNote(message: WireMessage): Part | undefined {
  if (message.error === undefined || !isStopped(message.error)) return undefined
  return { id: `${message.id}-stopped`, messageId: message.id, type: 'note', text: 'Stopped' }
}

/** A part as a view shows it; undefined for what no view needs. */
export function partOf(part: WirePart, directory: string): Part | undefined {
  const ids = { id: part.id, messageId: part.messageID }
  switch (part.type) {
    case 'text':
      // Text OpenCode adds for the model, such as the content of an attached file.
      if (part.synthetic === true || part.ignored === true) return undefined
      return { ...ids, type: 'text', text: part.text }
    case 'reasoning':
      return { ...ids, type: 'reasoning', text: part.text }
    case 'tool':
      return toolPart(part, directory)
    case 'file':
      return { ...ids, type: 'note', text: `Attached ${part.filename ?? part.mime}` }
    case 'subtask':
      return { ...ids, type: 'note', text: `Subtask: ${part.description}` }
    case 'compaction':
      return { ...ids, type: 'note', text: 'The conversation so far was summarised to make room' }
    case 'other':
      return undefined
    default:
      return assertNever(part)
  }
}

export function fullMessage(message: z.infer<typeof wireMessageWithParts>, directory: string): Message {
  const parts = message.parts.flatMap((part) => partOf(part, directory) ?? [])
  return { ...messageInfo(message.info), parts: [...parts, ...[stoppedNote(message.info) ?? []].flat()] }
}

export function activityOf(status: WireStatus | undefined): Activity {
  if (status === undefined || status.type === 'idle') return { state: 'idle' }
  if (status.type === 'busy') return { state: 'busy' }
  return { state: 'retry', attempt: status.attempt, message: scrub(status.message), nextAt: status.next }
}

/** `sessionId` is the top-level session the request belongs to: a subagent asks in a session of its own. */
export function permissionOf(
  asked: WirePermission,
  sessionId: string,
  directory: string,
  createdAt: number,
): Permission {
  const patterns = asked.patterns.map((pattern) => fromFolder(pattern, directory))
  const { command, filepath, url } = asked.metadata
  const title = [command, filepath, url].find((value) => typeof value === 'string')
  return {
    id: asked.id,
    sessionId,
    kind: asked.permission,
    title: title === undefined ? (patterns[0] ?? asked.permission) : fromFolder(String(title), directory),
    patterns,
    createdAt,
  }
}
