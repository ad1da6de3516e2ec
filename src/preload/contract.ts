import { z } from 'zod'
import * as talk from './conversation.ts'
import * as shape from './shapes.ts'

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

const nothing = z.object({}).strict()
const byProject = z.object({ projectId: shape.projectId }).strict()
const name = z.string().trim().min(1, 'a name is needed').max(80)
const done = z.null()

/** Which session; absent means the project's newest. */
const inSession = byProject.extend({ sessionId: z.string().optional() })

export const methods = {
  'app.info': {
    input: nothing,
    output: z.object({
      version: z.string(),
      surface: z.enum(['desktop', 'browser']),
      platform: z.string(),
      openCodeVersion: z.string(),
      /** Where Berth keeps its files. */
      dataDir: z.string(),
    }),
  },
  'app.status': { input: nothing, output: shape.appStatus },

  /** Tries again whatever is not ready: keychain, engine, gateway. */
  'app.recheck': { input: nothing, output: shape.appStatus },
  /** Without a passphrase: by the keychain that keeps the key. */
  'vault.unlock': {
    input: z.object({ passphrase: z.string().min(1).optional() }).strict(),
    output: shape.vaultStatus,
  },
  /** Forgets the key until it is unlocked again; running projects get no credentials meanwhile. */
  'vault.lock': { input: nothing, output: shape.vaultStatus },
  /** Puts the vault file's previous generation in the place of one that cannot be read, which is kept beside it. */
  'vault.restorePrevious': { input: nothing, output: shape.vaultStatus },
  /** Makes a new vault under a passphrase; refused when there is one already. */
  'vault.createWithPassphrase': {
    input: z.object({ passphrase: z.string().min(8, 'a passphrase has at least 8 characters') }).strict(),
    output: shape.vaultStatus,
  },

  'providers.list': { input: nothing, output: z.array(shape.provider) },
  'providers.models': {
    input: z.object({ providerId: shape.providerId }).strict(),
    output: z.array(shape.model),
  },
  /** Adds or replaces an OpenAI-compatible provider. */
  'providers.saveCustom': {
    input: z
      .object({
        id: shape.providerId,
        name,
        baseUrl: z.url({ protocol: /^https?$/ }),
        models: z.array(z.object({ id: z.string().trim().min(1), name: z.string().trim().min(1) })).min(1),
      })
      .strict(),
    output: shape.provider,
  },
  'providers.removeCustom': { input: z.object({ providerId: shape.providerId }).strict(), output: done },

  'accounts.list': { input: nothing, output: z.array(shape.account) },
  'accounts.add': {
    input: z
      .object({
        providerId: shape.providerId,
        namespace: z.string().trim().max(40).default(''),
        label: name,
        key: z.string().min(1, 'a key is needed').max(10_000),
        fields: z.record(z.string(), z.string()).default({}),
      })
      .strict(),
    output: shape.account,
  },
  'accounts.rename': {
    input: z
      .object({ accountId: shape.accountId, namespace: z.string().trim().max(40), label: name })
      .strict(),
    output: shape.account,
  },
  'accounts.replaceKey': {
    input: z.object({ accountId: shape.accountId, key: z.string().min(1).max(10_000) }).strict(),
    output: shape.account,
  },
  /** Makes this the account its provider's requests use, from the next request on. */
  'accounts.activate': { input: z.object({ accountId: shape.accountId }).strict(), output: shape.account },
  'accounts.remove': { input: z.object({ accountId: shape.accountId }).strict(), output: done },

  'engine.images': { input: nothing, output: z.array(shape.localImage) },

  /** Opens the system's folder dialog; null when the user closed it. Only where a desktop is. */
  'folders.pick': { input: nothing, output: z.string().nullable() },
  /** The folders inside a folder, for choosing one without a system dialog. Absent path: the home folder. */
  'folders.list': { input: z.object({ path: z.string().optional() }).strict(), output: shape.folderListing },
  'folders.check': { input: z.object({ path: z.string().min(1) }).strict(), output: shape.folderCheck },

  'projects.list': { input: nothing, output: z.array(shape.project) },
  'projects.create': {
    input: z
      .object({
        name,
        folder: z.string().min(1),
        providerId: shape.providerId,
        modelId: z.string().min(1),
        runtime: shape.runtimeKind,
        image: z.string().trim().min(1).optional(),
        accountId: shape.accountId.optional(),
        /** Sent as soon as OpenCode is up. */
        prompt: z.string().optional(),
      })
      .strict(),
    output: shape.project,
  },
  'projects.update': {
    input: byProject.extend({
      name: name.optional(),
      providerId: shape.providerId.optional(),
      modelId: z.string().min(1).optional(),
      image: z.string().trim().min(1).optional(),
      runtime: shape.runtimeKind.optional(),
      /** null takes the pin away. */
      accountId: shape.accountId.nullable().optional(),
    }),
    output: shape.project,
  },
  /** Starts a stopped or failed project; a project that runs is left alone. */
  'projects.start': { input: byProject, output: shape.project },
  'projects.stop': { input: byProject, output: shape.project },
  'projects.restart': { input: byProject, output: shape.project },
  /** Ends a start that is under way; what it made is stopped. */
  'projects.cancel': { input: byProject, output: shape.project },
  /** Removes the project with its container and OpenCode history. The folder is not touched. */
  'projects.remove': { input: byProject, output: done },
  'projects.pipeline': { input: byProject, output: shape.pipeline.nullable() },
  'projects.logs': {
    input: byProject.extend({ tail: z.number().int().min(1).max(5000).default(500) }),
    output: z.array(shape.logLine),
  },
  'projects.routes': { input: byProject, output: z.array(shape.route) },

  'conversation.get': { input: inSession, output: talk.conversation },
  'conversation.newSession': { input: byProject, output: talk.sessionInfo },
  'conversation.send': {
    input: inSession.extend({
      text: z.string().trim().min(1, 'there is no prompt to send'),
      /**
       * Chosen by the sender, once per prompt: sending the same one twice sends one prompt. 6 to 40 of a-z and 0-9.
       */
      requestId: z.string().regex(/^[a-z0-9]{6,40}$/),
    }),
    output: z.object({ sessionId: z.string(), messageId: z.string() }),
  },
  /** Ends the answer that is being written. */
  'conversation.stop': { input: inSession, output: done },
  'conversation.answerPermission': {
    input: byProject.extend({
      sessionId: z.string(),
      permissionId: z.string(),
      answer: z.enum(['once', 'always', 'reject']),
    }),
    output: done,
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>

export type MethodName = keyof typeof methods
export type Input<M extends MethodName> = z.input<(typeof methods)[M]['input']>
export type ParsedInput<M extends MethodName> = z.output<(typeof methods)[M]['input']>
export type Output<M extends MethodName> = z.output<(typeof methods)[M]['output']>

export const events = {
  'status.changed': shape.appStatus,
  'providers.changed': z.object({}),
  'accounts.changed': z.array(shape.account),
  'project.changed': shape.project,
  'project.removed': z.object({ projectId: shape.projectId }),
  'pipeline.changed': shape.pipeline,
  'project.log': z.object({ projectId: shape.projectId, lines: z.array(shape.logLine) }),
  'route.changed': shape.route,
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
