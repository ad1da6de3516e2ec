import type { EgressDestination, EgressRule } from '../../preload/egress.ts'
import type { EgressPolicy } from '../../preload/egress-policy.ts'

/** Bytes that went out of a project and came in, without TLS taken apart. */
export interface Moved {
  readonly out: number
  readonly in: number
}

/** What the gateway asks before it carries anything to a host that is no provider's, and what it tells of it. */
export interface EgressGate {
  /** Why the project may not go to this host at this port, as a sentence; undefined when it may. */
  refusal(projectId: string, host: string, port: number): Promise<string | undefined>
  /** The project was kept from the host. `port` is left out of what the gateway reads: that is counted by host alone. */
  refused(projectId: string, host: string, port?: number): void
  /**
   * A connection to the host is open. `moved` tells what went through it so far and is asked now and then; call what is
   * returned at its end. `port` as above.
   */
  opened(projectId: string, host: string, moved: () => Moved, port?: number): () => void
}

/** Where projects may go besides their providers, and where they went. */
export interface Egress extends EgressGate {
  /** The user's own first, then those that come with Berth and with this machine's package managers, by name. */
  rules(): Promise<EgressRule[]>
  /** `host` may have a port. Throws `bad_request` for what is no name. Again with another purpose: that is kept. */
  allow(host: string, purpose: string): Promise<EgressRule[]>
  /** Throws `not_found`, and `bad_request` for a name the user did not add. */
  disallow(host: string): Promise<EgressRule[]>
  /** The last one asked for first. */
  destinations(projectId: string): Promise<EgressDestination[]>
  /** Writes down what is not yet. */
  close(): void
}

/** A rule and what it is for. */
export interface KnownHost {
  /** A name for the web's ports, or `name:port` for another one. */
  readonly host: string
  readonly purpose: string
}

export interface EgressDeps {
  policyOf(projectId: string): EgressPolicy
  /** The project's name, for sentences. */
  projectName(projectId: string): string
  isProvider(host: string): boolean
  /** Hosts this machine's package managers fetch from. Asked once, when first wanted; failing means none. */
  registries(): Promise<readonly KnownHost[]>
  /** Hosts were added or taken away: what is open may not be any more. */
  onRules(): void
  /** Where a project goes has changed. */
  onDestinations(projectId: string): void
  now(): number
}
