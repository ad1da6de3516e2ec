import type { Account } from '../../../preload/accounts.ts'
import type { Standing as ShownStanding } from '../../../preload/pools.ts'
import { type Affinity, createAffinity } from './affinity.ts'
import type { PoolOptions } from './options.ts'
import { nobody } from './reasons.ts'
import * as stand from './standing.ts'
import { type Candidate, nextChance, pick } from './strategy.ts'
import { takeTurn } from './turn.ts'
import type { Errand, Pools, StandingStore, Turn } from './types.ts'

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

/** The pools of all providers. All in memory; what is learnt is kept by the store. */
export function createPools(deps: PoolsDeps): Pools {
  const { now } = deps
  const standings = createStandings(deps)
  const affinities = new Map<string, Affinity>()
  const lasts = new Map<string, string>()
  const waiting = new Set<() => void>()
  const tell = (): void => {
    for (const listener of waiting) listener()
  }
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

  const standingOf = (errand: Errand) => (id: string) => standings.get(id, errand.family)
  const candidatesOf = (errand: Errand, but?: ReadonlySet<string>): Candidate[] =>
    errand.choice.accounts
      .filter(({ id }) => but?.has(id) !== true)
      .map(({ id }) => ({ id, standing: standings.get(id, errand.family) }))

  function turn(errand: Errand, account: Account): Turn {
    const { family, providerId, session } = errand
    lasts.set(providerId, account.id)
    return takeTurn(
      {
        get: (accountId) => standings.get(accountId, family),
        set(standing) {
          standings.set(account.id, family, standing)
          tell()
        },
        options: deps.options,
        now,
        onSuccess: () => affinityOf(providerId).keep(session, account.id),
      },
      errand,
      account,
    )
  }

  return {
    take(errand, tried) {
      const { choice, providerId } = errand
      const candidates = candidatesOf(errand)
      const found = pick(candidates, {
        strategy: choice.strategy,
        current: currentFor(errand),
        last: lasts.get(providerId),
        options: deps.options(),
        now: now(),
        tried,
      })
      const account = choice.accounts.find(({ id }) => id === found?.id)
      return account === undefined ? nobody(errand, standingOf(errand), now()) : turn(errand, account)
    },
    nextChance: (errand, spent) => nextChance(candidatesOf(errand, spent), now()),
    onChance(listener) {
      waiting.add(listener)
      return () => waiting.delete(listener)
    },
    forgetSessions: (providerId) => affinities.get(providerId)?.clear(),
    reset(accountId, family) {
      for (const [name, standing] of standings.families(accountId))
        if (family === undefined || name === family)
          standings.set(accountId, name, stand.reset(standing, deps.options(), now()))
      tell()
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
