import type { Account } from '../../../preload/accounts.ts'
import type { Failure } from '../failure/types.ts'
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

/** What the account was known to cool for when it was taken is what the try may end. */
class AccountTurn implements Turn {
  readonly account: Account
  readonly reason: string
  readonly refusedBefore: boolean
  readonly takesOver: boolean
  readonly rest: number
  readonly #deps: TurnDeps
  readonly #knew: stand.Cooling | undefined
  #over = false

  constructor(deps: TurnDeps, errand: Errand, account: Account) {
    const { get, set, options, now } = deps
    const before = get(account.id)
    const at = now()
    this.#deps = deps
    this.#knew = before.cooling
    this.account = account
    this.reason = reasonFor(errand, account, get, at)
    this.refusedBefore = before.cooling?.kind === 'auth'
    this.takesOver = takesOver(errand, account, get)
    this.rest = stand.restOf(before, at)
    set(stand.taken(before, options(), at))
  }

  #current(): stand.Standing {
    return this.#deps.get(this.account.id)
  }

  #end(next: (standing: stand.Standing, options: PoolOptions, now: number) => stand.Standing): void {
    if (this.#over) return
    this.#over = true
    const { set, options, now } = this.#deps
    set(next(this.#current(), options(), now()))
  }

  rests(ms: number): void {
    this.#deps.set(stand.rested(this.#current(), this.#deps.now() + ms))
  }

  isFree(): boolean {
    const { cooling } = this.#current()
    return cooling === undefined || cooling === this.#knew
  }

  answered(): void {
    if (!this.#over && this.#knew !== undefined) this.#deps.set(stand.answered(this.#current(), this.#knew))
  }

  succeeded(): void {
    this.#deps.onSuccess()
    this.#end((standing, options, now) => stand.succeeded(standing, options, now, this.#knew))
  }

  failed(failure: Failure): void {
    this.#end((standing, options, now) => stand.failed(standing, failure, options, now, this.#knew))
  }

  givenBack(): void {
    this.#end((standing, options, now) => stand.givenBack(standing, options, now, this.#knew))
  }
}

/** Takes an account for a try. */
export const takeTurn = (deps: TurnDeps, errand: Errand, account: Account): Turn =>
  new AccountTurn(deps, errand, account)
