/**
 * One request to a vendor outside a project. The gateway makes it, with its own way out (its host map, its
 * authorities); the rooms that ask for one may not import the gateway, so the shapes stand here.
 */
export interface UpstreamCall {
  readonly method: 'GET' | 'POST'
  /** `https:`, or `http:` for a provider on the user's own network. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds for the whole of it. */
  readonly timeoutMs: number
  /** As much of the answer as is read; 256 kB unless told. */
  readonly maxBytes?: number
}

export interface UpstreamAnswer {
  readonly status: number
  /** Lower-case names; a field that came more than once is joined by commas. */
  readonly headers: Readonly<Record<string, string>>
  /** At most the first `maxBytes` of it. */
  readonly text: string
}

/**
 * Redirects are not followed. Throws `provider_unreachable` when no answer came, with a sentence that names the host and
 * why and the system's code for it as `data.system` (`ENOTFOUND`, …), and `bad_request` for an address or a header that
 * cannot be sent. No error repeats the address or a header.
 */
export type CallUpstream = (call: UpstreamCall) => Promise<UpstreamAnswer>
