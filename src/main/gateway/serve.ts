import type { Choice } from '../accounts/types.ts'
import { type Course, chooseAgain, errandOf, leftDuring, type ServeDeps } from './course.ts'
import { left, passOn, turnAway } from './endings.ts'
import type { Exchange, Refusal } from './exchange.ts'
import type { Nobody, Turn } from './pool/types.ts'
import { limitedText } from './pool/words.ts'
import { endsSoon, renewFirst } from './renew-first.ts'
import { type Step, tryAccount } from './try-account.ts'

/** Every account is cooling, for longer than a request waits. */
function refuseLimited({ errand, refusal }: Course, nobody: Nobody, deps: ServeDeps): Refusal {
  const ms = nobody.freeAt === undefined ? undefined : Math.max(0, nobody.freeAt - deps.now())
  const message = limitedText(deps.providerName(errand.providerId), nobody, ms)
  const other = refusal === undefined ? '' : ` ${refusal.message}`
  // Rounded up: a client that comes back to the second must not come too early.
  const retryAfter = ms === undefined ? {} : { retryAfter: Math.max(1, Math.ceil(ms / 1000)) }
  return { status: 429, code: 'accounts_limited', message: message + other, ...retryAfter }
}

/** What keeps this account from this request, if anything; its credential is on the request otherwise. */
function prepare({ exchange }: Course, { account, reason }: Turn, deps: ServeDeps): Refusal | undefined {
  const refusal = deps.forbids(exchange, account) ?? deps.fillIn(exchange, account)
  if (refusal !== undefined) return refusal
  exchange.record.decided({ accountId: account.id, accountLabel: account.label, reason })
  return undefined
}

/** Waits for an account. `none`: no account is worth waiting for. `late`: one is, and would be free too late. */
async function waitForOne(
  course: Course,
  { reason }: Nobody,
  deps: ServeDeps,
): Promise<'free' | 'left' | 'late' | 'none'> {
  const at = deps.pools.nextChance(course.errand, course.spent)
  if (at === undefined) return 'none'
  const now = deps.now()
  const isKnown = Number.isFinite(at)
  if (isKnown ? at > course.deadline : now >= course.deadline) return 'late'
  const ms = Math.max(0, Math.min(at, course.deadline) - now)
  if (ms > 0) course.exchange.record.decided({ reason: `Waits for an account: ${reason}` })
  if (await leftDuring(course.exchange, ms, deps.pools.onChance)) return 'left'
  course.tried.clear()
  for (const id of course.spent) course.tried.add(id)
  return 'free'
}

/** Leaves an account in peace that was told to slow down a moment ago. True when the client left meanwhile. */
async function letRest(course: Course, turn: Turn): Promise<boolean> {
  turn.givenBack()
  course.waited = true
  course.exchange.record.decided({ reason: `Waits for ${turn.account.label}, which was asked to slow down.` })
  return leftDuring(course.exchange, turn.rest)
}

/** The end of a request that no account can take. */
async function giveUp(course: Course, nobody: Nobody, waits: boolean, deps: ServeDeps): Promise<void> {
  const { held, refusal, attempts } = course
  const kind = held?.failure.kind
  const isLimit = waits || kind === 'quota' || kind === 'rate'
  if (isLimit) turnAway(course, refuseLimited(course, nobody, deps), deps)
  else if (held !== undefined) await passOn(course, { type: 'held', held: held.answer }, deps)
  else if (refusal !== undefined && attempts.length === 0) turnAway(course, refusal, deps)
  else turnAway(course, refuseLimited(course, nobody, deps), deps)
}

/** No account is left that may serve it, though there was one. The vendor's own words about that are the better ones. */
async function refuseLate(course: Course, refusal: Refusal, deps: ServeDeps): Promise<void> {
  const { held } = course
  if (held === undefined) turnAway(course, refusal, deps)
  else await passOn(course, { type: 'held', held: held.answer }, deps)
}

/** Sends the request with an account, where that may be used for it. */
async function goWith(course: Course, turn: Turn, deps: ServeDeps): Promise<Step> {
  course.tried.add(turn.account.id)
  let ended: (() => void) | undefined
  try {
    const late = endsSoon(turn.account, deps)
      ? await renewFirst(course.exchange, turn.account, deps)
      : undefined
    if (late === 'left') {
      left(course, deps)
      return 'over'
    }
    const refusal = late ?? prepare(course, turn, deps)
    if (refusal === undefined) {
      ended = deps.underWay(course.exchange, turn.account)
      return await tryAccount(course, turn, deps)
    }
    course.refusal ??= refusal
    course.spent.add(turn.account.id)
    return 'next'
  } finally {
    ended?.()
    turn.givenBack()
  }
}

async function goThrough(course: Course, deps: ServeDeps): Promise<void> {
  for (let isFirst = true; ; isFirst = false) {
    const nobody = isFirst ? undefined : chooseAgain(course, deps)
    if (nobody !== undefined) return refuseLate(course, nobody, deps)
    const turn = deps.pools.take(course.errand, course.tried)
    if (!('account' in turn)) {
      const waited = await waitForOne(course, turn, deps)
      if (waited === 'free') continue
      if (waited === 'left') left(course, deps)
      else await giveUp(course, turn, waited === 'late', deps)
      return
    }
    if (turn.rest > 0 && !course.waited) {
      if (await letRest(course, turn)) return left(course, deps)
      continue
    }
    if ((await goWith(course, turn, deps)) === 'over') return
  }
}

/**
 * Serves a request with the accounts there are for it, one after another, each at most once, until one has answered.
 * When all that are left are cooling it waits for the first, which may be one it was sent with before: that one is asked
 * once more and no further. This is the one place that sends anything twice. Resolves when the request has come to its end.
 */
export async function serve(exchange: Exchange, choice: Choice, deps: ServeDeps): Promise<void> {
  const course: Course = {
    exchange,
    errand: errandOf(exchange, choice, deps),
    tried: new Set(),
    spent: new Set(),
    attempts: [],
    waited: false,
    account: undefined,
    deadline: deps.now() + deps.options().wait,
    held: undefined,
    refusal: undefined,
  }
  try {
    await goThrough(course, deps)
  } finally {
    course.held?.answer.drop()
  }
}
