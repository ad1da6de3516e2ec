import type { ConnectionCheck } from '../../preload/accounts.ts'
import type { Credential } from '../accounts/types.ts'

/** One request to a vendor outside a project, made with the gateway's own way out: its host map, its authorities. */
export interface UpstreamCall {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds for the whole of it. */
  readonly timeoutMs: number
}

export interface UpstreamAnswer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** At most the first 256 kB. */
  readonly text: string
}

/** Throws `provider_unreachable` when no answer came; redirects are not followed. */
export type CallUpstream = (call: UpstreamCall) => Promise<UpstreamAnswer>

/** Tries a credential with a cheap call in its vendor's style. */
export interface ConnectionChecks {
  /** Never throws for what the vendor does or does not answer; `unknown_provider` for what the catalog does not have. */
  check(
    providerId: string,
    credential: Credential,
    fields: Readonly<Record<string, string>>,
  ): Promise<ConnectionCheck>
}
