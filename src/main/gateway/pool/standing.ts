import type { Failure, FailureKind } from '../failure/types.ts'
import type { PoolOptions } from './options.ts'

/** Why and until when an account is left alone. */
export interface Cooling {
  /** Milliseconds since the epoch. */
  readonly until: number
  readonly since: number
  readonly kind: FailureKind
  /** The vendor's words. */
  readonly said: string
}

/**
 * How an account does with one family of models. Numbers are as they were at `at`; health and tokens grow by themselves
 * from there.
 */
export interface Standing {
  readonly health: number
  readonly tokens: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly usedAt?: number
  readonly cooling?: Cooling
  /** Quota and credential failures in a row; a success ends the row. */
  readonly strikes: number
  /** One request tries whether the account is well again; the others wait for what it finds. */
  readonly probing?: true
}

export function newStanding(options: PoolOptions, now: number): Standing {
  return { health: options.health.start, tokens: options.tokens.max, at: now, strikes: 0 }
}

const clamp = (value: number, max: number): number => Math.min(max, Math.max(0, value))

/** The standing with what has grown since; a clock that was put back changes nothing. */
export function grown(standing: Standing, options: PoolOptions, now: number): Standing {
  const passed = Math.max(0, now - standing.at)
  const health = clamp(standing.health + (passed / 3_600_000) * options.health.perHour, options.health.max)
  const tokens = clamp(standing.tokens + (passed / 60_000) * options.tokens.perMinute, options.tokens.max)
  return { ...standing, health, tokens, at: now }
}

/** `probe`: its cooldown has ended and the next request finds out. `unwell`: only when no other can be used. */
export type Availability = 'ready' | 'probe' | 'unwell' | 'cooling'

export function availability(standing: Standing, options: PoolOptions, now: number): Availability {
  if (standing.cooling !== undefined) {
    if (standing.cooling.until > now) return 'cooling'
    return standing.probing === true ? 'cooling' : 'probe'
  }
  return grown(standing, options, now).health < options.health.usableFrom ? 'unwell' : 'ready'
}

/** A request goes out. */
export function taken(standing: Standing, options: PoolOptions, now: number): Standing {
  const current = grown(standing, options, now)
  const probing = current.cooling !== undefined
  return {
    ...current,
    tokens: Math.max(0, current.tokens - 1),
    usedAt: now,
    ...(probing ? { probing: true as const } : {}),
  }
}

/** Nothing was sent after all, or it was broken off before anything could be told: as if it had not been taken. */
export function givenBack(standing: Standing, options: PoolOptions, now: number): Standing {
  const { probing: _, ...current } = grown(standing, options, now)
  return { ...current, tokens: clamp(current.tokens + 1, options.tokens.max) }
}

/** A good answer: the cooldown and the row of failures are over. */
export function succeeded(standing: Standing, options: PoolOptions, now: number): Standing {
  const { cooling: _, probing: __, ...current } = grown(standing, options, now)
  return {
    ...current,
    health: clamp(current.health + options.health.success, options.health.max),
    strikes: 0,
  }
}

/** How long an account is left alone after a failure; undefined for one that is not its fault. */
export function cooldownFor(failure: Failure, strikes: number, options: PoolOptions): number | undefined {
  const { cooldown } = options
  const hint = failure.retryAfterMs
  const own = (): number => {
    switch (failure.kind) {
      case 'auth':
        return cooldown.auth
      case 'rate':
        return cooldown.rate
      default:
        return cooldown.quota[Math.min(strikes, cooldown.quota.length - 1)] ?? cooldown.cap
    }
  }
  switch (failure.kind) {
    case 'auth':
    case 'rate':
    case 'quota':
    case 'forbidden':
      return hint === undefined ? Math.min(own(), cooldown.cap) : Math.min(hint, cooldown.resetCap)
    case 'overloaded':
    case 'server':
    case 'bad_request':
    case 'network':
      return undefined
  }
}

const blame = (kind: FailureKind, { health }: PoolOptions): number =>
  kind === 'rate' || kind === 'quota'
    ? health.rateLimit
    : kind === 'auth' || kind === 'forbidden'
      ? health.failure
      : 0

/**
 * A failed answer. What is nobody's fault leaves the standing as it was, but for a probe, which is over: the next
 * request tries again.
 */
export function failed(standing: Standing, failure: Failure, options: PoolOptions, now: number): Standing {
  const { probing: _, ...current } = grown(standing, options, now)
  const ms = cooldownFor(failure, current.strikes, options)
  if (ms === undefined) return current
  // A vendor's earlier word that it takes longer still holds.
  const until = Math.max(now + ms, current.cooling?.until ?? 0)
  const counts = failure.kind !== 'rate'
  return {
    ...current,
    health: clamp(current.health + blame(failure.kind, options), options.health.max),
    strikes: counts ? current.strikes + 1 : current.strikes,
    cooling: { until, since: now, kind: failure.kind, said: failure.said },
  }
}

/** The user says that it is to be tried now. */
export function reset(standing: Standing, options: PoolOptions, now: number): Standing {
  const { cooling: _, probing: __, ...current } = grown(standing, options, now)
  return { ...current, health: Math.max(current.health, options.health.start), strikes: 0 }
}
