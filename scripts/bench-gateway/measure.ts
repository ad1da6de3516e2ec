import { type Lane, load } from './client.ts'
import type { Usage } from './processes.ts'
import type { Kind } from './traffic.ts'

/** Something measured: a lane, and the process in the middle of it if there is one. */
export interface Contender {
  readonly lane: Lane
  readonly usage: (() => Promise<Usage>) | undefined
}

/** One setting every contender of a way in is measured in. */
export interface Setting {
  readonly kind: Kind
  readonly connections: number
}

/** Medians over the rounds. Milliseconds, bytes; CPU in microseconds a request. */
export interface Result {
  readonly name: string
  readonly perSecond: number
  readonly firstByteP50: number
  readonly p50: number
  readonly p99: number
  readonly rss: number
  readonly cpuMicros: number
}

export interface Effort {
  readonly rounds: number
  /** Of each measurement. */
  readonly seconds: number
  /** Requests of each measurement. */
  readonly most: number
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** How often a measurement is begun anew whose server failed in the middle of it. */
const TRIES = 3

/** A server that fails now and then is measured all the same, and that it failed is said. */
async function patiently<T>(name: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const why = error instanceof Error ? error.message.split('\n', 1)[0] : 'unknown'
      if (attempt === TRIES) throw error
      console.error(`${name} failed (${why}); measuring it again`)
    }
  }
}

async function once({ lane, usage }: Contender, setting: Setting, effort: Effort): Promise<Result> {
  const before = await usage?.()
  const sample = await load(lane, setting.kind, { ...effort, connections: setting.connections })
  const after = await usage?.()
  // Each connection's first request proves the way and is not timed, but the process worked for it.
  const served = sample.count + setting.connections
  return {
    name: lane.name,
    perSecond: sample.count / sample.seconds,
    firstByteP50: median(sample.firstByte),
    p50: median(sample.whole),
    p99: quantile(sample.whole, 0.99),
    rss: after?.rss ?? Number.NaN,
    cpuMicros: ((after?.cpuMicros ?? Number.NaN) - (before?.cpuMicros ?? 0)) / served,
  }
}

/**
 * Lets every process compile what it will run, and open what it keeps open. Engines compile code anew that runs otherwise than
 * before, so it is run in both ways: one request at a time and many.
 */
export async function warmUp(contenders: readonly Contender[]): Promise<void> {
  for (const { lane } of contenders) {
    for (const connections of [16, 1])
      await patiently(lane.name, () => load(lane, 'whole', { connections, seconds: 1.5, most: 20_000 }))
    await patiently(lane.name, () => load(lane, 'streamed', { connections: 8, seconds: 1, most: 100 }))
  }
}

/** Measures all contenders in turns, so that what else the machine does hits each of them alike. */
export async function compare(
  contenders: readonly Contender[],
  setting: Setting,
  effort: Effort,
): Promise<Result[]> {
  const rounds: Result[][] = contenders.map(() => [])
  for (let round = 0; round < effort.rounds; round++)
    for (let turn = 0; turn < contenders.length; turn++) {
      // Another one begins each round.
      const i = (turn + round) % contenders.length
      const contender = contenders[i]
      if (!contender) continue
      const result = await patiently(contender.lane.name, () => once(contender, setting, effort))
      rounds[i]?.push(result)
    }
  return rounds.map((results) => medians(results))
}

function medians(results: readonly Result[]): Result {
  const of = (pick: (result: Result) => number): number => median(results.map(pick))
  return {
    name: results[0]?.name ?? '',
    perSecond: of((result) => result.perSecond),
    firstByteP50: of((result) => result.firstByteP50),
    p50: of((result) => result.p50),
    p99: of((result) => result.p99),
    rss: of((result) => result.rss),
    cpuMicros: of((result) => result.cpuMicros),
  }
}
