import type { ConversationChange } from '../../../../preload/conversation.ts'

/** Runs `flush` once, soon: with the next frame in a window that is drawn, at once elsewhere. */
export type Schedule = (flush: () => void) => void

export interface Inbox {
  /** Keeps a change until the next frame, or until the project's snapshot has arrived. */
  add(projectId: string, change: ConversationChange): void
  /** Begins a load; what was kept is dropped, for the snapshot will hold it. Returns the load's number. */
  begin(projectId: string): number
  /** Ends a load. False when a newer one has begun since, whose answer counts instead. */
  end(projectId: string, load: number): boolean
  isLoading(projectId: string): boolean
  /** Takes out what was kept for a project. */
  take(projectId: string): ConversationChange[]
}

/** Gathers streamed changes, so that a view is drawn once a frame and not once a token. */
export function createInbox(
  schedule: Schedule,
  deliver: (projectId: string, changes: readonly ConversationChange[]) => void,
): Inbox {
  const kept = new Map<string, ConversationChange[]>()
  const loads = new Map<string, number>()
  let lastLoad = 0
  let scheduled = false
  const take = (projectId: string) => {
    const changes = kept.get(projectId) ?? []
    kept.delete(projectId)
    return changes
  }
  const flush = () => {
    scheduled = false
    for (const projectId of [...kept.keys()]) if (!loads.has(projectId)) deliver(projectId, take(projectId))
  }
  return {
    add: (projectId, change) => {
      const changes = kept.get(projectId)
      if (changes === undefined) kept.set(projectId, [change])
      else changes.push(change)
      if (scheduled) return
      scheduled = true
      schedule(flush)
    },
    begin: (projectId) => {
      kept.delete(projectId)
      lastLoad += 1
      loads.set(projectId, lastLoad)
      return lastLoad
    },
    end: (projectId, load) => loads.get(projectId) === load && loads.delete(projectId),
    isLoading: (projectId) => loads.has(projectId),
    take,
  }
}
