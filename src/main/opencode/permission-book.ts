import type { Permission } from '../../preload/conversation.ts'
import type { WireSession } from './wire.ts'

/** What a client has learnt from lists and events: whose subagent a session is, and what is asked for. */
export interface PermissionBook {
  learn(session: WireSession): void
  /** True unless the session is known to be a subagent's. */
  isTop(sessionId: string): boolean
  /** The conversation a session belongs to: itself, or the one whose subagent it is. */
  topOf(sessionId: string): string
  asked(permission: Permission): void
  answered(permissionId: string): void
  /** When a request was first seen; a request OpenCode lists has no time of its own. */
  seenAt(permissionId: string): number
  open(): Permission[]
  /** Takes over what the server lists: requests of before its restart are gone. */
  replace(permissions: readonly Permission[]): void
}

export function createPermissionBook(): PermissionBook {
  const parents = new Map<string, string>()
  const permissions = new Map<string, Permission>()

  const topOf = (sessionId: string): string => {
    const parent = parents.get(sessionId)
    return parent === undefined ? sessionId : topOf(parent)
  }

  return {
    learn(session) {
      if (session.parentID !== undefined) parents.set(session.id, session.parentID)
    },
    isTop: (sessionId) => !parents.has(sessionId),
    topOf,
    asked: (permission) => void permissions.set(permission.id, permission),
    answered: (permissionId) => void permissions.delete(permissionId),
    seenAt: (permissionId) => permissions.get(permissionId)?.createdAt ?? Date.now(),
    open: () => [...permissions.values()],
    replace(listed) {
      permissions.clear()
      for (const permission of listed) permissions.set(permission.id, permission)
    },
  }
}
