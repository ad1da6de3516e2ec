import type { ServerResponse } from 'node:http'
import type { Transform } from 'node:stream'
import type { Mask } from './mask.ts'
import type { Meter } from './usage/meter.ts'

/** The way of an answer's body to the client. Both directions' backpressure is kept. */
export interface Body {
  /** False when the sender should wait; `onDrain` is called then. */
  write(chunk: Buffer): boolean
  /** `done` is called when all of it is on its way to the client; never, if it cannot be unpacked. */
  end(done: () => void): void
  destroy(): void
}

/** Who takes part in it. */
export interface BodyParts {
  /** Takes out what the client must not read. */
  readonly mask: Mask | undefined
  /** Reads along, what the client may read: its words are told to others. */
  readonly meter: Meter | undefined
  /** Makes the body readable for both. */
  readonly unpacker: Transform | undefined
}

export function createBody(
  res: ServerResponse,
  { mask, meter, unpacker }: BodyParts,
  onDrain: () => void,
): Body {
  const send = (chunk: Buffer): boolean => {
    const clean = mask ? mask.chunk(chunk) : chunk
    meter?.push(clean)
    return res.write(clean)
  }
  const finish = (done: () => void): void => {
    const rest = mask?.end()
    if (rest !== undefined) meter?.push(rest)
    res.end(rest)
    done()
  }
  if (unpacker === undefined)
    return {
      write(chunk) {
        const more = send(chunk)
        if (!more) res.once('drain', onDrain)
        return more
      },
      end: finish,
      destroy: () => undefined,
    }
  unpacker.on('data', (chunk: Buffer) => {
    if (send(chunk)) return
    unpacker.pause()
    res.once('drain', () => unpacker.resume())
  })
  // A half answer that ends cleanly would look whole.
  unpacker.on('error', () => res.destroy())
  return {
    write(chunk) {
      const more = unpacker.write(chunk)
      if (!more) unpacker.once('drain', onDrain)
      return more
    },
    end(done) {
      unpacker.once('end', () => finish(done))
      unpacker.end()
    },
    destroy: () => unpacker.destroy(),
  }
}
