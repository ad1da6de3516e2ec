import type { Conversation } from '../../preload/conversation.ts'
import { BerthError } from '../errors.ts'
import type { Kit } from './kit.ts'
import type { Attached } from './live.ts'
import { runningServer } from './running.ts'
import { send } from './sending.ts'
import { chooseSession, newestFirst } from './transcripts.ts'
import type { Conversations } from './types.ts'

async function liveConversation(
  { transcripts }: Kit,
  projectId: string,
  { openCode }: Attached,
  sessionId: string | undefined,
): Promise<Conversation> {
  const sessions = newestFirst(await openCode.sessions())
  const session = chooseSession(sessions, sessionId)
  transcripts.sessions(projectId, sessions)
  if (session === undefined) {
    return { sessions, messages: [], permissions: [], activity: { state: 'idle' }, source: 'live' }
  }
  const [messages, permissions, activity] = await Promise.all([
    openCode.messages(session.id),
    openCode.permissions(),
    openCode.activity(session.id),
  ])
  transcripts.messages(projectId, session, messages)
  return { sessionId: session.id, sessions, messages, permissions, activity, source: 'live' }
}

async function get(kit: Kit, projectId: string, sessionId: string | undefined): Promise<Conversation> {
  const { live, states, transcripts, deps } = kit
  states.row(projectId)
  const attached = live.get(projectId)
  if (attached === undefined) return transcripts.saved(projectId, sessionId)
  try {
    return await liveConversation(kit, projectId, attached, sessionId)
  } catch (error) {
    if (error instanceof BerthError && error.code === 'not_found') throw error
    deps.log.warn({ err: error, projectId }, 'OpenCode could not be asked; the saved conversation is shown')
    return transcripts.saved(projectId, sessionId)
  }
}

/** The session to act on. Throws `not_found`, also when there is none yet. */
async function sessionOf({ openCode }: Attached, sessionId: string | undefined): Promise<string> {
  const session = chooseSession(await openCode.sessions(), sessionId)
  if (session === undefined)
    throw new BerthError('not_found', 'There is no session yet. Send a prompt first.')
  return session.id
}

export function createConversations(kit: Kit): Conversations {
  const { states, transcripts, deps } = kit
  const sending = new Map<string, ReturnType<Conversations['send']>>()
  return {
    get: ({ projectId, sessionId }) => get(kit, projectId, sessionId),
    async newSession(projectId) {
      const session = await runningServer(kit, projectId).openCode.createSession()
      transcripts.sessions(projectId, [session])
      deps.emit({
        name: 'conversation.changed',
        payload: { projectId, change: { type: 'session', session } },
      })
      return session
    },
    send(input) {
      const key = `${input.projectId} ${input.requestId}`
      const mine = sending.get(key) ?? send(kit, input).finally(() => sending.delete(key))
      sending.set(key, mine)
      return mine
    },
    async stop({ projectId, sessionId }) {
      const attached = runningServer(kit, projectId)
      await attached.openCode.stop(await sessionOf(attached, sessionId))
    },
    async answerPermission({ projectId, sessionId, permissionId, answer }) {
      const { openCode } = runningServer(kit, projectId)
      await openCode.answerPermission({ sessionId, permissionId, answer })
      states.apply(projectId, { type: 'answered', permissionId })
      states.touch(projectId)
    },
  }
}
