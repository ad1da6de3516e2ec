const FIRST_MS = 500
const LONGEST_MS = 30_000

/**
 * Milliseconds to wait after a failed attempt (the first is 1): 0.5 s doubled each time, up to half as much again by
 * chance so that projects that failed together do not return together, and never more than 30 s.
 */
export function backoff(attempt: number, random: () => number): number {
  const plain = FIRST_MS * 2 ** Math.min(attempt - 1, 16)
  return Math.round(Math.min(LONGEST_MS, plain * (1 + random() / 2)))
}
