import type { Account } from '../../../preload/accounts.ts'
import type { Standing as ShownStanding } from '../../../preload/pools.ts'
import { type Affinity, createAffinity } from './affinity.ts'
import type { PoolOptions } from './options.ts'
import { nobody } from './reasons.ts'
import * as stand from './standing.ts'
import { createStandings } from './standings.ts'
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

  const standingOf =
    ({ family, projectId }: Errand) =>
    (accountId: string) =>
      standings.get({ accountId, family, projectId })

  /** Round-robin gives each request the next; the others let a session keep its account while that has room. */
  function currentFor(errand: Errand): string | undefined {
    const { providerId, choice, session } = errand
    if (choice.strategy === 'round-robin') return choice.active
    const kept = affinityOf(providerId).of(session)
    if (kept === undefined) return choice.active
    // An account that one session has drained is not kept from the others by it.
    const { tokens } = stand.grown(standingOf(errand)(kept), deps.options(), now())
    return tokens >= 1 ? kept : choice.active
  }

  const candidatesOf = (errand: Errand, but?: ReadonlySet<string>): Candidate[] =>
    errand.choice.accounts
      .filter(({ id }) => but?.has(id) !== true)
      .map(({ id }) => ({ id, standing: standingOf(errand)(id) }))

  function turn(errand: Errand, account: Account): Turn {
    const { family, projectId, providerId, session } = errand
    lasts.set(providerId, account.id)
    return takeTurn(
      {
        get: standingOf(errand),
        set(standing) {
          standings.set({ accountId: account.id, family, projectId }, standing)
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
      standings.reset(accountId, family)
      tell()
    },
    standings: (accountId) =>
      [...standings.of(accountId)].map(([family, standing]) =>
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
