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
  /** The family a model's limits are for. */
  readonly familyOf: (model: string | undefined) => string
  /** The accounts that may serve the request as things are now; who may has changed while it waited, at times. */
  readonly choose: (exchange: Exchange, providerId: string) => Choice | Refusal
  /** Puts an account's credential on the request, in the placeholders' place; or says why it cannot be. */
  readonly fillIn: (exchange: Exchange, account: Account) => Refusal | undefined
  /** Why this account may not be used for this project now, such as a budget. */
  readonly forbids: (exchange: Exchange, account: Account) => Refusal | undefined
  /** The request is sent with the account. Answers with what is called when that is over, however it ended. */
  readonly underWay: (exchange: Exchange, account: Account) => () => void
  /** The vendor knows the account's credential, as Berth found out a moment ago: what it refuses is the request. */
  readonly vouched: (account: Account) => boolean
  /** The account's credential seems dead: then no request goes by it until a person acts. */
  readonly retire: (exchange: Exchange, account: Account, failure: Failure) => void
  /** Renews the account's login, or says why that cannot be done. */
  readonly refresh: (account: Account) => Promise<Refusal | undefined>
  readonly canRefresh: (account: Account) => boolean
  /** The header of an answer to a request with this account is there. */
  readonly answered: (account: Account, headers: Parameters<NonNullable<Exchange['onHead']>>[0]) => void
  /** A request ended, well or badly, that was sent at least once. */
  readonly count: (exchange: Exchange, end: Counted) => void
  /** An account has begun to answer well; told of each one. */
  readonly switched: (projectId: string, choice: Choice, turn: Turn) => void
}

/** What a request came to, for the books. */
export interface Counted {
  readonly account: Account
  readonly attempts: number
  readonly status: number | undefined
  readonly meter: Extract<Ending, { type: 'sent' }>['meter']
  /** When it began, where that is not when the request did. */
  readonly at?: number | undefined
}

/** What is known of a request between two tries. */
export interface Course {
  readonly exchange: Exchange
  errand: Errand
  /** Accounts that are not asked now. */
  readonly tried: Set<string>
  /** Accounts that are not asked again, whatever the request waits for. */
  readonly spent: Set<string>
  readonly attempts: RouteAttempt[]
  /** It waited for an account to rest. Once is enough: it would never be sent where others keep meeting limits. */
  waited: boolean
  /** The one it was sent with last. */
  account: Account | undefined
  /** Until when it may wait for an account. */
  readonly deadline: number
  /** The last failed answer, which goes to the client when nobody else can be asked. */
  held: { readonly answer: Held; readonly failure: Failure } | undefined
  /** Why the last account that was not tried was not. */
  refusal: Refusal | undefined
}

/** OpenCode's own id of the session a model request belongs to (seen on every one of 1.18.33). */
const SESSION = 'x-session-id'

/** What a request asks of a pool. */
export function errandOf(exchange: Exchange, choice: Choice, deps: Pick<ServeDeps, 'familyOf'>): Errand {
  const session = exchange.req.headers[SESSION]
  return {
    providerId: exchange.found[0]?.providerId ?? '',
    choice,
    family: deps.familyOf(exchange.models[0]),
    session: typeof session === 'string' ? session : undefined,
    projectId: exchange.projectId,
  }
}

/** Looks anew who may serve the request. Answers with why nobody may, if so. */
export function chooseAgain(course: Course, deps: ServeDeps): Refusal | undefined {
  const found = deps.choose(course.exchange, course.errand.providerId)
  if ('status' in found) return found
  course.errand = { ...course.errand, choice: found }
  return undefined
}

/** How a try ended that did not reach the client whole. */
export type Unhappy = Extract<Ending, { type: 'held' | 'broken' }>

/** The newest failed answer is kept for the client, should nobody else be there. */
export function keepHeld(course: Course, ending: Unhappy, failure: Failure): void {
  course.held?.answer.drop()
  course.held = ending.type === 'held' ? { answer: ending.held, failure } : undefined
}

/** Waits, at most until `wake` is called back; true when the client left meanwhile. */
export function leftDuring(
  { res }: Exchange,
  ms: number,
  onWake: (wake: () => void) => () => void = () => () => undefined,
): Promise<boolean> {
  if (res.destroyed) return Promise.resolve(true)
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), ms)
  const onClose = () => resolve(true)
  res.once('close', onClose)
  const unsubscribe = onWake(() => resolve(false))
  return promise.finally(() => {
    clearTimeout(timer)
    res.off('close', onClose)
    unsubscribe()
  })
}
