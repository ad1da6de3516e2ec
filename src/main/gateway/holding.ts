import { unpackedText } from './unpack.ts'
import type { Head } from './way.ts'

/** Bytes of an error answer that are read before somebody decides about it. Vendors' are far shorter. */
const MOST_HELD = 64 * 1024
/** How long the body of an error answer is waited for. Milliseconds. */
export const HELD_MS = 3000

/** What is read of a failed answer before somebody decides about it. */
export interface Holding {
  readonly head: Head
  /** True when it is enough for a decision. */
  add(chunk: Buffer): boolean
  bytes(): Buffer
  /** Lower-case names. */
  headers(): Readonly<Record<string, string | undefined>>
  /** Its body as text, unpacked. */
  text(): string
}

export function createHolding(head: Head): Holding {
  const chunks: Buffer[] = []
  let size = 0
  const bytes = (): Buffer => Buffer.concat(chunks)
  return {
    head,
    add(chunk) {
      chunks.push(chunk)
      size += chunk.length
      return size >= MOST_HELD
    },
    bytes,
    headers: () =>
      Object.fromEntries(
        Object.entries(head.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(', ') : value,
        ]),
      ),
    text: () => unpackedText(head.headers['content-encoding'], bytes(), MOST_HELD),
  }
}
