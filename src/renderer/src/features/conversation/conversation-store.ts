import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BerthBridge, Envelope, Failure } from '../../../../preload/contract.ts'
import type { ConversationChange, SessionInfo } from '../../../../preload/conversation.ts'
import { createInbox, type Inbox, type Schedule } from './inbox.ts'
import { applyChanges, type Talk } from './reducer.ts'
import { withoutSeenDeltas } from './rejoin.ts'

/** A prompt that was accepted and whose message has not come back yet. */
export interface PendingPrompt {
  readonly messageId: string
  readonly sessionId: string
  readonly text: string
}

export type PermissionAnswer = 'once' | 'always' | 'reject'

export interface Conversations {
  readonly talks: Readonly<Record<string, Talk>>
  readonly errors: Readonly<Record<string, Failure>>
  readonly pending: Readonly<Record<string, PendingPrompt>>
  /** Which rows (tool calls, reasoning, long outputs) the user has opened, by part id. */
  readonly opened: ReadonlySet<string>
  /** Fetches a project's conversation; without a session, the one on show or the newest. */
  load(projectId: string, sessionId?: string): Promise<void>
  newSession(projectId: string): Promise<Envelope<SessionInfo>>
  send(projectId: string, text: string, requestId: string): Promise<Envelope<{ messageId: string }>>
  stop(projectId: string): Promise<Envelope<null>>
  answer(
    projectId: string,
    permission: { id: string; sessionId: string },
    answer: PermissionAnswer,
  ): Promise<Envelope<null>>
  change(projectId: string, change: ConversationChange): void
  toggle(partId: string): void
  drop(projectId: string): void
}

type Get = () => Conversations
type Put = (change: Partial<Conversations>) => void
type Reading = Pick<Conversations, 'load' | 'newSession' | 'change' | 'drop'>
type Writing = Pick<Conversations, 'send' | 'stop' | 'answer'>

/** The conversations looked at so far, kept up to date by the changes streamed to this window. */
export function createConversations(bridge: BerthBridge, schedule: Schedule): StoreApi<Conversations> {
  return createStore<Conversations>((set, get) => {
    const inbox = createInbox(schedule, (projectId, changes) => {
      const talk = get().talks[projectId]
      if (talk !== undefined) putTalk(get, set, projectId, applyChanges(talk, changes))
    })
    return {
      talks: {},
      errors: {},
      pending: {},
      opened: new Set<string>(),
      ...reading(bridge, get, set, inbox),
      ...writing(bridge, get, set),
      toggle: (partId) => {
        const opened = new Set(get().opened)
        if (!opened.delete(partId)) opened.add(partId)
        set({ opened })
      },
    }
  })
}

function putTalk(get: Get, set: Put, projectId: string, talk: Talk): void {
  const { [projectId]: prompt, ...others } = get().pending
  const arrived = prompt !== undefined && talk.messages.some((one) => one.id === prompt.messageId)
  set({ talks: { ...get().talks, [projectId]: talk }, ...(arrived ? { pending: others } : {}) })
}

function reading(bridge: BerthBridge, get: Get, set: Put, inbox: Inbox): Reading {
  const load = async (projectId: string, sessionId?: string) => {
    const turn = inbox.begin(projectId)
    const wanted = sessionId ?? get().talks[projectId]?.sessionId
    const answer = await bridge.invoke('conversation.get', inSession(projectId, wanted))
    if (!inbox.end(projectId, turn)) return
    const { [projectId]: _old, ...errors } = get().errors
    if (!answer.ok) return set({ errors: { ...errors, [projectId]: answer.error } })
    set({ errors })
    const missed = withoutSeenDeltas(answer.value, inbox.take(projectId))
    putTalk(get, set, projectId, applyChanges(answer.value, missed))
  }
  return {
    load,
    newSession: async (projectId) => {
      const answer = await bridge.invoke('conversation.newSession', { projectId })
      if (answer.ok) await load(projectId, answer.value.id)
      return answer
    },
    change: (projectId, change) => {
      const known = get().talks[projectId] !== undefined
      if (!known && !inbox.isLoading(projectId)) return
      if (change.type === 'reload') void load(projectId)
      else inbox.add(projectId, change)
    },
    drop: (projectId) => {
      const { [projectId]: _talk, ...talks } = get().talks
      const { [projectId]: _prompt, ...pending } = get().pending
      set({ talks, pending })
    },
  }
}

function writing(bridge: BerthBridge, get: Get, set: Put): Writing {
  const current = (projectId: string) => inSession(projectId, get().talks[projectId]?.sessionId)
  return {
    send: async (projectId, text, requestId) => {
      const answer = await bridge.invoke('conversation.send', { ...current(projectId), text, requestId })
      if (!answer.ok) return answer
      const { messageId, sessionId } = answer.value
      const talk = get().talks[projectId]
      if (talk !== undefined && !talk.messages.some((one) => one.id === messageId))
        set({ pending: { ...get().pending, [projectId]: { messageId, sessionId, text } } })
      return answer
    },
    stop: (projectId) => bridge.invoke('conversation.stop', current(projectId)),
    answer: (projectId, permission, answer) =>
      bridge.invoke('conversation.answerPermission', {
        projectId,
        sessionId: permission.sessionId,
        permissionId: permission.id,
        answer,
      }),
  }
}

function inSession(projectId: string, sessionId: string | undefined) {
  return sessionId === undefined ? { projectId } : { projectId, sessionId }
}
