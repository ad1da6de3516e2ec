import type { Conversation, Message, Part, SessionInfo } from '../../preload/conversation.ts'
import { BerthError } from '../errors.ts'
import type { Log } from '../log/log.ts'
import type { OpenCode } from '../opencode/types.ts'
import type { TranscriptRepo } from './transcript-repo.ts'

/** A tool may print megabytes; the saved copy keeps what a reader reads. */
const LONGEST = 50_000
const SESSIONS = 200

/** Keeps Berth's copy of conversations up to date, so that history is there while a project is stopped. */
export interface Transcripts {
  sessions(projectId: string, sessions: readonly SessionInfo[]): void
  messages(projectId: string, session: SessionInfo, messages: readonly Message[]): void
  messageRemoved(projectId: string, sessionId: string, messageId: string): void
  /** Saves the session soon; many calls in a short time save once. */
  schedule(projectId: string, openCode: OpenCode, sessionId: string): void
  /** Saves now what was scheduled, and the newest session. Never throws. */
  flush(projectId: string, openCode: OpenCode): Promise<void>
  /** Throws `not_found` for a session it does not know. */
  saved(projectId: string, sessionId: string | undefined): Conversation
  hasSessions(projectId: string): boolean
  /** Drops what was scheduled. */
  forget(projectId: string): void
}

interface TranscriptsDeps {
  readonly repo: TranscriptRepo
  readonly log: Log
  readonly delayMs: number
}

function cut(text: string): string {
  return text.length <= LONGEST
    ? text
    : `${text.slice(0, LONGEST)}\n… (${text.length - LONGEST} characters more)`
}

function cutPart(part: Part): Part {
  if (part.type !== 'tool') return { ...part, text: cut(part.text) }
  return {
    ...part,
    input: cut(part.input),
    ...(part.output === undefined ? {} : { output: cut(part.output) }),
    ...(part.diff === undefined ? {} : { diff: cut(part.diff) }),
  }
}

/** The newest first, as OpenCode changed them. */
export function newestFirst(sessions: readonly SessionInfo[]): SessionInfo[] {
  return [...sessions].sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1))
}

/** Throws `not_found` when `id` names none of them. Without an id: the newest, if there is one. */
export function chooseSession(
  sessions: readonly SessionInfo[],
  id: string | undefined,
): SessionInfo | undefined {
  if (id === undefined) return newestFirst(sessions)[0]
  const found = sessions.find((session) => session.id === id)
  if (found === undefined) {
    throw new BerthError('not_found', `There is no session ${id} in this project. Choose another one.`)
  }
  return found
}

function savedConversation(
  repo: TranscriptRepo,
  projectId: string,
  sessionId: string | undefined,
): Conversation {
  const sessions = repo.sessions(projectId)
  const session = chooseSession(sessions, sessionId)
  return {
    ...(session === undefined ? {} : { sessionId: session.id }),
    sessions,
    messages: session === undefined ? [] : repo.messages(projectId, session.id),
    permissions: [],
    activity: { state: 'idle' },
    source: 'saved',
  }
}

export function createTranscripts({ repo, log, delayMs }: TranscriptsDeps): Transcripts {
  const scheduled = new Map<string, Map<string, NodeJS.Timeout>>()

  function saveMessages(projectId: string, session: SessionInfo, messages: readonly Message[]): void {
    repo.saveSessions(projectId, [session])
    const kept = messages.map((message) => ({ ...message, parts: message.parts.map(cutPart) }))
    repo.saveMessages(projectId, session.id, kept)
  }

  async function fetchAndSave(projectId: string, openCode: OpenCode, ids: readonly string[]): Promise<void> {
    try {
      const sessions = await openCode.sessions()
      const newest = newestFirst(sessions)[0]?.id
      const wanted = new Set(newest === undefined ? ids : [...ids, newest])
      for (const session of sessions.filter(({ id }) => wanted.has(id))) {
        saveMessages(projectId, session, await openCode.messages(session.id))
      }
    } catch (error) {
      // OpenCode keeps them too: they are read again when it runs.
      log.warn({ err: error, projectId }, 'a conversation could not be saved')
    }
  }

  /** The sessions that wait to be saved; they wait no longer. */
  function take(projectId: string): string[] {
    const timers = scheduled.get(projectId) ?? new Map<string, NodeJS.Timeout>()
    scheduled.delete(projectId)
    for (const timer of timers.values()) clearTimeout(timer)
    return [...timers.keys()]
  }

  return {
    sessions: (projectId, sessions) => repo.saveSessions(projectId, newestFirst(sessions).slice(0, SESSIONS)),
    messages: saveMessages,
    messageRemoved: repo.removeMessage,
    schedule(projectId, openCode, sessionId) {
      const timers = scheduled.get(projectId) ?? new Map<string, NodeJS.Timeout>()
      scheduled.set(projectId, timers)
      if (timers.has(sessionId)) return
      const save = () => {
        timers.delete(sessionId)
        void fetchAndSave(projectId, openCode, [sessionId])
      }
      timers.set(sessionId, setTimeout(save, delayMs).unref())
    },
    flush: (projectId, openCode) => fetchAndSave(projectId, openCode, take(projectId)),
    saved: (projectId, sessionId) => savedConversation(repo, projectId, sessionId),
    hasSessions: (projectId) => repo.sessions(projectId).length > 0,
    forget: take,
  }
}
