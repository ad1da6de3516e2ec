import type { Result, Setting } from './measure.ts'

export type WayIn = 'plain' | 'tls'

/** What one setting of one way in gave. */
export interface Block {
  readonly way: WayIn
  readonly setting: Setting
  readonly results: readonly Result[]
}

const COLUMNS = ['', 'req/s', 'first byte p50', 'p50', 'p99', 'RSS MB', 'CPU µs/req', 'vs bare'] as const
const WIDTHS = [20, 10, 15, 10, 10, 8, 11, 8]

const fixed = (value: number, digits: number): string => (Number.isNaN(value) ? '–' : value.toFixed(digits))
const line = (cells: readonly string[]): string =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(WIDTHS[0] ?? 0) : cell.padStart(WIDTHS[i] ?? 0))).join('')

const find = ({ results }: Block, name: string): Result | undefined =>
  results.find((result) => result.name === name)

function rows(block: Block): string[] {
  const bare = find(block, 'bare Node')?.perSecond ?? Number.NaN
  return block.results.map((result) =>
    line([
      result.name,
      fixed(result.perSecond, 1),
      fixed(result.firstByteP50, 2),
      fixed(result.p50, 2),
      fixed(result.p99, 2),
      fixed(result.rss / 1_048_576, 0),
      fixed(result.cpuMicros, 0),
      fixed(result.perSecond / bare, 2),
    ]),
  )
}

/** Times in milliseconds. */
export function table(blocks: readonly Block[]): string {
  return blocks
    .flatMap((block) => {
      const { way, setting } = block
      const title = `${way === 'plain' ? 'plain HTTP' : 'TLS ended inside'}, ${setting.kind}, ${setting.connections} connections`
      return ['', title, line(COLUMNS), ...rows(block)]
    })
    .join('\n')
}

/** The geometric mean over settings: a ratio and its inverse weigh the same, and no setting outweighs another. */
const mean = (ratios: readonly number[]): number =>
  Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length)

function throughput(blocks: readonly Block[], way: WayIn, other: string): number {
  return mean(
    blocks
      .filter((block) => block.way === way)
      .map(
        (block) =>
          (find(block, 'Berth')?.perSecond ?? Number.NaN) / (find(block, other)?.perSecond ?? Number.NaN),
      ),
  )
}

/** What Berth adds to the first byte's time on an idle machine: one connection, the slower of the two ways in. */
function addedFirstByte(blocks: readonly Block[]): number {
  const alone = blocks.filter(({ setting }) => setting.connections === 1 && setting.kind === 'whole')
  return Math.max(
    ...alone.map(
      (block) =>
        (find(block, 'Berth')?.firstByteP50 ?? Number.NaN) -
        (find(block, 'no proxy')?.firstByteP50 ?? Number.NaN),
    ),
  )
}

/** Resident memory after the setting with 64 streams, plain HTTP. */
function memory(blocks: readonly Block[]): number {
  const block = blocks.find(
    ({ way, setting }) => way === 'plain' && setting.kind === 'streamed' && setting.connections === 64,
  )
  if (!block) return Number.NaN
  return (find(block, 'Berth')?.rss ?? Number.NaN) / (find(block, 'bare Node')?.rss ?? Number.NaN)
}

const rounded = (value: number): number => Number(value.toFixed(3))

/** The figures in one line of JSON; throughputs are geometric means over all settings of a way in. */
export function summary(blocks: readonly Block[]): string {
  return JSON.stringify({
    throughputVsBare: rounded(throughput(blocks, 'plain', 'bare Node')),
    tlsThroughputVsBare: rounded(throughput(blocks, 'tls', 'bare Node')),
    throughputVsPortkey: rounded(throughput(blocks, 'plain', 'Portkey')),
    tlsThroughputVsMockttp: rounded(throughput(blocks, 'tls', 'mockttp')),
    addedFirstByteMsP50: rounded(addedFirstByte(blocks)),
    memoryVsBareAt64Streams: rounded(memory(blocks)),
  })
}
