import type { AnyEvent, Envelope, EventName } from '../../preload/contract.ts'

/**
 * What the command and a running Berth say to each other: one JSON value a line, UTF-8. Berth begins with a greeting;
 * then the command calls methods of the contract, several at a time if it likes, and may ask for events.
 */

/** Changes when an older command could no longer talk to a newer Berth. */
export const PROTOCOL = 1

/** An import may carry a file of 16 million characters; nothing is longer. */
export const MAX_LINE_BYTES = 20 * 1024 * 1024

export interface Greeting {
  readonly berth: string
  readonly protocol: number
}

export type Request =
  | { readonly id: number; readonly method: string; readonly input: unknown }
  | { readonly id: number; readonly events: readonly EventName[] }

export type Reply = { readonly id: number; readonly answer: Envelope<unknown> } | { readonly event: AnyEvent }

/** Cuts a stream of bytes into lines. `push` answers false once a line is longer than allowed. */
export function lineCutter(
  onLine: (line: string) => void,
  maxBytes = MAX_LINE_BYTES,
): { push(chunk: Buffer): boolean } {
  let waiting: Buffer[] = []
  let size = 0
  return {
    push(chunk) {
      let rest = chunk
      for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
        if (size + end > maxBytes) return false
        const line = Buffer.concat([...waiting, rest.subarray(0, end)]).toString('utf8')
        waiting = []
        size = 0
        rest = rest.subarray(end + 1)
        onLine(line)
      }
      size += rest.length
      if (rest.length > 0) waiting.push(rest)
      return size <= maxBytes
    },
  }
}
