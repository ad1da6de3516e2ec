import { z } from 'zod'
import { egressPolicy } from './egress-policy.ts'
import { tokens } from './tokens.ts'
import { vaultStatus } from './vault.ts'

/**
 * The data that crosses the contract. Everything here may be shown to a person: no field ever holds a secret.
 * Times are milliseconds since the epoch unless a name says otherwise; sizes are bytes; prices are US dollars per
 * million tokens, as the catalog gives them.
 */

/** A provider id as OpenCode names it, or a custom provider's own. */
export const providerId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'a provider id is a-z, 0-9, dot, dash')
export const accountId = z.string().min(1).max(64)
export const projectId = z.string().regex(/^[a-z0-9]{1,32}$/)

/** A field an account needs beside its key, such as a resource name or a region. Not secret. */
export const accountField = z.object({
  /** The name OpenCode reads it by (an environment variable's name). */
  name: z.string(),
  label: z.string(),
  placeholder: z.string().optional(),
  required: z.boolean(),
})
export type AccountField = z.infer<typeof accountField>

/** One way to sign in to a provider, as OpenCode lists it. Only `api` can be used today. */
export const authMethod = z.object({ type: z.enum(['api', 'oauth']), label: z.string() })
export type AuthMethod = z.infer<typeof authMethod>

/** What a custom provider's server said when it was last asked for its models. */
export const discovery = z.object({
  /** Absent until it has answered once. */
  fetchedAt: z.number().optional(),
  /** Older than a day; it is asked anew while the old list serves. */
  stale: z.boolean(),
  /** Why the last question was not answered. */
  problem: z.string().optional(),
})
export type Discovery = z.infer<typeof discovery>

export const provider = z.object({
  id: providerId,
  name: z.string(),
  /** Lower is more popular; the add-provider list is sorted by it, then by name. */
  rank: z.number().int(),
  /** Names of the environment variables that usually hold this provider's key. */
  env: z.array(z.string()),
  methods: z.array(authMethod),
  fields: z.array(accountField),
  modelCount: z.number().int(),
  /** A made-by-the-user OpenAI-compatible provider; its base URL is then set. */
  custom: z.boolean(),
  baseUrl: z.string().optional(),
  /** Set for a custom provider that asks its server which models it has. */
  discovery: discovery.optional(),
  /** Why this provider cannot be connected with a key here, when it cannot. */
  unsupported: z.string().optional(),
})
export type Provider = z.infer<typeof provider>

export const model = z.object({
  id: z.string(),
  name: z.string(),
  contextTokens: z.number().optional(),
  outputTokens: z.number().optional(),
  inputPrice: z.number().optional(),
  outputPrice: z.number().optional(),
  /** Of a prompt cache; absent where it is not known. */
  cacheReadPrice: z.number().optional(),
  cacheWritePrice: z.number().optional(),
  tools: z.boolean(),
  reasoning: z.boolean(),
  /** OpenCode's word for its maturity: `active`, `beta`, `alpha` or `deprecated`. */
  status: z.string().optional(),
  releasedOn: z.string().optional(),
})
export type Model = z.infer<typeof model>

export const engineStatus = z.discriminatedUnion('state', [
  z.object({ state: z.literal('checking') }),
  z.object({
    state: z.literal('ready'),
    name: z.string(),
    version: z.string(),
    address: z.string(),
    /** A narrower network policy holds for every program in a container there, not just for those that use the proxy. */
    confines: z.boolean(),
  }),
  z.object({ state: z.literal('starting'), address: z.string(), reason: z.string() }),
  z.object({
    state: z.literal('unavailable'),
    code: z.enum(['engine_unavailable', 'engine_denied']),
    reason: z.string(),
  }),
])
export type EngineStatus = z.infer<typeof engineStatus>

export const gatewayStatus = z.discriminatedUnion('state', [
  z.object({ state: z.literal('starting') }),
  z.object({
    state: z.literal('ready'),
    /** `host:port` of every address it listens on. */
    addresses: z.array(z.string()),
    /** Accounts it can put on a request. */
    accounts: z.number().int(),
  }),
  z.object({ state: z.literal('stopped'), reason: z.string() }),
])
export type GatewayStatus = z.infer<typeof gatewayStatus>

export const appStatus = z.object({ vault: vaultStatus, engine: engineStatus, gateway: gatewayStatus })
export type AppStatus = z.infer<typeof appStatus>

export const runtimeKind = z.enum(['docker', 'process'])
export type RuntimeKind = z.infer<typeof runtimeKind>

export const projectState = z.enum([
  'stopped',
  'starting',
  'running',
  'working',
  'waiting',
  'stopping',
  'failed',
])
export type ProjectState = z.infer<typeof projectState>

/** What OpenCode is given: placeholders, or the real key. */
export const delivery = z.enum(['gateway', 'direct'])
export type Delivery = z.infer<typeof delivery>

/** A sentence about what went wrong, with its code, as an envelope carries it. */
export const problem = z.object({ code: z.string(), message: z.string() })
export type Problem = z.infer<typeof problem>

