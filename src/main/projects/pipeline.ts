import { z } from 'zod'
import type { ErrorCode } from '../../preload/contract.ts'
import type { JobKind } from '../../preload/shapes.ts'
import type { Run } from '../engine/types.ts'
import { BerthError } from '../errors.ts'
import type { JobContext, JobHandler } from '../jobs/types.ts'
import { giveAll } from './credentials.ts'
import type { DeliveredRepo } from './delivered-repo.ts'
import { projectDir, writeProjectFiles } from './files.ts'
import type { Attached, Live } from './live.ts'
import type { ProjectLogs } from './logs.ts'
import type { ProjectRow } from './project-repo.ts'
import type { PromptRepo } from './prompt-repo.ts'
import type { Servers } from './servers.ts'
import type { States } from './states.ts'
import { newestFirst, type Transcripts } from './transcripts.ts'
import type { ProjectsDeps } from './types.ts'

export interface PipelineDeps {
  readonly deps: ProjectsDeps
  readonly delivered: DeliveredRepo
  readonly logs: ProjectLogs
  readonly states: States
  readonly servers: Servers
  readonly live: Live
  readonly prompts: PromptRepo
  readonly transcripts: Transcripts
}

const noPayload = z.object({}).strict()
const promptPayload = z.object({ requestId: z.string(), messageId: z.string() }).strict()

/** The steps of a start, in order. `prompt` names a stored prompt to send at the end. */
export function stepsFor(
  prompt: { readonly requestId: string; readonly messageId: string } | undefined,
): { kind: JobKind; payload: unknown }[] {
  const kinds: JobKind[] = [
    'project.create',
    'runtime.start',
    'opencode.waitHealthy',
    'opencode.setCredentials',
    'opencode.createSession',
  ]
  const steps: { kind: JobKind; payload: unknown }[] = kinds.map((kind) => ({ kind, payload: {} }))
  if (prompt === undefined) return steps
  const { requestId, messageId } = prompt
  return [...steps, { kind: 'opencode.sendPrompt', payload: { requestId, messageId } }]
}

/** Troubles that may pass by themselves. All others need the user. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'engine_unavailable',
  'engine_error',
  'opencode_unavailable',
  'opencode_error',
  'opencode_timeout',
  // A call that found nobody listening: the next attempt finds out why.
  'project_stopped',
  'port_taken',
  'internal',
])

function canPass(error: unknown): boolean {
  if (error instanceof BerthError) return PASSING.has(error.code)
  // A payload that does not fit its schema will not fit it the next time.
  return !(error instanceof z.ZodError)
}

/** The wait for OpenCode's first answer has a deadline of its own, long enough to be final. */
function canPassWaiting(error: unknown): boolean {
  return canPass(error) && !(error instanceof BerthError && error.code === 'opencode_timeout')
}

function handler(maxAttempts: number, run: JobHandler['run']): JobHandler {
  return { maxAttempts, run, retryable: canPass }
}

/** Reaches the server and listens to it. */
async function attach({ servers, live }: PipelineDeps, row: ProjectRow, run: Run): Promise<Attached> {
  const { endpoint } = await servers.reach(row, run)
  run.signal.throwIfAborted()
  return live.attach(row, endpoint)
}

async function openSession(kit: PipelineDeps, row: ProjectRow, run: Run): Promise<void> {
  const { openCode } = await attach(kit, row, run)
  const sessions = await openCode.sessions()
  run.signal.throwIfAborted()
  kit.transcripts.sessions(row.id, sessions.length > 0 ? sessions : [await openCode.createSession()])
}

async function sendPrompt(kit: PipelineDeps, row: ProjectRow, context: JobContext): Promise<void> {
  const { requestId } = promptPayload.parse(context.payload)
  const prompt = kit.prompts.find(row.id, requestId)
  if (prompt === undefined || prompt.sent) return
  const { openCode } = await attach(kit, row, context)
  // Kept before it is sent: a second try goes to the same session, though a newer one may have come since.
  const sessionId =
    prompt.sessionId ?? newestFirst(await openCode.sessions())[0]?.id ?? (await openCode.createSession()).id
  kit.prompts.setSession(row.id, requestId, sessionId)
  context.signal.throwIfAborted()
  const { providerId, modelId } = kit.states.row(row.id)
  await openCode.prompt({ sessionId, messageId: prompt.messageId, text: prompt.text, providerId, modelId })
  kit.prompts.markSent(row.id, requestId, kit.deps.now())
  kit.states.touch(row.id)
}

/** The steps of a start. Each may be run again after any crash. */
export function createHandlers(kit: PipelineDeps): Record<JobKind, JobHandler> {
  const { deps, states, servers, live } = kit
  const plain = (maxAttempts: number, work: (row: ProjectRow, context: JobContext) => Promise<unknown>) =>
    handler(maxAttempts, async (context) => {
      noPayload.parse(context.payload)
      await work(states.row(context.projectId), context)
    })
  return {
    'project.create': plain(4, async (row) => {
      // Both may have gone since they were chosen: with a new catalog, or by the user's own hand.
      deps.catalog.model(row.providerId, row.modelId)
      const ports = { gateway: deps.gateway.port() }
      await writeProjectFiles(projectDir(deps.dataDir, row.id), ports, servers.config(row))
    }),
    'runtime.start': plain(5, (row, context) => servers.start(row, context)),
    'opencode.waitHealthy': {
      ...plain(4, (row, context) => servers.reach(row, context)),
      retryable: canPassWaiting,
    },
    'opencode.setCredentials': plain(5, async (row, context) => {
      const { endpoint, openCode } = await servers.reach(row, context)
      const given = await giveAll(kit, row, openCode)
      context.signal.throwIfAborted()
      live.attach(row, endpoint).given = given
    }),
    'opencode.createSession': plain(5, (row, context) => openSession(kit, row, context)),
    'opencode.sendPrompt': handler(5, (context) => sendPrompt(kit, states.row(context.projectId), context)),
  }
}
