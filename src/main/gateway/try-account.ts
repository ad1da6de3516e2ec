import type { Choice } from '../accounts/types.ts'
import { type Course, chooseAgain, keepHeld, leftDuring, type ServeDeps, type Unhappy } from './course.ts'
import { gone, left, passOn, sent } from './endings.ts'
import type { Exchange } from './exchange.ts'
import { readFailureInside } from './failure/inside.ts'
import { networkFailure, readFailure } from './failure/read.ts'
import type { Failure } from './failure/types.ts'
import { explain, isKept, mayPass, send } from './forward.ts'
import { type Decision, decide } from './pool/decide.ts'
import type { Turn } from './pool/types.ts'
import { repeatedFrom } from './repeated.ts'

/** `over`: the request has come to its end. `next`: another account is to be asked. */
export type Step = 'over' | 'next'

/** What this account's tries came to so far. */
interface Tries {
  again: boolean
  refreshed: boolean
}

/** A try that went wrong, and what follows from that. */
interface Fault {
  readonly ending: Unhappy
  readonly failure: Failure
  readonly decision: Decision
}

/** An answer that broke off may have told why, inside. */
function failureOf(ending: Unhappy, exchange: Exchange, now: number): Failure {
  const { host } = exchange.target
  if (ending.type === 'held') {
    const { status, headers, body } = ending.held
    return readFailure({ status, headers, body, repeats: repeatedFrom(exchange) }, now)
  }
  const inside = ending.begun ? ending.meter?.error() : undefined
  if (inside !== undefined) return readFailureInside(inside.body, now)
  return networkFailure(explain(ending.error, host).message)
}

/** Once a part of an answer is with the client, or the body is gone, nothing is sent again. */
function isFinal({ exchange }: Course, ending: Unhappy): boolean {
  if (!isKept(exchange)) return true
  return ending.type === 'broken' && (ending.begun || !mayPass(ending.error))
}

function faultOf(course: Course, turn: Turn, ending: Unhappy, tries: Tries, deps: ServeDeps): Fault {
  const read = failureOf(ending, course.exchange, deps.now())
  const failure: Failure =
    read.kind === 'auth' && deps.vouched(turn.account) ? { ...read, kind: 'forbidden' } : read
  if (isFinal(course, ending)) return { ending, failure, decision: { do: 'pass' } }
  const tried = {
    canRefresh: deps.canRefresh(turn.account) && !tries.refreshed,
    again: tries.again,
    refusedBefore: turn.refusedBefore,
  }
  return { ending, failure, decision: decide(failure, tried, deps.options()) }
}

/** Holds the failure against the account. */
function blame({ exchange }: Course, turn: Turn, failure: Failure, deps: ServeDeps): void {
  turn.failed(failure)
  if (failure.kind === 'auth') deps.reports.rejected(exchange.projectId, turn.account, failure.status ?? 401)
}

/** True when the request may go out with the same account once more, which took its credential anew. */
function isReady(course: Course, turn: Turn, deps: ServeDeps): boolean {
  if (!turn.isFree() || chooseAgain(course, deps) !== undefined) return false
  const { exchange, errand } = course
  const isChosen = errand.choice.accounts.some(({ id }) => id === turn.account.id)
  return isChosen && deps.fillIn(exchange, turn.account) === undefined
}

/** Renews the account's login; false when it could not be. */
const refreshed = ({ account }: Turn, deps: ServeDeps): Promise<boolean> =>
  deps.refresh(account).then(
    (problem) => problem === undefined,
    () => false,
  )

/** Does what was decided. Answers whether the same account is asked once more, or how it goes on. */
async function act(
  course: Course,
  turn: Turn,
  { ending, failure, decision }: Fault,
  tries: Tries,
  deps: ServeDeps,
): Promise<Step | 'same'> {
  if (decision.do === 'again') {
    tries.again = true
    if (failure.kind === 'rate') turn.rests(decision.ms)
    keepHeld(course, ending, failure)
    if (await leftDuring(course.exchange, decision.ms)) {
      turn.givenBack()
      left(course, deps)
      return 'over'
    }
    if (isReady(course, turn, deps)) return 'same'
    turn.givenBack()
    return 'next'
  }
  if (decision.do === 'refresh') {
    tries.refreshed = true
    keepHeld(course, ending, failure)
    if ((await refreshed(turn, deps)) && isReady(course, turn, deps)) return 'same'
  }
  blame(course, turn, failure, deps)
  if (decision.do === 'pass') {
    await passOn(course, ending, deps)
    return 'over'
  }
  if (decision.do === 'retire') deps.retire(course.exchange, turn.account, failure)
  if (decision.do !== 'refresh') keepHeld(course, ending, failure)
  return 'next'
}

/** An account that failed for a while only may be asked once more, if the request waits for that. */
function spend({ spent, attempts }: Course, { account }: Turn, before: number): void {
  const last = attempts.at(-1)?.failure
  const passing = last === 'quota' || last === 'rate'
  const asked = attempts.slice(0, before).some(({ accountId }) => accountId === account.id)
  if (asked || !passing) spent.add(account.id)
}

/** What hears the header of an answer. It holds on to nothing of the request, which would live as long as it does. */
function hearHead(projectId: string, choice: Choice, turn: Turn, deps: ServeDeps): Exchange['onHead'] {
  return (headers, status) => {
    deps.answered(turn.account, headers)
    if (status >= 400) return
    turn.answered()
    deps.switched(projectId, choice, turn)
  }
}

/** Sends the request with one account, as often as that account is given another chance. */
export async function tryAccount(course: Course, turn: Turn, deps: ServeDeps): Promise<Step> {
  const { exchange, attempts } = course
  const { account } = turn
  const tries: Tries = { again: false, refreshed: false }
  const before = attempts.length
  course.account = account
  exchange.onHead = hearHead(exchange.projectId, course.errand.choice, turn, deps)
  for (;;) {
    const ending = await send(exchange, deps.upstream, true)
    if (ending.type === 'sent') {
      sent(course, turn, ending, deps)
      return 'over'
    }
    if (ending.type === 'gone') {
      gone(course, turn, ending, deps)
      return 'over'
    }
    const fault = faultOf(course, turn, ending, tries, deps)
    const { kind, status } = fault.failure
    const known = status === undefined ? {} : { status }
    attempts.push({ accountId: account.id, accountLabel: account.label, ...known, failure: kind })
    const step = await act(course, turn, fault, tries, deps)
    if (step === 'next') spend(course, turn, before)
    if (step !== 'same') return step
  }
}
