import type { Counted, Course, ServeDeps, Unhappy } from './course.ts'
import { readFailure } from './failure/read.ts'
import { fail } from './forward.ts'
import type { Turn } from './pool/types.ts'
import type { Ending } from './relay.ts'

/** How a request that was sent with an account comes to its end, in the records, the books and the pools. */

function count(course: Course, turn: Turn, end: Pick<Counted, 'status' | 'meter'>, deps: ServeDeps): void {
  deps.count(course.exchange, { account: turn.account, attempts: course.attempts.length, ...end })
}

/** The whole answer went to the client; it may still tell of an error inside. */
export function sent(
  course: Course,
  turn: Turn,
  ending: Extract<Ending, { type: 'sent' }>,
  deps: ServeDeps,
): void {
  const { exchange, attempts } = course
  const { status, meter } = ending
  const inside = meter?.error()
  if (inside === undefined) turn.succeeded()
  else turn.failed(readFailure({ status: 200, headers: {}, body: inside.body }, deps.now()))
  deps.reports.used(exchange.projectId, turn.account)
  attempts.push({ accountId: turn.account.id, accountLabel: turn.account.label, status })
  const tokens = meter?.tokens()
  exchange.record.finished({ outcome: 'sent', status, attempts, ...(tokens === undefined ? {} : { tokens }) })
  count(course, turn, { status, meter }, deps)
}

/** The client left before the answer was there. */
export function gone(course: Course, turn: Turn, status: number, deps: ServeDeps): void {
  turn.givenBack()
  course.exchange.record.finished({ outcome: 'aborted', ...(status === 0 ? {} : { status }) })
  count(course, turn, { status: undefined, meter: undefined }, deps)
}

/** Hands a failed answer on to the client, or says that none came. */
export async function passOn(course: Course, turn: Turn, ending: Unhappy, deps: ServeDeps): Promise<void> {
  const { exchange, attempts } = course
  if (ending.type === 'broken') {
    fail(exchange, ending.error)
    count(course, turn, { status: undefined, meter: undefined }, deps)
    return
  }
  const { status } = ending.held
  const end = await ending.held.pass()
  if (end.type === 'broken') fail(exchange, end.error)
  else exchange.record.finished({ outcome: end.type === 'gone' ? 'aborted' : 'sent', status, attempts })
  count(course, turn, { status, meter: undefined }, deps)
}
