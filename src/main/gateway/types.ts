import type { Account } from '../../preload/accounts.ts'
import type { QuotaWindow } from '../../preload/pools.ts'
import type { GatewayStatus, Notice, Route } from '../../preload/shapes.ts'
import type { Tokens } from '../../preload/tokens.ts'
import type { Choice, Credential } from '../accounts/types.ts'
import type { EgressGate } from '../egress/types.ts'
import type { ProviderAuth } from '../opencode/types.ts'
import type { CallUpstream } from '../upstream-call.ts'
import type { PoolOptions } from './pool/options.ts'
import type { Pools, StandingStore } from './pool/types.ts'

/** What the gateway asks the rest of Berth. Functions, because its neighbours may not be imported. */
export interface GatewayDeps {
  /** Ids of the projects that exist; another login is refused. */
  projectExists(projectId: string): boolean
  /** The project's name as people know it, for sentences. */
  projectName(projectId: string): string
  /**
   * The accounts that may serve this project's request. `models` are the names its model may have in the catalog,
   * likeliest first; none when it is not known. Throws `no_credential`.
   */
  choose(projectId: string, providerId: string, models: readonly string[]): Choice
  /**
   * Why this account may not be used for this project now, as a sentence; undefined when it may. `isPassing`: it may again
   * when requests under way have ended.
   */
  overBudget(projectId: string, accountId: string): { message: string; isPassing: boolean } | undefined
  /** A request is sent with the account. Answers with what is to be called when that is over, however it ended. */
  underWay(projectId: string, account: Account, modelId: string): () => void
  /** Whether the account's login can be renewed. */
  canRefresh(account: Account): boolean
  /**
   * Renews it, unless that was done a moment ago. Answers with why it could not be, as a sentence, once it is settled;
   * `isPassing`: it may be later.
   */
  refresh(accountId: string): Promise<{ message: string; isPassing: boolean } | undefined>
  /** Berth asked the vendor a moment ago, which took the account's credential. */
  vouched(accountId: string): boolean
  /** The account's credential was refused twice: if it is dead, no request is to go by it until a person acts. */
  retire(accountId: string, message: string, projectId: string): void
  /** Another account than the usual one serves this project's requests, and why. */
  switched(projectId: string, from: Account, to: Account, reason: string): void
  /** The vendor told of the windows its account may use. */
  quota(accountId: string, windows: readonly QuotaWindow[]): void
  /** A request that was sent has ended. */
  count(request: CountedRequest): void
  /** Where projects may go besides their providers, and the count of where they went. */
  readonly egress: EgressGate
  /** How accounts did, as far as it was kept; and where to keep it. */
  readonly standings: StandingStore
  /** How an account does has changed. */
  standingChanged(accountId: string): void
  poolOptions(): PoolOptions
  credential(accountId: string): Credential
  /** Every provider id a placeholder can stand for. */
  providerIds(): string[]
  /** Hosts that may get this provider's credential, over all of its accounts. */
  hosts(providerId: string): string[]
  /** Hosts that may get this one account's credential: with its own fields filled in. */
  accountHosts(account: Account): readonly string[]
  /** The base URL behind `<id>.berth.internal`. */
  customBaseUrl(providerId: string): string | undefined
  keyPrefix(providerId: string): string
  /** The provider's name as people know it, for sentences. */
  providerName(providerId: string): string
  /** How many accounts there are to put on requests. */
  accountCount(): number
  markUsed(accountId: string, projectId: string): void
  markRejected(accountId: string, message: string, projectId: string): void
  onRoute(route: Route): void
  onNotice(notice: Omit<Notice, 'id'>): void
  onStatus(status: GatewayStatus): void
  /** From the vault; the CA and the placeholder secret live there. */
  readSecret(id: string): string | undefined
  writeSecret(id: string, secret: string): Promise<void>
}

/** A request that was sent with an account at least once, for the books. */
export interface CountedRequest {
  readonly at: number
  readonly projectId: string
  readonly account: Account
  /** Empty when it is not known. */
  readonly modelId: string
  readonly status: number | undefined
  readonly attempts: number
  readonly tokens: Tokens | undefined
  readonly firstByteMs: number | undefined
  readonly durationMs: number
}

export interface GatewayOptions {
  /** Host to `host:port`. */
  readonly hostMap: Readonly<Record<string, string>>
  /** PEM text of certificate authorities to trust upstream besides the built-in ones. */
  readonly extraCa: string | undefined
  /** The environment that names this computer's proxy, if it has one; absent, it has none. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Milliseconds; absent ones take the defaults of `limits.ts`. */
  readonly limits?: Partial<Limits>
  /** Milliseconds since the epoch; absent means the system's clock. */
  readonly now?: () => number
}

/** How long the gateway waits for whom. Milliseconds. */
export interface Limits {
  /** For a client to send a request's whole header, or to end its TLS handshake. */
  readonly headers: number
  /** For a client to send a whole request. The answer may take as long as it likes. */
  readonly request: number
  /** An open client connection without a request. */
  readonly idleClient: number
  /** To reach a vendor and end the TLS handshake. */
  readonly connect: number
  /** From the request's end to the answer's first byte. */
  readonly firstByte: number
  /** Between two chunks of an answer. */
  readonly silence: number
  /** A tunnel without a byte in either direction. */
  readonly idleTunnel: number
}

export interface Gateway {
  status(): GatewayStatus
  /**
   * Loads (or makes) the CA and the placeholder secret, then listens on every address at one port. Port 0 lets the
   * system choose. Throws `port_taken`, or what the vault throws. Calling it again with other addresses adds them.
   */
  listen(addresses: readonly string[], port: number): Promise<{ port: number }>
  /** What projects are to trust: one certificate, or two while one authority follows another. PEM. */
  caCertificate(): string
  /** The proxy login of a project. */
  login(projectId: string): { user: string; password: string }
  /** The password of a project's own OpenCode server, derived from the same secret. */
  serverPassword(projectId: string): string
  /** The made-up credential OpenCode is given for a provider. The same one every time. */
  placeholder(projectId: string, providerId: string, type: Credential['type']): ProviderAuth
  /** The newest routes of a project, newest first, at most 200. */
  routes(projectId: string): Route[]
  /** How accounts do, and what a person may change of that. */
  readonly pools: Pick<Pools, 'standings' | 'reset' | 'forget' | 'forgetSessions'>
  /** Call it when providers, custom providers or accounts changed: which hosts are a provider's is then read anew. */
  hostsChanged(): void
  /** Call it when what projects may reach has changed: what is open and not allowed any more is ended. */
  egressChanged(): Promise<void>
  isProviderHost(host: string): boolean
  /** One request to a vendor outside a project. Works before `listen`. */
  readonly call: CallUpstream
  close(): Promise<void>
}
