import type { AnyEvent, Output, ParsedInput } from '../../preload/contract.ts'
import type { EgressPolicy } from '../../preload/egress-policy.ts'
import type { JobKind, LogLine, Pipeline, Project, RuntimeKind } from '../../preload/shapes.ts'
import type { Accounts, Credential } from '../accounts/types.ts'
import type { Catalog, CustomProvider } from '../catalog/types.ts'
import type { Database } from '../db/database.ts'
import type { JobHandler, Jobs } from '../jobs/types.ts'
import type { Log } from '../log/log.ts'
import type { Binaries, ConnectOpenCode, ProviderAuth } from '../opencode/types.ts'
import type { Runtime } from '../runtime/types.ts'
import type { Timing } from './timing.ts'

/** What projects need of the gateway. Functions, because a neighbour may not be imported. */
export interface ProjectGateway {
  /** The port it listens on. Throws while it does not listen. */
  port(): number
  login(projectId: string): { readonly user: string; readonly password: string }
  serverPassword(projectId: string): string
  /** PEM. */
  caCertificate(): string
  placeholder(projectId: string, providerId: string, type: Credential['type']): ProviderAuth
}

export interface ProjectsDeps {
  readonly db: Database
  /** Opens the queue; the steps and the listener are the projects' own. */
  createJobs(wiring: {
    readonly handlers: Readonly<Record<JobKind, JobHandler>>
    onChange(pipeline: Pipeline): void
  }): Jobs
  readonly catalog: Pick<Catalog, 'provider' | 'model' | 'custom'>
  readonly accounts: Pick<
    Accounts,
    'list' | 'get' | 'resolve' | 'credential' | 'pins' | 'setPin' | 'removePin' | 'forgetProject'
  >
  readonly runtimes: Readonly<Record<RuntimeKind, Runtime>>
  readonly binaries: Binaries
  readonly connectOpenCode: ConnectOpenCode
  /** OpenCode's config as JSON text. */
  openCodeConfig(input: {
    readonly providerId: string
    readonly modelId: string
    readonly custom: readonly CustomProvider[]
  }): string
  /** The id OpenCode gives the message of a request; `at` is when it was asked for. */
  messageIdFor(requestId: string, at: number): string
  readonly gateway: ProjectGateway
  /** The image of a docker project whose user chose none. */
  defaultImage(): string
  /** Where a project may go whose user chose nothing. */
  defaultEgress(): EgressPolicy
  /** A project's OpenCode was given an account's key itself. */
  keyGiven?(projectId: string, accountId: string): void
  emit(event: AnyEvent): void
  readonly dataDir: string
  now(): number
  /** 1 to 32 of a-z and 0-9. */
  newId(): string
  readonly log: Log
  /** For tests. */
  readonly timing?: Partial<Timing>
}

/** The talk with a project's OpenCode. Everything but `get` throws `project_stopped` when it does not run. */
export interface Conversations {
  /** Live while the project runs, else Berth's saved copy. Throws `not_found` for an unknown session. */
  get(input: ParsedInput<'conversation.get'>): Promise<Output<'conversation.get'>>
  newSession(projectId: string): Promise<Output<'conversation.newSession'>>
  /** Returns once OpenCode has the prompt. The same `requestId` twice sends one prompt. */
  send(input: ParsedInput<'conversation.send'>): Promise<Output<'conversation.send'>>
  stop(input: ParsedInput<'conversation.stop'>): Promise<void>
  answerPermission(input: ParsedInput<'conversation.answerPermission'>): Promise<void>
}

/** The projects: their records, their servers and their conversations. Unknown ids throw `not_found`. */
export interface Projects {
  list(): Project[]
  get(id: string): Project
  exists(id: string): boolean
  /** Its name; undefined when there is no such project. */
  nameOf(id: string): string | undefined
  /**
   * Checks everything, then stores the project together with its first start. Throws `conflict`, `unknown_provider`,
   * `unknown_model`, `no_credential`, `bad_request` or what the runtime's folder check throws; nothing is made then.
   */
  create(input: ParsedInput<'projects.create'>): Promise<Project>
  /**
   * A new provider, model or account serves the next prompt of a running project; a new runtime or image its next start.
   */
  update(input: ParsedInput<'projects.update'>): Promise<Project>
  start(id: string): Promise<Project>
  stop(id: string): Promise<Project>
  restart(id: string): Promise<Project>
  /** Ends a start that is under way; another project is left as it is. */
  cancel(id: string): Promise<Project>
  remove(id: string): Promise<void>
  pipeline(id: string): Pipeline | null
  /** Starts of one project or of all, newest first. */
  pipelines: Jobs['list']
  /** The server's log and Berth's own lines about the project, oldest first. */
  logs(id: string, tail: number): Promise<LogLine[]>
  readonly conversation: Conversations
  /**
   * Which account serves a request of this project, and why in one sentence. `modelId` is the request's, where it is
   * known. Throws `no_credential`.
   */
  resolveAccount(projectId: string, providerId: string, modelId?: string): ReturnType<Accounts['resolve']>
  /**
   * Accounts, their secrets or pins changed: running projects get the placeholders and keys they miss, and projects
   * whose pinned account changed are told of.
   */
  credentialsChanged(): Promise<void>
  /**
   * Makes every state true again and takes unfinished work up. Call it when the vault is open and the gateway listens;
   * calling it again is harmless. `moved`: the gateway's port is another one now, so running servers are restarted.
   */
  resume(options?: { readonly moved: boolean }): Promise<void>
  /** For quitting: unfinished starts wait for the next `resume`, running servers are stopped. */
  shutdown(): Promise<void>
}
