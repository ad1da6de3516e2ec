import type { ConnectionCheck, LocalServer } from '../../preload/accounts.ts'
import type { Credential } from '../accounts/types.ts'

export type { CallUpstream, UpstreamAnswer, UpstreamCall } from '../upstream-call.ts'

/** Looks for model servers on this machine. Finds what answers within 2 s. */
export type FindLocal = () => Promise<LocalServer[]>

/** Tries a credential with a cheap call in its vendor's style. */
export interface ConnectionChecks {
  /** Never throws for what the vendor does or does not answer; `unknown_provider` for what the catalog does not have. */
  check(
    providerId: string,
    credential: Credential,
    fields: Readonly<Record<string, string>>,
  ): Promise<ConnectionCheck>
}
