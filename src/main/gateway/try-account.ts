import { type Course, keepHeld, leftDuring, type ServeDeps, type Unhappy } from './course.ts'
import { gone, passOn, sent } from './endings.ts'
import { networkFailure, readFailure } from './failure/read.ts'
import type { Failure } from './failure/types.ts'
import { explain, isKept, mayPass, send } from './forward.ts'
import { type Decision, decide } from './pool/decide.ts'
import type { Turn } from './pool/types.ts'

/** `over`: the request has come to its end. `next`: another account is to be asked. */
export type Step = 'over' | 'next'

/** What this account's tries came to so far. */
interface Tries {
  again: boolean
  refreshed: boolean
}

function failureOf(ending: Unhappy, host: string, now: number): Failure {
  if (ending.type === 'held') return readFailure(ending.held, now)
  return networkFailure(explain(ending.error, host).message)
}

/** Once a part of an answer is with the client, or the body is gone, nothing is sent again. */
function isFinal({ exchange }: Course, ending: Unhappy): boolean {
  if (!isKept(exchange)) return true
  return ending.type === 'broken' && (ending.begun || !mayPass(ending.error))
}

function decisionFor(turn: Turn, failure: Failure, tries: Tries, deps: ServeDeps): Decision {
  const tried = {
    canRefresh: deps.canRefresh(turn.account) && !tries.refreshed,
    again: tries.again,
    refusedBefore: turn.refusedBefore,
  }
  return decide(failure, tried, deps.options())
}

/** Does what was decided. Answers whether the same account is asked once more, or how it goes on. */
async function act(
  course: Course,
  turn: Turn,
  { ending, failure, decision }: { ending: Unhappy; failure: Failure; decision: Decision },
  tries: Tries,
  deps: ServeDeps,
): Promise<Step | 'same'> {
  const { exchange } = course
  const drop = () => (ending.type === 'held' ? ending.held.drop() : undefined)
  switch (decision.do) {
    case 'again':
      tries.again = true
      drop()
      if (!(await leftDuring(exchange, decision.ms))) return 'same'
      gone(course, turn, 0, deps)
      return 'over'
    case 'refresh':
      tries.refreshed = true
      if ((await deps.refresh(turn.account.id)) && deps.fillIn(exchange, turn.account) === undefined) {
        drop()
        return 'same'
      }
      break
    case 'retire':
      deps.retire(exchange, turn.account, failure)
      break
    case 'next':
      break
    case 'pass':
      turn.failed(failure)
      await passOn(course, turn, ending, deps)
      return 'over'
  }
  turn.failed(failure)
  keepHeld(course, ending)
  return 'next'
}

/** Sends the request with one account, as often as that account is given another chance. */
export async function tryAccount(course: Course, turn: Turn, deps: ServeDeps): Promise<Step> {
  const { exchange, attempts } = course
  const { account } = turn
  const tries: Tries = { again: false, refreshed: false }
  for (;;) {
    const ending = await send(exchange, deps.upstream, true)
    if (ending.type === 'sent') {
      sent(course, turn, ending, deps)
      return 'over'
    }
    if (ending.type === 'gone') {
      gone(course, turn, ending.status, deps)
      return 'over'
    }
    const failure = failureOf(ending, exchange.target.host, deps.now())
    const status = failure.status === undefined ? {} : { status: failure.status }
    attempts.push({ accountId: account.id, accountLabel: account.label, ...status, failure: failure.kind })
    if (failure.kind === 'auth') deps.reports.rejected(exchange.projectId, account, failure.status ?? 401)
    const decision: Decision = isFinal(course, ending)
      ? { do: 'pass' }
      : decisionFor(turn, failure, tries, deps)
    const step = await act(course, turn, { ending, failure, decision }, tries, deps)
    if (step !== 'same') return step
  }
}
