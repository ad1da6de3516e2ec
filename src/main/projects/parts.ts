import type { RuntimeKind } from '../../preload/shapes.ts'
import { createChanges } from './changes.ts'
import { createDeliveredRepo } from './delivered-repo.ts'
import { createDoubt } from './doubt.ts'
import type { Kit } from './kit.ts'
import { createLive } from './live.ts'
import { createLock } from './locks.ts'
import { createProjectLogs } from './logs.ts'
import { pinAmong } from './pins.ts'
import { createHandlers } from './pipeline.ts'
import { createProjectRepo, type ProjectRow } from './project-repo.ts'
import { createPromptRepo } from './prompt-repo.ts'
import { createServers } from './servers.ts'
import { createPipelineListener } from './starting.ts'
import { createStates } from './states.ts'
import { defaultTiming } from './timing.ts'
import { createTranscriptRepo } from './transcript-repo.ts'
import { createTranscripts } from './transcripts.ts'
import type { ProjectsDeps } from './types.ts'

type Ground = Pick<
  Kit,
  | 'deps'
  | 'timing'
  | 'rows'
  | 'delivered'
  | 'prompts'
  | 'states'
  | 'transcripts'
  | 'logs'
  | 'lock'
  | 'servers'
>

/** The parts that need no running server. */
function layGround(deps: ProjectsDeps): Ground {
  const { db, emit, log, now, runtimes, accounts } = deps
  const timing = { ...defaultTiming, ...deps.timing }
  const rows = createProjectRepo(db)
  const delivered = createDeliveredRepo(db)
  const isolated = (kind: RuntimeKind) => runtimes[kind].isolated
  const pinned = (row: ProjectRow) => pinAmong(accounts.pins(), row)
  const states = createStates({ rows, isolated, pinned, emit, now })
  const servers = createServers({ deps, rows, delivered, timing })
  const serverLines = (id: string, tail: number) => servers.runtimeOf(states.row(id)).logs(id, tail)
  return {
    deps,
    timing,
    rows,
    delivered,
    states,
    servers,
    prompts: createPromptRepo(db),
    transcripts: createTranscripts({ repo: createTranscriptRepo(db), log, delayMs: timing.saveDelayMs }),
    logs: createProjectLogs({ serverLines, emit, now, batchMs: timing.logBatchMs }),
    lock: createLock(),
  }
}

/** Builds the parts of this room, each with what it needs. */
export function assemble(deps: ProjectsDeps): Kit {
  const ground = layGround(deps)
  const { emit, log } = deps
  const changes = createChanges({ ...ground, log, emit })
  const live = createLive({
    ...ground,
    log,
    onAttached: (id, attached) => void changes.look(id, attached),
    onChange: changes.take,
    // A doubt arises only in a running server, when all parts are built.
    onDoubt: createDoubt(() => kit),
  })
  const jobs = deps.createJobs({
    handlers: createHandlers({ ...ground, live }),
    onChange: createPipelineListener({ ...ground, live, log, emit }),
  })
  const kit: Kit = { ...ground, changes, live, jobs }
  return kit
}
