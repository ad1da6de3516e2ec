import type { ConversationChange } from '../../preload/conversation.ts'
import type { Log } from '../log/log.ts'
import type { OpenCode } from '../opencode/types.ts'
import type { Given } from './credentials.ts'
import type { ProjectLogs } from './logs.ts'
import { pause } from './pause.ts'
import type { ProjectRow } from './project-repo.ts'
import type { Servers } from './servers.ts'
import type { Timing } from './timing.ts'

/** A running server that Berth listens to. */
export interface Attached {
  readonly endpoint: string
  readonly openCode: OpenCode
  /** Fires when Berth stops listening. */
  readonly signal: AbortSignal
  /** What it was given of credentials, once that is known. */
  given: Given | undefined
  /** It must read its credentials anew as soon as nothing runs. */
  reloadWanted: boolean
}

/** The servers Berth listens to: their conversations, their logs, and whether they are still there. */
export interface Live {
  get(projectId: string): Attached | undefined
  /** Listens to the server, and to no earlier one of the project. The same endpoint again changes nothing. */
  attach(row: ProjectRow, endpoint: string): Attached
  /** Stops listening; resolves when no more changes come. */
  detach(projectId: string): Promise<void>
  /** Ids of the projects listened to. */
  ids(): string[]
}

interface LiveDeps {
  readonly servers: Servers
  readonly logs: ProjectLogs
  readonly log: Log
  readonly timing: Timing
  onAttached(projectId: string, attached: Attached): void
  onChange(projectId: string, attached: Attached, change: ConversationChange): void
  /** Something says the server may be gone: ask the runtime. */
  onDoubt(projectId: string): Promise<void>
}

const SHORTEST_MS = 500
const LONGEST_MS = 30_000

/** Follows the server's log. Its end is the first sign that the server ended too. */
async function followLogs(deps: LiveDeps, row: ProjectRow, signal: AbortSignal): Promise<void> {
  let wait = SHORTEST_MS
  while (!signal.aborted) {
    try {
      await deps.servers.runtimeOf(row).followLogs(row.id, signal, (line) => deps.logs.heard(row.id, line))
    } catch (error) {
      if (!signal.aborted) deps.log.warn({ err: error, projectId: row.id }, "a server's log was lost")
    }
    if (signal.aborted) return
    await deps.onDoubt(row.id)
    await pause(wait, signal)
    wait = Math.min(2 * wait, LONGEST_MS)
  }
}

function followChanges(deps: LiveDeps, projectId: string, attached: Attached): Promise<void> {
  const { openCode, signal } = attached
  const onChange = (change: ConversationChange) => {
    if (signal.aborted) return
    try {
      deps.onChange(projectId, attached, change)
    } catch (error) {
      deps.log.error({ err: error, projectId }, 'a change to a conversation was not taken in')
    }
  }
  return openCode.follow(signal, onChange).catch((error: unknown) => {
    if (!signal.aborted) deps.log.error({ err: error, projectId }, 'events of a project stopped coming')
  })
}

export function createLive(deps: LiveDeps): Live {
  const attachments = new Map<string, { attached: Attached; end(): Promise<void> }>()

  function attach(row: ProjectRow, endpoint: string): Attached {
    const old = attachments.get(row.id)
    if (old?.attached.endpoint === endpoint) return old.attached
    void old?.end()
    const controller = new AbortController()
    const { signal } = controller
    const openCode = deps.servers.connect(row, endpoint)
    const attached: Attached = { endpoint, openCode, signal, given: undefined, reloadWanted: false }
    const following = followChanges(deps, row.id, attached)
    // Its end is the abort's own rejection; whatever else could go wrong was logged.
    followLogs(deps, row, signal).catch(() => {})
    const looking = setInterval(() => void deps.onDoubt(row.id), deps.timing.watchMs).unref()
    attachments.set(row.id, {
      attached,
      end() {
        clearInterval(looking)
        controller.abort()
        return following
      },
    })
    deps.onAttached(row.id, attached)
    return attached
  }

  return {
    attach,
    get: (projectId) => attachments.get(projectId)?.attached,
    ids: () => [...attachments.keys()],
    async detach(projectId) {
      const current = attachments.get(projectId)
      attachments.delete(projectId)
      await current?.end()
    },
  }
}
