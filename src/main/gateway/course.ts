import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from '../../preload/accounts.ts'
import type { RouteAttempt } from '../../preload/shapes.ts'
import type { Choice } from '../accounts/types.ts'
import type { Exchange, Refusal } from './exchange.ts'
import type { Failure } from './failure/types.ts'
import type { PoolOptions } from './pool/options.ts'
import type { Errand, Pools, Turn } from './pool/types.ts'
import type { Ending, Held } from './relay.ts'
import type { Reports } from './reports.ts'
import type { Upstream } from './upstream.ts'

/** What a request needs to be served by an account. */
export interface ServeDeps {
  readonly pools: Pools
  readonly options: () => PoolOptions
  readonly upstream: Upstream
  readonly reports: Reports
  readonly now: () => number
  readonly providerName: (providerId: string) => string
  /** Puts an account's credential on the request, in the placeholders' place; or says why it cannot be. */
  readonly fillIn: (exchange: Exchange, account: Account) => Refusal | undefined
  /** Why this account may not be used for this project now, such as a budget. */
  readonly forbids: (exchange: Exchange, account: Account) => Refusal | undefined
  /** The account's credential is dead: no request goes by it until a person acts. */
  readonly retire: (exchange: Exchange, account: Account, failure: Failure) => void
  /** Renews the account's login; false when that cannot be done. */
  readonly refresh: (accountId: string) => Promise<boolean>
  readonly canRefresh: (account: Account) => boolean
  /** A request ended, well or badly, that was sent at least once. */
  readonly count: (exchange: Exchange, end: Counted) => void
  /** Another account than the usual one took over. */
  readonly switched: (exchange: Exchange, choice: Choice, turn: Turn) => void
}

/** What a request came to, for the books. */
export interface Counted {
  readonly account: Account
  readonly attempts: number
  readonly status: number | undefined
  readonly meter: Extract<Ending, { type: 'sent' }>['meter']
}

/** What is known of a request between two tries. */
export interface Course {
  readonly exchange: Exchange
  readonly errand: Errand
  readonly tried: Set<string>
  readonly attempts: RouteAttempt[]
  /** Until when it may wait for an account. */
  readonly deadline: number
  /** The last failed answer, which goes to the client when nobody else can be asked. */
  held: Held | undefined
  /** Why the last account that was not tried was not. */
  refusal: Refusal | undefined
}

/** How a try ended that did not reach the client whole. */
export type Unhappy = Extract<Ending, { type: 'held' | 'broken' }>

/** The newest failed answer is kept for the client, should nobody else be there. */
export function keepHeld(course: Course, ending: Unhappy): void {
  course.held?.drop()
  course.held = ending.type === 'held' ? ending.held : undefined
}

/** Waits; true when the client left meanwhile. */
export async function leftDuring({ res }: Exchange, ms: number): Promise<boolean> {
  if (res.destroyed) return true
  const ended = new AbortController()
  const onClose = () => ended.abort()
  res.once('close', onClose)
  try {
    await sleep(ms, undefined, { signal: ended.signal })
    return false
  } catch {
    return true
  } finally {
    res.off('close', onClose)
  }
}
