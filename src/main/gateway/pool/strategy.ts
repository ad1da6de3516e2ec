import type { Strategy } from '../../../preload/pools.ts'
import type { PoolOptions } from './options.ts'
import { availability, grown, restOf, type Standing } from './standing.ts'

/** One enabled account of a pool, in the pool's order. */
export interface Candidate {
  readonly id: string
  readonly standing: Standing
}

export interface PickContext {
  readonly strategy: Strategy
  /** The account in use: the active one, or the one a session keeps. */
  readonly current: string | undefined
  /** The account of the last request of this pool, for going round. */
  readonly last: string | undefined
  readonly options: PoolOptions
  readonly now: number
  /** Accounts that are not to be taken, though they keep their place in the order. */
  readonly tried?: ReadonlySet<string>
}

/** The hybrid strategy's score of an account. */
export function scoreOf({ id, standing }: Candidate, { options, current, now }: PickContext): number {
  const { score } = options
  const { health, tokens, usedAt } = grown(standing, options, now)
  const idle = usedAt === undefined ? score.maxIdleSeconds : Math.max(0, now - usedAt) / 1000
  return (
    health * score.health +
    (tokens / options.tokens.max) * score.tokens +
    Math.min(idle, score.maxIdleSeconds) * score.idlePerSecond +
    (id === current ? score.current : 0)
  )
}

/** Those that do not rest, if there are any. */
function awake(candidates: readonly Candidate[], now: number): readonly Candidate[] {
  const some = candidates.filter(({ standing }) => restOf(standing, now) === 0)
  return some.length > 0 ? some : candidates
}

/**
 * Those to choose from: the ready ones and those to be tried again; else the unwell ones. The strategy that stays tries
 * one again only where no ready one is left.
 */
function usable(candidates: readonly Candidate[], context: PickContext): readonly Candidate[] {
  const { strategy, options, now, tried } = context
  const by = (...wanted: string[]) =>
    candidates.filter(
      ({ id, standing }) => tried?.has(id) !== true && wanted.includes(availability(standing, options, now)),
    )
  const well = strategy === 'sticky' ? by('ready') : by('ready', 'probe')
  if (well.length > 0) return awake(well, now)
  const probes = by('probe')
  return probes.length > 0 ? probes : by('unwell')
}

const after = (
  all: readonly Candidate[],
  from: readonly Candidate[],
  last: string | undefined,
): Candidate | undefined => {
  const start = all.findIndex(({ id }) => id === last) + 1
  const order = [...all.slice(start), ...all.slice(0, start)]
  return order.find((one) => from.includes(one))
}

function hybrid(from: readonly Candidate[], context: PickContext): Candidate | undefined {
  const scored = from.map((one) => ({ one, score: scoreOf(one, context) }))
  const best = scored.reduce(
    (top, next) => (next.score > top.score ? next : top),
    scored[0] ?? { one: undefined, score: 0 },
  )
  const current = scored.find(({ one }) => one.id === context.current)
  if (current === undefined || best.one === undefined) return best.one
  return best.score - current.score >= context.options.score.margin ? best.one : current.one
}

/**
 * The account for the next request out of a pool in its order; undefined when all are cooling. A current account whose
 * cooldown has ended takes its place again before others are asked, for the strategies that stay.
 */
export function pick(candidates: readonly Candidate[], context: PickContext): Candidate | undefined {
  const { strategy, current, last, options, now, tried } = context
  const from = usable(candidates, context)
  switch (strategy) {
    case 'round-robin':
      return after(candidates, from, last)
    case 'hybrid':
      return hybrid(from, context)
    case 'sticky': {
      const own = candidates.find(({ id }) => id === current)
      const gone = own === undefined || tried?.has(own.id) === true
      const state = gone ? 'cooling' : availability(own.standing, options, now)
      if (state === 'ready' || state === 'probe') return own
      return from.find((one) => one === own) ?? after(candidates, from, current)
    }
  }
}

/** When the first of them is free; undefined when there is none, or all are being tried. */
export function firstFree(candidates: readonly Candidate[], now: number): number | undefined {
  const ends = candidates.flatMap(({ standing }) => {
    if (standing.cooling === undefined) return []
    return standing.probing === true && standing.cooling.until <= now ? [] : [standing.cooling.until]
  })
  return ends.length === 0 ? undefined : Math.min(...ends)
}

/**
 * When it is worth to ask for one of them again: in milliseconds since the epoch, infinite while they are being tried by
 * other requests; undefined when there is none.
 */
export function nextChance(candidates: readonly Candidate[], now: number): number | undefined {
  if (candidates.length === 0) return undefined
  const times = candidates.map(({ standing: { cooling, probing } }) => {
    if (cooling === undefined) return now
    if (cooling.until > now) return cooling.until
    return probing === true ? Number.POSITIVE_INFINITY : now
  })
  return Math.min(...times)
}
