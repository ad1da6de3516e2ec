import type { Account } from '../../../preload/accounts.ts'
import type { Standing as ShownStanding } from '../../../preload/pools.ts'
import type { Failure } from '../failure/types.ts'
import { type Affinity, createAffinity } from './affinity.ts'
import type { PoolOptions } from './options.ts'
import * as stand from './standing.ts'
import { type Candidate, firstFree, pick } from './strategy.ts'
import type { Errand, Nobody, Pools, StandingStore, Turn } from './types.ts'
import { coolingText } from './words.ts'

export interface PoolsDeps {
  readonly options: () => PoolOptions
  readonly store: StandingStore
  readonly now: () => number
  /** Something a screen shows of this account has changed. */
  readonly onChange: (accountId: string) => void
}

/** Every standing there is, by account and family. Kept by the account's own id, so that an order changes nothing. */
function createStandings({ store, options, now, onChange }: PoolsDeps) {
  const byAccount = new Map<string, Map<string, stand.Standing>>()
  const of = (accountId: string): Map<string, stand.Standing> => {
    const known = byAccount.get(accountId) ?? new Map<string, stand.Standing>()
    byAccount.set(accountId, known)
    return known
  }
  for (const { accountId, family, standing } of store.all()) of(accountId).set(family, standing)
  return {
    families: of,
    get: (accountId: string, family: string): stand.Standing =>
      byAccount.get(accountId)?.get(family) ?? stand.newStanding(options(), now()),
    set(accountId: string, family: string, standing: stand.Standing): void {
      of(accountId).set(family, standing)
      store.save(accountId, family, standing)
      onChange(accountId)
    },
    forget: (accountId: string) => byAccount.delete(accountId),
  }
}

type Standings = ReturnType<typeof createStandings>

/** Why the chosen account is the one. */
function reasonFor(errand: Errand, account: Account, standings: Standings, now: number): string {
  const { choice, family } = errand
  if (account.id === choice.active || choice.accounts.length < 2) return choice.reason
  const others = choice.accounts
    .filter(({ id }) => id !== account.id)
    .flatMap((one) => coolingText(one, standings.get(one.id, family), now) ?? [])
  return others.length > 0
    ? `${account.label}: ${others.join('; ')}.`
    : `${account.label}, by the pool's ${choice.strategy} order.`
}

function nobody(errand: Errand, candidates: readonly Candidate[], standings: Standings, now: number): Nobody {
  const { choice, family } = errand
  const said = choice.accounts.flatMap((one) => coolingText(one, standings.get(one.id, family), now) ?? [])
  return {
    freeAt: firstFree(candidates, now),
    reason: said.length > 0 ? `${said.join('; ')}.` : 'Every account was tried for this request.',
  }
}

/** The pools of all providers. All in memory; what is learnt is kept by the store. */
export function createPools(deps: PoolsDeps): Pools {
  const { now } = deps
  const standings = createStandings(deps)
  const affinities = new Map<string, Affinity>()
  const lasts = new Map<string, string>()
  const affinityOf = (providerId: string): Affinity => {
    const known = affinities.get(providerId) ?? createAffinity(now)
    affinities.set(providerId, known)
    return known
  }

  /** Round-robin gives each request the next; the others let a session keep its account while that has room. */
  function currentFor({ providerId, choice, session, family }: Errand): string | undefined {
    if (choice.strategy === 'round-robin') return choice.active
    const kept = affinityOf(providerId).of(session)
    if (kept === undefined) return choice.active
    // An account that one session has drained is not kept from the others by it.
    const { tokens } = stand.grown(standings.get(kept, family), deps.options(), now())
    return tokens >= 1 ? kept : choice.active
  }

  function turn(errand: Errand, account: Account): Turn {
    const { family, providerId, session } = errand
    const options = deps.options()
    const before = standings.get(account.id, family)
    const reason = reasonFor(errand, account, standings, now())
    let over = false
    const change = (next: (from: stand.Standing) => stand.Standing): void => {
      if (over) return
      over = true
      standings.set(account.id, family, next(standings.get(account.id, family)))
    }
    standings.set(account.id, family, stand.taken(before, options, now()))
    lasts.set(providerId, account.id)
    return {
      account,
      reason,
      refusedBefore: before.cooling?.kind === 'auth',
      succeeded() {
        affinityOf(providerId).keep(session, account.id)
        change((from) => stand.succeeded(from, options, now()))
      },
      failed: (failure: Failure) => change((from) => stand.failed(from, failure, options, now())),
      givenBack: () => change((from) => stand.givenBack(from, options, now())),
    }
  }

  return {
    take(errand, tried) {
      const { choice, providerId, family } = errand
      const candidates = choice.accounts
        .filter(({ id }) => !tried.has(id))
        .map(({ id }) => ({ id, standing: standings.get(id, family) }))
      const found = pick(candidates, {
        strategy: choice.strategy,
        current: currentFor(errand),
        last: lasts.get(providerId),
        options: deps.options(),
        now: now(),
      })
      const account = choice.accounts.find(({ id }) => id === found?.id)
      return account === undefined ? nobody(errand, candidates, standings, now()) : turn(errand, account)
    },
    forgetSessions: (providerId) => affinities.get(providerId)?.clear(),
    reset(accountId, family) {
      for (const [name, standing] of standings.families(accountId))
        if (family === undefined || name === family)
          standings.set(accountId, name, stand.reset(standing, deps.options(), now()))
    },
    standings: (accountId) =>
      [...standings.families(accountId)].map(([family, standing]) =>
        shown(family, standing, deps.options(), now()),
      ),
    forget: standings.forget,
  }
}

function shown(family: string, standing: stand.Standing, options: PoolOptions, now: number): ShownStanding {
  const { health, tokens, cooling } = stand.grown(standing, options, now)
  const kind = cooling?.kind
  const shows = cooling !== undefined && cooling.until > now
  if (!shows || (kind !== 'quota' && kind !== 'rate' && kind !== 'auth' && kind !== 'forbidden'))
    return { family, health, tokens }
  return { family, health, tokens, cooling: { ...cooling, kind } }
}
