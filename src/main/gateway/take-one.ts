import type { Choice } from '../accounts/types.ts'
import { errandOf, type ServeDeps } from './course.ts'
import type { Exchange, Refusal } from './exchange.ts'
import type { Turn } from './pool/types.ts'
import { limitedText } from './pool/words.ts'
import { endsSoon, renewFirst } from './renew-first.ts'

/**
 * The account for an upgrade, its credential on the request. Only one is tried: what follows is a conversation. `left`: the
 * client is gone.
 */
export async function takeOne(
  exchange: Exchange,
  choice: Choice,
  deps: ServeDeps,
): Promise<Turn | Refusal | 'left'> {
  const errand = errandOf(exchange, choice, deps)
  const tried = new Set<string>()
  let first: Refusal | undefined
  for (;;) {
    const turn = deps.pools.take(errand, tried)
    if (!('account' in turn)) {
      const ms = turn.freeAt === undefined ? undefined : Math.max(0, turn.freeAt - deps.now())
      const message = limitedText(deps.providerName(errand.providerId), turn, ms)
      return first ?? { status: 429, code: 'accounts_limited', message }
    }
    const { account, reason } = turn
    const late = endsSoon(account, deps) ? await renewFirst(exchange, account, deps) : undefined
    const refusal = late ?? deps.forbids(exchange, account) ?? deps.fillIn(exchange, account)
    if (refusal === undefined) {
      exchange.record.decided({ accountId: account.id, accountLabel: account.label, reason })
      return turn
    }
    turn.givenBack()
    if (refusal === 'left') return 'left'
    tried.add(account.id)
    first ??= refusal
  }
}
