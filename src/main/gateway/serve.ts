import type { Choice } from '../accounts/types.ts'
import { answer } from './answer.ts'
import { type Course, leftDuring, type ServeDeps } from './course.ts'
import type { Exchange, Refusal } from './exchange.ts'
import { familyOf } from './pool/family.ts'
import type { Nobody, Turn } from './pool/types.ts'
import { waitText } from './pool/words.ts'
import { tryAccount } from './try-account.ts'

/** OpenCode's own id of the session a model request belongs to (seen on every one of 1.18.33). */
const SESSION = 'x-session-id'

function refuse({ exchange }: Course, refusal: Refusal, { reports }: ServeDeps): void {
  const { req, res, record, projectId, target } = exchange
  record.finished({ outcome: 'refused', status: refusal.status, reason: refusal.message })
  if (refusal.notify) reports.notice({ level: 'warning', text: refusal.message, projectId })
  answer(res, target.path, refusal)
  if (exchange.beginning) req.resume()
}

/** Every account is cooling, for longer than a request waits. */
function refuseLimited(course: Course, { freeAt, reason }: Nobody, deps: ServeDeps): void {
  const { res } = course.exchange
  const name = deps.providerName(course.errand.providerId)
  const ms = freeAt === undefined ? undefined : Math.max(0, freeAt - deps.now())
  // RFC 9110, 10.2.3. Rounded up: a client that comes back to the second must not come too early.
  if (ms !== undefined) res.setHeader('retry-after', String(Math.max(1, Math.ceil(ms / 1000))))
  const free = ms === undefined ? '' : ` The first is free in ${waitText(ms)}.`
  const message = `No account of ${name} can be used now: ${reason}${free}`
  refuse(course, { status: 429, code: 'accounts_limited', message }, deps)
}

/** What keeps this account from this request, if anything; its credential is on the request otherwise. */
function prepare(course: Course, turn: Turn, deps: ServeDeps): Refusal | undefined {
  const { exchange } = course
  const refusal = deps.forbids(exchange, turn.account) ?? deps.fillIn(exchange, turn.account)
  if (refusal !== undefined) return refusal
  const { account, reason } = turn
  exchange.record.decided({ accountId: account.id, accountLabel: account.label, reason })
  if (account.id !== course.errand.choice.active) deps.switched(exchange, course.errand.choice, turn)
  return undefined
}

/** The end of a request that no account can take now. True when it goes on after a wait. */
async function nobodyLeft(course: Course, nobody: Nobody, deps: ServeDeps): Promise<boolean> {
  const { exchange, held, refusal } = course
  const wait = nobody.freeAt === undefined ? undefined : nobody.freeAt - deps.now()
  const inTime = wait !== undefined && nobody.freeAt !== undefined && nobody.freeAt <= course.deadline
  if (inTime) {
    held?.drop()
    course.held = undefined
    if (await leftDuring(exchange, Math.max(0, wait))) {
      exchange.record.finished({ outcome: 'aborted' })
      return false
    }
    course.tried.clear()
    return true
  }
  const limit = held === undefined || held.status === 429 || wait !== undefined
  if (refusal !== undefined && course.attempts.length === 0) refuse(course, refusal, deps)
  else if (limit || held === undefined) {
    held?.drop()
    refuseLimited(course, nobody, deps)
  } else {
    const end = await held.pass()
    exchange.record.finished({
      outcome: end.type === 'sent' ? 'sent' : 'aborted',
      status: held.status,
      attempts: course.attempts,
    })
  }
  return false
}

/**
 * Serves a request with the accounts there are for it, one after another, each at most once, until one has answered.
 * This is the one place that sends anything twice. Resolves when the request has come to its end.
 */
export async function serve(exchange: Exchange, choice: Choice, deps: ServeDeps): Promise<void> {
  const providerId = exchange.found[0]?.providerId ?? ''
  const session = exchange.req.headers[SESSION]
  const course: Course = {
    exchange,
    errand: {
      providerId,
      choice,
      family: familyOf(exchange.models[0]),
      session: typeof session === 'string' ? session : undefined,
    },
    tried: new Set(),
    attempts: [],
    deadline: deps.now() + deps.options().wait,
    held: undefined,
    refusal: undefined,
  }
  for (;;) {
    const turn = deps.pools.take(course.errand, course.tried)
    if (!('account' in turn)) {
      if (await nobodyLeft(course, turn, deps)) continue
      return
    }
    course.tried.add(turn.account.id)
    const refusal = prepare(course, turn, deps)
    if (refusal !== undefined) {
      turn.givenBack()
      course.refusal ??= refusal
    } else if ((await tryAccount(course, turn, deps)) === 'over') return
  }
}
