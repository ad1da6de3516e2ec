import type { Tokens } from '../../preload/tokens.ts'

/** US dollars a million tokens. */
export interface Prices {
  readonly input: number
  readonly output: number
  /** Absent: as input. */
  readonly cacheRead?: number | undefined
  readonly cacheWrite?: number | undefined
}

const MILLION = 1_000_000

/** What the tokens cost in US dollars; undefined when the model has no known price. */
export function costOf(tokens: Tokens, prices: Prices | undefined): number | undefined {
  if (prices === undefined) return undefined
  const { input, output, cacheRead = input, cacheWrite = input } = prices
  const sum =
    tokens.input * input +
    tokens.output * output +
    tokens.cacheRead * cacheRead +
    tokens.cacheWrite * cacheWrite
  return sum / MILLION
}
