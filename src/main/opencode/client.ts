import type { OpencodeClient } from '@opencode-ai/sdk/v2/client'
import { z } from 'zod'
import type { Permission } from '../../preload/conversation.ts'
import { BerthError } from '../errors.ts'
import { createDraftBook, type DraftBook } from './draft-book.ts'
import { createEventMapper } from './events.ts'
import { follow } from './follow.ts'
import { call, openSdk } from './http.ts'
import { activityOf, fullMessage, permissionOf, sessionInfo } from './map-message.ts'
import { createPermissionBook, type PermissionBook } from './permission-book.ts'
import { createPrompter } from './prompt.ts'
import type { ConnectOpenCode, OpenCode } from './types.ts'
import {
  hasCredential,
  wireMessageWithParts,
  wirePermission,
  wireProviders,
  wireSession,
  wireStatus,
} from './wire.ts'

const HEALTH_TIMEOUT_MS = 3_000
/** OpenCode's own limit is 100. */
const MOST_SESSIONS = 1_000

/** The folder the server works in; asked once. */
function createFolder(sdk: OpencodeClient): () => Promise<string> {
  const shape = z.object({ directory: z.string() })
  let known: string | undefined
  return async () => {
    known ??= (await call('name its folder', shape, () => sdk.path.get())).directory
    return known
  }
}

async function health(sdk: OpencodeClient, signal?: AbortSignal): Promise<string | undefined> {
  // A server that is still starting takes the connection and says nothing, so this call has a short deadline.
  const deadline = AbortSignal.any([AbortSignal.timeout(HEALTH_TIMEOUT_MS), ...(signal ? [signal] : [])])
  const shape = z.object({ healthy: z.literal(true), version: z.string() })
  try {
    const answer = await call('answer', shape, () => sdk.global.health({ signal: deadline }))
    return answer.version
  } catch {
    signal?.throwIfAborted()
    return undefined
  }
}

function createCredentials(
  sdk: OpencodeClient,
): Pick<OpenCode, 'setAuth' | 'removeAuth' | 'connected' | 'reload'> {
  return {
    async setAuth(providerId, auth) {
      const what = `take the credential for ${providerId}`
      await call(what, z.literal(true), () => sdk.auth.set({ providerID: providerId, auth: { ...auth } }))
    },
    async removeAuth(providerId) {
      const what = `forget the credential for ${providerId}`
      await call(what, z.literal(true), () => sdk.auth.remove({ providerID: providerId }))
    },
    async reload() {
      await call('read its settings again', z.unknown(), () => sdk.instance.dispose())
    },
    async connected() {
      const { providers } = await call('list its providers', wireProviders, () => sdk.config.providers())
      return providers.filter(hasCredential).map((provider) => provider.id)
    },
  }
}

async function learnSessions(sdk: OpencodeClient, book: PermissionBook) {
  const sessions = await call('list the sessions', z.array(wireSession), () =>
    sdk.session.list({ limit: MOST_SESSIONS }),
  )
  for (const session of sessions) book.learn(session)
  return sessions
}

function createSessions(
  sdk: OpencodeClient,
  book: PermissionBook,
  drafts: DraftBook,
  folder: () => Promise<string>,
): Pick<OpenCode, 'sessions' | 'createSession' | 'messages' | 'activity' | 'stop'> {
  return {
    async sessions() {
      const sessions = await learnSessions(sdk, book)
      const top = sessions.filter((session) => session.parentID === undefined)
      return top.map(sessionInfo).sort((a, b) => b.updatedAt - a.updatedAt)
    },
    async createSession() {
      return sessionInfo(await call('make a session', wireSession, () => sdk.session.create()))
    },
    async messages(sessionId) {
      const directory = await folder()
      const messages = await call('read the conversation', z.array(wireMessageWithParts), () =>
        sdk.session.messages({ sessionID: sessionId }),
      )
      return drafts.fill(messages.map((message) => fullMessage(message, directory)))
    },
    async activity(sessionId) {
      const states = await call('say what it is doing', z.record(z.string(), wireStatus), () =>
        sdk.session.status(),
      )
      return activityOf(states[sessionId])
    },
    async stop(sessionId) {
      await call('stop the answer', z.unknown(), () => sdk.session.abort({ sessionID: sessionId }))
    },
  }
}

function createPermissions(
  sdk: OpencodeClient,
  book: PermissionBook,
  folder: () => Promise<string>,
): Pick<OpenCode, 'permissions' | 'answerPermission'> {
  const list = async (): Promise<Permission[]> => {
    const directory = await folder()
    const asked = await call('list what it asks for', z.array(wirePermission), () => sdk.permission.list())
    await learnSessions(sdk, book)
    const permissions = asked.map((each) =>
      permissionOf(each, book.topOf(each.sessionID), directory, book.seenAt(each.id)),
    )
    book.replace(permissions)
    return permissions
  }
  return {
    async permissions() {
      try {
        return await list()
      } catch (error) {
        // OpenCode 1.18.33 cannot list a request whose details hold an undefined value (`webfetch` without a timeout)
        // and answers with 400 while it is open. What its events told is then the best there is.
        if (error instanceof BerthError && error.data?.status === 400) return book.open()
        throw error
      }
    },
    async answerPermission({ permissionId, answer }) {
      await call('take the answer to its question', z.literal(true), () =>
        sdk.permission.reply({ requestID: permissionId, reply: answer }),
      )
      book.answered(permissionId)
    },
  }
}

/** Opens a client for one running server; nothing is sent yet. */
export const connectOpenCode: ConnectOpenCode = (server) => {
  const sdk = openSdk(server)
  const book = createPermissionBook()
  const drafts = createDraftBook()
  const folder = createFolder(sdk)

  const mapper = async () => {
    const [directory] = await Promise.all([folder(), learnSessions(sdk, book)])
    return createEventMapper({ directory, book })
  }

  return {
    health: (signal) => health(sdk, signal),
    ...createCredentials(sdk),
    ...createSessions(sdk, book, drafts, folder),
    ...createPermissions(sdk, book, folder),
    prompt: createPrompter(sdk),
    follow: (signal, onChange) =>
      follow({ server, mapper }, signal, (change) => {
        drafts.take(change)
        onChange(change)
      }),
  }
}
