import type { Account } from '../../preload/accounts.ts'
import type { ServeDeps } from './course.ts'
import type { Exchange, Refusal } from './exchange.ts'

/** A login that ends sooner than this is renewed first: the request has yet to get to the vendor. Milliseconds. */
const SOON = 60_000

type Deps = Pick<ServeDeps, 'refresh' | 'canRefresh' | 'choose' | 'now'>

/** Whether the account's login has to be renewed before a request goes by it. */
export const endsSoon = (account: Account, deps: Deps): boolean =>
  account.expiresAt !== undefined && account.expiresAt - deps.now() < SOON && deps.canRefresh(account)

/** The renewal goes on for others when the client leaves. */
function orLeft<T>({ res }: Exchange, renewal: Promise<T>): Promise<T | 'left'> {
  if (res.destroyed) return Promise.resolve('left')
  const { promise, resolve } = Promise.withResolvers<'left'>()
  const onClose = () => resolve('left')
  res.once('close', onClose)
  return Promise.race([renewal, promise]).finally(() => res.off('close', onClose))
}

/**
 * Renews an account's login before a request goes by it. Answers with why the account cannot be used, for much may have
 * changed while it waited. `left`: the client is gone.
 */
export async function renewFirst(
  exchange: Exchange,
  account: Account,
  deps: Deps,
): Promise<Refusal | 'left' | undefined> {
  const problem = await orLeft(exchange, deps.refresh(account))
  if (problem === 'left' || problem?.status === 401) return problem
  const choice = deps.choose(exchange, account.providerId)
  if ('status' in choice) return choice
  const current = choice.accounts.find(({ id }) => id === account.id)
  if (current === undefined)
    return {
      status: 403,
      code: 'no_credential',
      message: `The account ${account.label} may not be used any more.`,
    }
  // What has not ended yet is good for one more request.
  const hasEnded = (current.expiresAt ?? Number.POSITIVE_INFINITY) <= deps.now()
  return hasEnded ? problem : undefined
}
