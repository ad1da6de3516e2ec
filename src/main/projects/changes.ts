import type { AnyEvent } from '../../preload/contract.ts'
import type { ConversationChange } from '../../preload/conversation.ts'
import type { Log } from '../log/log.ts'
import { giveChanges } from './credentials.ts'
import type { DeliveredRepo } from './delivered-repo.ts'
import type { Attached } from './live.ts'
import type { ProjectLogs } from './logs.ts'
import type { States } from './states.ts'
import { newestFirst, type Transcripts } from './transcripts.ts'
import type { ProjectsDeps } from './types.ts'

/** Sessions asked for their activity at once; older ones do not work by themselves. */
const ASKED = 10
const TRIES = 5

interface ChangesDeps {
  readonly deps: Pick<ProjectsDeps, 'accounts' | 'catalog' | 'gateway' | 'log'>
  readonly delivered: DeliveredRepo
  readonly states: States
  readonly transcripts: Transcripts
  readonly logs: ProjectLogs
  readonly log: Log
  emit(event: AnyEvent): void
}

/** Takes in what a running OpenCode reports. */
export interface Changes {
  take(projectId: string, attached: Attached, change: ConversationChange): void
  /** Asks OpenCode for everything a state is made of. Never throws. */
  look(projectId: string, attached: Attached): Promise<void>
  /** Gives the server the placeholders and keys it misses; it reloads when idle. Never throws. Needs the lock. */
  giveCredentials(projectId: string, attached: Attached): Promise<void>
}

/** Changes that `look` must not overwrite with something older. */
function concernsState(change: ConversationChange): boolean {
  return ['activity', 'permission', 'permission-gone'].includes(change.type)
}

async function snapshot({ openCode }: Attached): Promise<{ busy: string[]; asked: string[] }> {
  const sessions = newestFirst(await openCode.sessions()).slice(0, ASKED)
  const activities = await Promise.all(sessions.map(({ id }) => openCode.activity(id)))
  const busy = sessions.filter((_session, index) => activities[index]?.state !== 'idle').map(({ id }) => id)
  return { busy, asked: (await openCode.permissions()).map(({ id }) => id) }
}

function takeActivity(
  { states, transcripts }: ChangesDeps,
  projectId: string,
  { openCode }: Attached,
  change: Extract<ConversationChange, { type: 'activity' }>,
): void {
  const { sessionId, activity } = change
  states.apply(projectId, { type: activity.state === 'idle' ? 'idle' : 'busy', sessionId })
  if (activity.state === 'idle') transcripts.schedule(projectId, openCode, sessionId)
}

function takeRest(
  { states, transcripts, logs }: ChangesDeps,
  projectId: string,
  attached: Attached,
  change: ConversationChange,
): void {
  switch (change.type) {
    case 'permission':
      states.apply(projectId, { type: 'asked', permissionId: change.permission.id })
      break
    case 'permission-gone':
      states.apply(projectId, { type: 'answered', permissionId: change.permissionId })
      break
    case 'session':
      transcripts.sessions(projectId, [change.session])
      break
    case 'message':
      if (change.message.completedAt === undefined) break
      states.touch(projectId)
      transcripts.schedule(projectId, attached.openCode, change.message.sessionId)
      break
    case 'message-removed':
      transcripts.messageRemoved(projectId, change.sessionId, change.messageId)
      break
    case 'problem':
      logs.note(projectId, change.problem.message)
      break
    default:
  }
}

export function createChanges(kit: ChangesDeps): Changes {
  const { states, log, emit } = kit
  const versions = new WeakMap<Attached, number>()

  function reloadIfIdle(projectId: string, attached: Attached): void {
    const { busy, asked, server } = states.facts(projectId)
    if (!attached.reloadWanted || server !== 'on' || busy.length + asked.length > 0) return
    attached.reloadWanted = false
    attached.openCode.reload().catch((error: unknown) => {
      attached.reloadWanted = true
      log.warn({ err: error, projectId }, 'OpenCode did not reload its credentials')
    })
  }

  async function look(projectId: string, attached: Attached): Promise<void> {
    try {
      for (let tries = 0; tries < TRIES && !attached.signal.aborted; tries++) {
        const version = versions.get(attached)
        const seen = await snapshot(attached)
        if (attached.signal.aborted || versions.get(attached) !== version) continue
        states.apply(projectId, { type: 'seen', ...seen })
        return
      }
    } catch (error) {
      if (!attached.signal.aborted) log.warn({ err: error, projectId }, 'OpenCode could not be asked')
    }
  }

  return {
    look,
    take(projectId, attached, change) {
      if (concernsState(change)) versions.set(attached, (versions.get(attached) ?? 0) + 1)
      emit({ name: 'conversation.changed', payload: { projectId, change } })
      if (change.type === 'activity') takeActivity(kit, projectId, attached, change)
      else if (change.type === 'reload') void look(projectId, attached)
      else takeRest(kit, projectId, attached, change)
      reloadIfIdle(projectId, attached)
    },
    async giveCredentials(projectId, attached) {
      try {
        const { given, changed } = await giveChanges(kit, states.row(projectId), attached)
        attached.given = given
        if (changed) attached.reloadWanted = true
        reloadIfIdle(projectId, attached)
      } catch (error) {
        log.warn({ err: error, projectId }, 'a running project could not be given its credentials')
      }
    },
  }
}
