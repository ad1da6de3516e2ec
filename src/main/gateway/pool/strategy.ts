import type { Strategy } from '../../../preload/pools.ts'
import type { PoolOptions } from './options.ts'
import { availability, grown, type Standing } from './standing.ts'

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

/** Those to choose from: the ready ones and those to be tried again; else the unwell ones. */
function usable(candidates: readonly Candidate[], { options, now }: PickContext): readonly Candidate[] {
  const by = (...wanted: string[]) =>
    candidates.filter(({ standing }) => wanted.includes(availability(standing, options, now)))
  const well = by('ready')
  if (well.length > 0) return well
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
  const { strategy, current, last, options, now } = context
  const from = usable(candidates, context)
  switch (strategy) {
    case 'round-robin':
      return after(candidates, from, last)
    case 'hybrid':
      return hybrid(from, context)
    case 'sticky': {
      const own = candidates.find(({ id }) => id === current)
      const state = own === undefined ? 'cooling' : availability(own.standing, options, now)
      if (state === 'ready' || state === 'probe') return own
      return from.find((one) => one === own) ?? after(candidates, from, current)
    }
  }
}

/** When the first of them can be tried; undefined when there is none, or all are being tried. */
export function firstFree(candidates: readonly Candidate[], now: number): number | undefined {
  const ends = candidates.flatMap(({ standing }) => {
    if (standing.cooling === undefined) return []
    return standing.probing === true && standing.cooling.until <= now ? [] : [standing.cooling.until]
  })
  return ends.length === 0 ? undefined : Math.min(...ends)
}
