import type { Jobs } from '../jobs/types.ts'
import type { Changes } from './changes.ts'
import type { DeliveredRepo } from './delivered-repo.ts'
import type { Live } from './live.ts'
import type { Lock } from './locks.ts'
import type { ProjectLogs } from './logs.ts'
import type { ProjectRepo } from './project-repo.ts'
import type { PromptRepo } from './prompt-repo.ts'
import type { Servers } from './servers.ts'
import type { States } from './states.ts'
import type { Timing } from './timing.ts'
import type { Transcripts } from './transcripts.ts'
import type { ProjectsDeps } from './types.ts'

/** The parts of this room, once all are built. Each act on a project's server holds the project's lock. */
export interface Kit {
  readonly deps: ProjectsDeps
  readonly timing: Timing
  readonly rows: ProjectRepo
  readonly delivered: DeliveredRepo
  readonly prompts: PromptRepo
  readonly states: States
  readonly transcripts: Transcripts
  readonly logs: ProjectLogs
  readonly lock: Lock
  readonly servers: Servers
  readonly live: Live
  readonly changes: Changes
  readonly jobs: Jobs
}
