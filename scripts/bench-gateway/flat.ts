import { type Lane, load } from './client.ts'
import type { ServerProcess } from './processes.ts'

/** What a process held after so many requests. Bytes. */
interface Step {
  readonly requests: number
  readonly rss: number
  /** Reachable: what is only waiting to be collected is left out. */
  readonly live: number
}

const CONNECTIONS = 16
const STEPS = 10

/** Sends so many requests by a lane and looks ten times at the process in the middle of it. */
async function climb(lane: Lane, server: ServerProcess<unknown>, requests: number): Promise<Step[]> {
  const steps: Step[] = []
  for (let served = 0; served < requests; ) {
    const sample = await load(lane, 'whole', {
      connections: CONNECTIONS,
      seconds: 120,
      most: Math.ceil(requests / STEPS),
    })
    served += sample.count
    const { rss } = await server.usage()
    steps.push({ requests: served, rss, live: (await server.live?.()) ?? Number.NaN })
  }
  return steps
}

const mega = (bytes: number): string => (bytes / 1_048_576).toFixed(1)

/** Whether memory stays flat over many requests, as a text of a few lines. */
export async function memoryOver(
  lane: Lane,
  server: ServerProcess<unknown>,
  requests: number,
): Promise<string> {
  const steps = await climb(lane, server, requests)
  const row = (title: string, cells: readonly string[]): string =>
    title.padEnd(20) + cells.map((cell) => cell.padStart(8)).join('')
  return [
    `Berth over ${requests} requests, plain HTTP, whole, ${CONNECTIONS} connections`,
    row(
      'after',
      steps.map((step) => String(step.requests)),
    ),
    row(
      'RSS MB',
      steps.map(({ rss }) => mega(rss)),
    ),
    row(
      'reachable MB',
      steps.map(({ live }) => mega(live)),
    ),
  ].join('\n')
}
