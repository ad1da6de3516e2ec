import type { Vault } from '../vault/types.ts'
import type { Handlers } from './dispatch.ts'
import type { Services } from './services.ts'

/**
 * Throws what the vault throws while it is not open. The gateway's secrets are in it: a start would wait for it without
 * a word, and nothing is sent.
 */
function needVault(vault: Vault): void {
  vault.ids()
}

/** Projects. */
export function projectHandlers({ projects, gateway, vault }: Services) {
  return {
    'projects.list': () => projects.list(),
    'projects.create': (input) => {
      needVault(vault)
      return projects.create(input)
    },
    'projects.update': (input) => projects.update(input),
    'projects.start': ({ projectId }) => {
      needVault(vault)
      return projects.start(projectId)
    },
    'projects.stop': ({ projectId }) => projects.stop(projectId),
    'projects.restart': ({ projectId }) => {
      needVault(vault)
      return projects.restart(projectId)
    },
    'projects.cancel': ({ projectId }) => projects.cancel(projectId),
    'projects.remove': async ({ projectId }) => {
      await projects.remove(projectId)
      return null
    },
    'projects.pipeline': ({ projectId }) => projects.pipeline(projectId),
    'projects.logs': ({ projectId, tail }) => projects.logs(projectId, tail),
    'projects.pipelines': (query) => {
      if (query.projectId !== undefined) projects.get(query.projectId)
      return projects.pipelines(query)
    },
    'projects.routes': ({ projectId }) => {
      projects.get(projectId)
      return gateway.routes(projectId)
    },
  } satisfies Partial<Handlers>
}

/** The conversation with a project's OpenCode. */
export function conversationHandlers({ projects: { conversation }, vault }: Services) {
  return {
    'conversation.get': (input) => conversation.get(input),
    'conversation.newSession': ({ projectId }) => conversation.newSession(projectId),
    'conversation.send': (input) => {
      needVault(vault)
      return conversation.send(input)
    },
    'conversation.stop': async (input) => {
      await conversation.stop(input)
      return null
    },
    'conversation.answerPermission': async (input) => {
      await conversation.answerPermission(input)
      return null
    },
  } satisfies Partial<Handlers>
}
