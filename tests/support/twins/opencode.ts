import { BerthError } from '../../../src/main/errors.ts'
import type { ConnectOpenCode, OpenCode } from '../../../src/main/opencode/types.ts'
import type { ConversationChange, Message, SessionInfo } from '../../../src/preload/conversation.ts'
import type { TwinEngine } from './runtime.ts'
import type { TwinServer } from './server.ts'

type Find = () => TwinServer

/** The server at an endpoint, when it answers there and the password is right. */
function finder(engine: TwinEngine, endpoint: string, password: string): Find {
  return () => {
    const server = [...engine.servers.values()].find((one) => one.endpoint === endpoint)
    if (server === undefined || !server.healthy) {
      throw new BerthError('opencode_unavailable', 'OpenCode does not answer. Start the project again.')
    }
    if (server.password !== password) throw new BerthError('unauthorized', 'The password is wrong.')
    return server
  }
}

function createSession(server: TwinServer, now: () => number): SessionInfo {
  const at = now()
  const session = { id: `ses_${server.sessions.length + 1}`, title: 'New', createdAt: at, updatedAt: at }
  server.sessions.push(session)
  server.messages.set(session.id, [])
  server.emit({ type: 'session', session })
  return session
}

function prompt(server: TwinServer, asked: Parameters<OpenCode['prompt']>[0], now: () => number): void {
  const { sessionId, messageId, text, providerId, modelId } = asked
  const messages = server.messages.get(sessionId)
  if (messages === undefined) throw new BerthError('not_found', `There is no session ${sessionId}.`)
  if (messages.some(({ id }) => id === messageId)) return
  const part = { id: `prt_${messageId}`, messageId, type: 'text' as const, text }
  const message: Message = { id: messageId, sessionId, role: 'user', createdAt: now(), parts: [part] }
  messages.push(message)
  server.prompts.push({ sessionId, messageId, text, model: `${providerId}/${modelId}` })
  server.setActivity(sessionId, { state: 'busy' })
}

function follow(
  find: Find,
  signal: AbortSignal,
  onChange: (change: ConversationChange) => void,
): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = find().listen(onChange)
    signal.addEventListener(
      'abort',
      () => {
        end()
        resolve()
      },
      { once: true },
    )
  })
}

/** Reads and the event stream. */
function reading(
  find: Find,
): Pick<OpenCode, 'health' | 'connected' | 'sessions' | 'messages' | 'permissions' | 'activity' | 'follow'> {
  return {
    async health() {
      try {
        find()
        return '1.18.33'
      } catch {
        return undefined
      }
    },
    connected: async () => [...find().auth.keys()],
    sessions: async () => structuredClone(find().sessions),
    messages: async (sessionId) => structuredClone(find().messages.get(sessionId) ?? []),
    permissions: async () => structuredClone(find().permissions),
    activity: async (sessionId) => find().busy.get(sessionId) ?? { state: 'idle' },
    follow: (signal, onChange) => follow(find, signal, onChange),
  }
}

/** OpenCode on a `TwinEngine`: sessions, prompts taken once per message id, permissions, credentials. */
export function twinConnect(engine: TwinEngine, now: () => number): ConnectOpenCode {
  return ({ endpoint, password }) => {
    const find = finder(engine, endpoint, password)
    return {
      ...reading(find),
      async setAuth(providerId, auth) {
        find().auth.set(providerId, auth)
        engine.onDone?.('setAuth')
      },
      async removeAuth(providerId) {
        find().auth.delete(providerId)
      },
      async reload() {
        find().reloads += 1
      },
      async createSession() {
        const session = createSession(find(), now)
        engine.onDone?.('createSession')
        return session
      },
      async prompt(asked) {
        prompt(find(), asked, now)
        engine.onDone?.('prompt')
      },
      async stop(sessionId) {
        find().setActivity(sessionId, { state: 'idle' })
      },
      async answerPermission({ sessionId, permissionId }) {
        const { permissions } = find()
        const index = permissions.findIndex(({ id }) => id === permissionId)
        if (index < 0) throw new BerthError('not_found', 'That question was answered already.')
        permissions.splice(index, 1)
        find().emit({ type: 'permission-gone', sessionId, permissionId })
      },
    }
  }
}
