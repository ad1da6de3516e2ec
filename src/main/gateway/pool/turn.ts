import type { Account } from '../../../preload/accounts.ts'
import type { PoolOptions } from './options.ts'
import { reasonFor } from './reasons.ts'
import * as stand from './standing.ts'
import type { Errand, Turn } from './types.ts'

/** What a turn reads and writes. Standings are those of the request's family of models. */
export interface TurnDeps {
  readonly get: (accountId: string) => stand.Standing
  /** Of the turn's own account. */
  readonly set: (standing: stand.Standing) => void
  readonly options: () => PoolOptions
  readonly now: () => number
  readonly onSuccess: () => void
}

/** True where the account requests usually use is limited, so that this one serves in its place. */
function takesOver({ choice }: Errand, account: Account, get: TurnDeps['get']): boolean {
  const isThere = choice.accounts.some(({ id }) => id === choice.active)
  return isThere && account.id !== choice.active && get(choice.active).cooling !== undefined
}

/** Takes an account for a try. What it was known to cool for then is what the try may end. */
export function takeTurn(deps: TurnDeps, errand: Errand, account: Account): Turn {
  const { get, set, options, now, onSuccess } = deps
  const before = get(account.id)
  const knew = before.cooling
  const current = (): stand.Standing => get(account.id)
  const reason = reasonFor(errand, account, get, now())
  const inPlace = takesOver(errand, account, get)
  let over = false
  const end = (next: () => stand.Standing): void => {
    if (over) return
    over = true
    set(next())
  }
  set(stand.taken(before, options(), now()))
  return {
    account,
    reason,
    refusedBefore: knew?.kind === 'auth',
    takesOver: inPlace,
    rest: stand.restOf(before, now()),
    rests: (ms) => set(stand.rested(current(), now() + ms)),
    isFree() {
      const { cooling } = current()
      return cooling === undefined || cooling === knew
    },
    answered() {
      if (!over && knew !== undefined) set(stand.answered(current(), knew))
    },
    succeeded() {
      onSuccess()
      end(() => stand.succeeded(current(), options(), now(), knew))
    },
    failed: (failure) => end(() => stand.failed(current(), failure, options(), now(), knew)),
    givenBack: () => end(() => stand.givenBack(current(), options(), now(), knew)),
  }
}
