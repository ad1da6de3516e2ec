import type { ServerResponse } from 'node:http'
import type { Transform } from 'node:stream'
import type { Mask } from './mask.ts'

/** The way of an answer's body to the client. Both directions' backpressure is kept. */
export interface Body {
  /** False when the sender should wait; `onDrain` is called then. */
  write(chunk: Buffer): boolean
  end(): void
  destroy(): void
}

/** `mask` takes out what the client must not read; `unpacker` makes the body readable for it. */
export function createBody(
  res: ServerResponse,
  { mask, unpacker }: { readonly mask: Mask | undefined; readonly unpacker: Transform | undefined },
  onDrain: () => void,
): Body {
  const send = (chunk: Buffer): boolean => res.write(mask ? mask.chunk(chunk) : chunk)
  if (unpacker === undefined)
    return {
      write(chunk) {
        const more = send(chunk)
        if (!more) res.once('drain', onDrain)
        return more
      },
      end: () => void res.end(mask?.end()),
      destroy: () => undefined,
    }
  unpacker.on('data', (chunk: Buffer) => {
    if (send(chunk)) return
    unpacker.pause()
    res.once('drain', () => unpacker.resume())
  })
  unpacker.once('end', () => res.end(mask?.end()))
  // A half answer that ends cleanly would look whole.
  unpacker.on('error', () => res.destroy())
  return {
    write(chunk) {
      const more = unpacker.write(chunk)
      if (!more) unpacker.once('drain', onDrain)
      return more
    },
    end: () => void unpacker.end(),
    destroy: () => unpacker.destroy(),
  }
}
