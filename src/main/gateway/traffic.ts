import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Moved } from '../egress/types.ts'

/** Bytes of a client's connection: read from it is what goes out. The kernel's counters, below any TLS ended here. */
function countersOf(socket: Duplex): Moved {
  return socket instanceof Socket ? { out: socket.bytesRead, in: socket.bytesWritten } : { out: 0, in: 0 }
}

const since = (from: Moved, to: Moved): Moved => ({ out: to.out - from.out, in: to.in - from.in })

/** What goes through a client's connection from now on. */
export function movedFrom(socket: Duplex): () => Moved {
  const start = countersOf(socket)
  return () => since(start, countersOf(socket))
}

/** Tells what plain requests move that follow each other on one connection, each with its header. */
export function createPlainTraffic(): (socket: Duplex) => () => Moved {
  const counted = new WeakMap<Duplex, Moved>()
  return (socket) => {
    const start = counted.get(socket) ?? { out: 0, in: 0 }
    return () => {
      const now = countersOf(socket)
      counted.set(socket, now)
      return since(start, now)
    }
  }
}
