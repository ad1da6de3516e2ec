import type { Account } from '../../preload/accounts.ts'
import type { Tokens } from '../../preload/tokens.ts'
import type { ServeDeps } from './course.ts'
import type { Exchange } from './exchange.ts'
import { createFrameReader } from './usage/frames.ts'
import { createMeter } from './usage/meter.ts'

/** What a conversation over a WebSocket uses, as the vendor tells it. */
export interface Tally {
  /** Bytes of the vendor, on their way to the client. */
  hear(chunk: Buffer): void
  /** Whether something may be put between the vendor's frames. */
  isBetween(): boolean
  /** Of all answers so far; undefined when none told of any. */
  tokens(): Tokens | undefined
}

const plus = (one: Tokens | undefined, other: Tokens): Tokens => ({
  input: other.input + (one?.input ?? 0),
  output: other.output + (one?.output ?? 0),
  cacheRead: other.cacheRead + (one?.cacheRead ?? 0),
  cacheWrite: other.cacheWrite + (one?.cacheWrite ?? 0),
  reasoning: other.reasoning + (one?.reasoning ?? 0),
})

/**
 * Puts each answer inside a conversation into the books when it has ended: a connection may last for hours, and several budgets'
 * days. An answer is what ends with a message that tells of usage (OpenAI: `response.completed`, of Realtime `response.done`).
 * @param onUsedUp called once, when a budget has no room for the next one
 */
export function createTally(
  exchange: Exchange,
  account: Account,
  deps: Pick<ServeDeps, 'count' | 'forbids' | 'now'>,
  onUsedUp: () => void,
): Tally {
  let meter = createMeter()
  let since: number | undefined
  let sum: Tokens | undefined
  let isUsedUp = false
  let isTold = false
  const reader = createFrameReader({
    onText(bytes) {
      since ??= deps.now()
      meter.push(bytes)
    },
    onEnd() {
      // A new one for each message, so that one that is no JSON spoils no other.
      const told = meter
      meter = createMeter()
      const tokens = told.tokens()
      if (tokens === undefined) return
      sum = plus(sum, tokens)
      deps.count(exchange, { account, attempts: 1, status: 101, meter: told, at: since })
      since = undefined
      if (deps.forbids(exchange, account)?.status === 403) isUsedUp = true
    },
  })
  function hear(chunk: Buffer): void {
    reader.push(chunk)
    if (!isUsedUp || isTold) return
    isTold = true
    // Not before all of the chunk was read: only then it is known whether it ends between two frames.
    onUsedUp()
  }
  return { hear, isBetween: reader.isBetween, tokens: () => sum }
}
