import type { Failure } from '../failure/types.ts'
import type { PoolOptions } from './options.ts'

/** What follows from a failed try. This is the one place that decides about retries. */
export type Decision =
  /** Send it again with the same account after `ms`, without blame. */
  | { readonly do: 'again'; readonly ms: number }
  /** Renew the account's login, then send it again with it. */
  | { readonly do: 'refresh' }
  /** The account is left alone for a while; the next one takes the request. */
  | { readonly do: 'next' }
  /** The account's credential is dead: taken out until a person acts; the next one takes the request. */
  | { readonly do: 'retire' }
  /** The answer goes to the client as it is. */
  | { readonly do: 'pass' }

export interface Tried {
  /** The login can be renewed, and was not yet for this request. */
  readonly canRefresh: boolean
  /** The request was sent again with this account already. */
  readonly again: boolean
  /** The account's credential failed the last time it was used too. */
  readonly refusedBefore: boolean
}

/** Between two tries that are nobody's fault, so that a server that is starting finds its feet. */
const BREATH_MS = 500

export function decide(failure: Failure, tried: Tried, options: PoolOptions): Decision {
  switch (failure.kind) {
    case 'quota':
    case 'forbidden':
      return { do: 'next' }
    case 'rate': {
      const ms = failure.retryAfterMs
      return ms !== undefined && ms <= options.pace && !tried.again ? { do: 'again', ms } : { do: 'next' }
    }
    case 'auth':
      if (tried.canRefresh) return { do: 'refresh' }
      // Once may be a slip of the vendor's; what fails at its probe too is dead.
      return tried.refusedBefore ? { do: 'retire' } : { do: 'next' }
    case 'overloaded':
    case 'server':
    case 'network': {
      const ms = failure.retryAfterMs ?? BREATH_MS
      return tried.again || ms > options.pace ? { do: 'pass' } : { do: 'again', ms }
    }
    case 'bad_request':
      return { do: 'pass' }
  }
}
