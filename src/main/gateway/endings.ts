import type { Route } from '../../preload/shapes.ts'
import type { Course, ServeDeps, Unhappy } from './course.ts'
import type { Refusal } from './exchange.ts'
import { readFailureInside } from './failure/inside.ts'
import { fail } from './forward.ts'
import type { Turn } from './pool/types.ts'
import { refuse } from './refuse.ts'
import type { Ending } from './relay.ts'
import type { Meter } from './usage/meter.ts'

/** How a request comes to its end, in the records, the books and the pools. */

interface End {
  /** The vendor's; undefined when there was none. */
  readonly status?: number | undefined
  readonly meter?: Meter | undefined
}

/** What goes into the record of a request however it ended. */
function recordOf({ attempts }: Course, { meter }: End): Partial<Route> {
  const tokens = meter?.tokens()
  return { ...(attempts.length === 0 ? {} : { attempts }), ...(tokens === undefined ? {} : { tokens }) }
}

/** Puts a request that was sent at least once in the books. */
function count({ exchange, attempts, account }: Course, { status, meter }: End, deps: ServeDeps): void {
  if (account !== undefined && attempts.length > 0)
    deps.count(exchange, { account, attempts: attempts.length, status, meter })
}

function tried({ attempts }: Course, { account }: Turn, status: number): void {
  attempts.push({ accountId: account.id, accountLabel: account.label, ...(status === 0 ? {} : { status }) })
}

/** A good answer went to the client, all of it or as much as the client took; it may tell of an error inside. */
function judge(turn: Turn, meter: Meter | undefined, deps: ServeDeps): void {
  const inside = meter?.error()
  if (inside === undefined) turn.succeeded()
  else turn.failed(readFailureInside(inside.body, deps.now()))
}

/** The whole answer went to the client. */
export function sent(
  course: Course,
  turn: Turn,
  { status, meter }: Extract<Ending, { type: 'sent' }>,
  deps: ServeDeps,
): void {
  const { exchange } = course
  judge(turn, meter, deps)
  deps.reports.used(exchange.projectId, turn.account)
  tried(course, turn, status)
  exchange.record.finished({ ...recordOf(course, { meter }), outcome: 'sent', status })
  count(course, { status, meter }, deps)
}

/** The client left while it waited for an account, or for the next try. */
export function left(course: Course, deps: ServeDeps): void {
  course.exchange.record.finished({ ...recordOf(course, {}), outcome: 'aborted' })
  count(course, {}, deps)
}

/** The client left while the request was with the vendor. */
export function gone(
  course: Course,
  turn: Turn,
  { status, meter }: Extract<Ending, { type: 'gone' }>,
  deps: ServeDeps,
): void {
  if (status === 0 || status >= 400) turn.givenBack()
  else judge(turn, meter, deps)
  tried(course, turn, status)
  const known = status === 0 ? {} : { status }
  course.exchange.record.finished({ ...recordOf(course, { meter }), outcome: 'aborted', ...known })
  count(course, { ...known, meter }, deps)
}

/** Hands the newest failed answer on to the client, or says that none came. */
export async function passOn(course: Course, ending: Unhappy, deps: ServeDeps): Promise<void> {
  const { exchange } = course
  if (ending.type === 'broken') {
    fail(exchange, ending.error, recordOf(course, ending))
    count(course, { meter: ending.meter }, deps)
    return
  }
  const { status } = ending.held
  const end = await ending.held.pass()
  if (end.type === 'broken') fail(exchange, end.error, recordOf(course, {}))
  else
    exchange.record.finished({
      ...recordOf(course, {}),
      outcome: end.type === 'gone' ? 'aborted' : 'sent',
      status,
    })
  count(course, { status }, deps)
}

/** Answers in the vendors' place. */
export function turnAway(course: Course, refusal: Refusal, deps: ServeDeps): void {
  refuse(course.exchange, refusal, deps.reports, recordOf(course, {}))
  count(course, { status: course.attempts.at(-1)?.status }, deps)
}