export const project = z.object({
  id: projectId,
  name: z.string(),
  folder: z.string(),
  providerId,
  modelId: z.string(),
  runtime: runtimeKind,
  /** False for the process runtime: the agent can then reach the user's files. */
  isolated: z.boolean(),
  /** Set for the docker runtime only. */
  image: z.string().optional(),
  /** The account pinned for this project; absent means the provider's active account. */
  accountId: accountId.optional(),
  /** `direct`: the real key is in the project's OpenCode, where the agent can read it. */
  delivery,
  /** Where it may go besides its providers. */
  egress: egressPolicy,
  /** What it was last started under: programs that ignore the proxy go by that. Absent counts as `open`. */
  serverEgress: egressPolicy.optional(),
  state: projectState,
  problem: problem.optional(),
  createdAt: z.number(),
  lastActivityAt: z.number(),
})
export type Project = z.infer<typeof project>

export const jobKind = z.enum([
  'project.create',
  'runtime.start',
  'opencode.waitHealthy',
  'opencode.setCredentials',
  'opencode.createSession',
  'opencode.sendPrompt',
])
export type JobKind = z.infer<typeof jobKind>

export const jobState = z.enum(['queued', 'running', 'waiting', 'done', 'failed', 'cancelled'])
export type JobState = z.infer<typeof jobState>

/** How far a step is. `total` is absent while it is not known. */
export const progress = z.object({
  text: z.string(),
  unit: z.enum(['bytes', 'seconds']),
  done: z.number(),
  total: z.number().optional(),
})
export type Progress = z.infer<typeof progress>

export const job = z.object({
  id: z.string(),
  pipelineId: z.string(),
  projectId,
  kind: jobKind,
  /** `waiting` means it failed and runs again at `runAfter`. */
  state: jobState,
  attempt: z.number().int(),
  maxAttempts: z.number().int(),
  runAfter: z.number().optional(),
  progress: progress.optional(),
  problem: problem.optional(),
  startedAt: z.number().optional(),
  finishedAt: z.number().optional(),
})
export type Job = z.infer<typeof job>

/** The steps of a project's newest start, in order. */
export const pipeline = z.object({ id: z.string(), projectId, jobs: z.array(job) })
export type Pipeline = z.infer<typeof pipeline>

export const localImage = z.object({ name: z.string(), size: z.number(), createdAt: z.number() })
export type LocalImage = z.infer<typeof localImage>

export const logLine = z.object({
  at: z.number(),
  stream: z.enum(['stdout', 'stderr', 'berth']),
  text: z.string(),
})
export type LogLine = z.infer<typeof logLine>

/** One account's try of a request. */
export const routeAttempt = z.object({
  accountId,
  accountLabel: z.string(),
  status: z.number().int().optional(),
  /** What was wrong with the answer; absent for a good one. */
  failure: z
    .enum(['quota', 'rate', 'overloaded', 'server', 'auth', 'forbidden', 'bad_request', 'network'])
    .optional(),
})
export type RouteAttempt = z.infer<typeof routeAttempt>

/** The gateway's decision for one request, as kept in memory for the Requests tab. */
export const route = z.object({
  id: z.string(),
  projectId,
  at: z.number(),
  host: z.string(),
  method: z.string(),
  path: z.string(),
  /** `tunnelled` was not read; `refused` was not sent. */
  outcome: z.enum(['sent', 'tunnelled', 'refused', 'failed', 'aborted']),
  providerId: providerId.optional(),
  accountId: accountId.optional(),
  accountLabel: z.string().optional(),
  /** Why this account, or why it was refused: one sentence. */
  reason: z.string(),
  status: z.number().int().optional(),
  /** The model, where the request names one. */
  modelId: z.string().optional(),
  /** Every try, in order. */
  attempts: z.array(routeAttempt).optional(),
  tokens: tokens.optional(),
  firstByteMs: z.number().optional(),
  durationMs: z.number().optional(),
})
export type Route = z.infer<typeof route>

export const folderCheck = z.object({
  path: z.string(),
  /** A name for a project in it, taken from the last part of the path. */
  suggestedName: z.string(),
})
export type FolderCheck = z.infer<typeof folderCheck>

export const folderListing = z.object({
  path: z.string(),
  parent: z.string().optional(),
  folders: z.array(z.string()),
})
export type FolderListing = z.infer<typeof folderListing>

/** A message to the user that belongs to no screen: shown as a toast. Errors stay until dismissed. */
export const notice = z.object({
  id: z.string(),
  level: z.enum(['info', 'warning', 'error']),
  text: z.string(),
  projectId: projectId.optional(),
  /** The account it is about, where Providers is the place to act. */
  accountId: accountId.optional(),
  /** The budget it is about, which can be raised. A newer notice about it takes this one's place. */
  budgetId: z.string().optional(),
})
export type Notice = z.infer<typeof notice>

/** A place in the app that something outside the window leads to: a deep link, the tray, a notification. */
export const destination = z.discriminatedUnion('page', [
  z.object({ page: z.literal('project'), projectId }),
  z.object({ page: z.literal('providers'), providerId: providerId.optional() }),
  z.object({ page: z.literal('new-project'), folder: z.string().optional() }),
  z.object({ page: z.literal('import') }),
])
export type Destination = z.infer<typeof destination>
