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
  /** Until then a vendor asked for a short rest, in milliseconds since the epoch. Not kept over a restart. */
  readonly restsUntil?: number
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

/**
 * What a request changes when it ends depends on what was known when it was taken: `knew` is the cooldown the account had
 * then, whose end the request was to probe. An answer that was long under way tells nothing about a cooldown since.
 */
type Knew = Cooling | undefined

/** The standing without the mark of a probe where the request was it. A newer cooldown has a probe of its own. */
function unprobed(standing: Standing, knew: Knew): Standing {
  if (knew === undefined || standing.cooling !== knew) return standing
  const { probing: _, ...rest } = standing
  return rest
}

/** Nothing was sent after all, or it was broken off before anything could be told: as if it had not been taken. */
export function givenBack(standing: Standing, options: PoolOptions, now: number, knew: Knew): Standing {
  const current = unprobed(grown(standing, options, now), knew)
  return { ...current, tokens: clamp(current.tokens + 1, options.tokens.max) }
}

/** A good answer has begun: the cooldown it was to probe is over, however long the answer takes. */
export function answered(standing: Standing, knew: Knew): Standing {
  const current = unprobed(standing, knew)
  if (current.cooling !== knew) return current
  const { cooling: _, ...rest } = current
  return rest
}

/** A good answer: the row of failures is over too. */
export function succeeded(standing: Standing, options: PoolOptions, now: number, knew: Knew): Standing {
  const current = answered(grown(standing, options, now), knew)
  return {
    ...current,
    health: clamp(current.health + options.health.success, options.health.max),
    strikes: current.cooling === undefined ? 0 : current.strikes,
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
 * request tries again. Of several requests that meet the same limit at once, the first is counted.
 */
export function failed(
  standing: Standing,
  failure: Failure,
  options: PoolOptions,
  now: number,
  knew: Knew,
): Standing {
  const current = unprobed(grown(standing, options, now), knew)
  const ms = cooldownFor(failure, current.strikes, options)
  if (ms === undefined) return current
  const { cooling } = current
  if (cooling !== undefined && cooling !== knew) {
    if (failure.retryAfterMs === undefined || now + ms <= cooling.until) return current
    // Whoever probes it finds out about a cooldown that is over: this one wants a probe of its own.
    const { probing: _, ...rest } = current
    return { ...rest, cooling: { ...cooling, until: now + ms } }
  }
  // A vendor's earlier word that it takes longer still holds.
  const until = Math.max(now + ms, cooling?.until ?? 0)
  return {
    ...current,
    health: clamp(current.health + blame(failure.kind, options), options.health.max),
    strikes: failure.kind === 'rate' ? current.strikes : current.strikes + 1,
    cooling: { until, since: now, kind: failure.kind, said: failure.said },
  }
}

/** The vendor asks for a short rest, which is no reason to leave the account. Of several the longest counts. */
export function rested(standing: Standing, until: number): Standing {
  return { ...standing, restsUntil: Math.max(until, standing.restsUntil ?? 0) }
}

/** For how long it is to rest, in milliseconds. */
export const restOf = ({ restsUntil = 0 }: Standing, now: number): number => Math.max(0, restsUntil - now)

/** The user says that it is to be tried now. */
export function reset(standing: Standing, options: PoolOptions, now: number): Standing {
  const { cooling: _, probing: __, restsUntil: ___, ...current } = grown(standing, options, now)
  return { ...current, health: Math.max(current.health, options.health.start), strikes: 0 }
}
