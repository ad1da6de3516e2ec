import { z } from 'zod'
import * as accounts from './accounts.ts'
import * as trail from './audit.ts'
import * as talk from './conversation.ts'
import { accountMethods } from './methods/accounts.ts'
import { appMethods } from './methods/app.ts'
import { gatewayMethods } from './methods/gateway.ts'
import { projectMethods } from './methods/projects.ts'
import * as numbers from './pool-numbers.ts'
import * as pools from './pools.ts'
import * as shape from './shapes.ts'
import * as system from './system.ts'
import * as usage from './usage.ts'

/**
 * The one boundary between Berth's main side and every window, browser and command: each method with the shape of its
 * input and of its value, each event with the shape of its payload, and every error code. Both sides infer their types
 * from it, and `rpc/` parses what crosses in both directions.
 */

/** Every code an error may carry. Messages say what happened, to what, and what to do next. */
export const errorCode = z.enum([
  'bad_request',
  'unauthorized',
  'not_found',
  'conflict',
  'cancelled',
  'internal',
  'shutting_down',
  'vault_locked',
  'vault_damaged',
  'keychain_unavailable',
  'wrong_passphrase',
  'unknown_provider',
  'unknown_model',
  'no_credential',
  'credential_rejected',
  'provider_unreachable',
  'provider_error',
  'placeholder_refused',
  'egress_refused',
  'accounts_limited',
  'budget_reached',
  'engine_unavailable',
  'engine_denied',
  'engine_error',
  'image_not_found',
  'image_unsuitable',
  'port_taken',
  'folder_missing',
  'folder_not_writable',
  'opencode_unavailable',
  'opencode_exited',
  'opencode_timeout',
  'opencode_error',
  'project_stopped',
])
export type ErrorCode = z.infer<typeof errorCode>

export const failure = z.object({
  code: errorCode,
  message: z.string(),
  data: z.record(z.string(), z.json()).optional(),
})
export type Failure = z.infer<typeof failure>

/** The answer to every call. Nothing throws across the boundary. */
export type Envelope<T> = { ok: true; value: T } | { ok: false; error: Failure }

/** Every method, by name: the schema of its input and of its value. */
export const methods = { ...appMethods, ...accountMethods, ...projectMethods, ...gatewayMethods }

export type MethodName = keyof typeof methods
export type Input<M extends MethodName> = z.input<(typeof methods)[M]['input']>
export type ParsedInput<M extends MethodName> = z.output<(typeof methods)[M]['input']>
export type Output<M extends MethodName> = z.output<(typeof methods)[M]['output']>

export const events = {
  'status.changed': shape.appStatus,
  'providers.changed': z.object({}),
  'accounts.changed': z.array(accounts.account),
  'pins.changed': z.array(accounts.pin),
  'settings.changed': system.userSettings,
  'audit.added': trail.auditEntry,
  'pool.changed': pools.pool,
  'poolNumbers.changed': z.array(numbers.poolNumber),
  /** Something was used. At most once a second. */
  'usage.changed': z.object({}),
  'budgets.changed': z.array(usage.budget),
  /** Where a project goes has changed. At most once a second for each. */
  'egress.changed': z.object({ projectId: shape.projectId }),
  'project.changed': shape.project,
  'project.removed': z.object({ projectId: shape.projectId }),
  'pipeline.changed': shape.pipeline,
  'project.log': z.object({ projectId: shape.projectId, lines: z.array(shape.logLine) }),
  /** Requests of any projects, each as it is now. Ten times a second at most. */
  'routes.changed': z.array(shape.route),
  'conversation.changed': z.object({ projectId: shape.projectId, change: talk.conversationChange }),
  notice: shape.notice,
  /** Show a place in the app. It never acts by itself: a folder is filled in, not used. */
  navigate: z.object({ to: shape.destination }),
} as const satisfies Record<string, z.ZodType>

export type EventName = keyof typeof events
export type EventPayload<E extends EventName> = z.output<(typeof events)[E]>
/** One event as it is carried. */
export type AnyEvent = { [E in EventName]: { name: E; payload: EventPayload<E> } }[EventName]

/** What the preload bridge, or its browser stand-in, offers the renderer as `window.berth`. */
export interface BerthBridge {
  invoke<M extends MethodName>(method: M, input: Input<M>): Promise<Envelope<Output<M>>>
  /** Calls `listener` for every event until the returned function is called. */
  on(listener: (event: AnyEvent) => void): () => void
  /**
   * Tells when the way to the main side is lost or found again. After `true`, events may have been missed: fetch
   * snapshots anew.
   */
  onConnection(listener: (connected: boolean) => void): () => void
}
