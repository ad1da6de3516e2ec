import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Events } from '../rpc/events.ts'

/** Event streams to browsers: one WebSocket each, from Berth to the page only. */
export interface EventSockets {
  /** Takes over a connection whose request was already found to be our own page's. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): void
}

export interface EventSocketOptions {
  readonly pingMs?: number
  /** Bytes that may wait for a slow page before it is cut off. */
  readonly maxBufferedBytes?: number
}

const PING_MS = 25_000
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024
/** How long a closing handshake may take. */
const CLOSE_MS = 5_000
/** https://www.iana.org/assignments/websocket/websocket.xhtml */
const GOING_AWAY = 1001
const POLICY_VIOLATION = 1008
const TRY_AGAIN_LATER = 1013

function closeSoon(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason)
  const timer = setTimeout(() => socket.terminate(), CLOSE_MS)
  timer.unref()
  socket.once('close', () => clearTimeout(timer))
}

/** Pings until the socket is gone, and ends it when a ping went unanswered. */
function keepAlive(socket: WebSocket, pingMs: number): void {
  let answered = true
  socket.on('pong', () => {
    answered = true
  })
  const timer = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  }, pingMs)
  timer.unref()
  socket.once('close', () => clearInterval(timer))
}

export function createEventSockets(events: Events, options: EventSocketOptions = {}): EventSockets {
  const maxBuffered = options.maxBufferedBytes ?? MAX_BUFFERED_BYTES
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1024 })

  const send = (socket: WebSocket, text: string) => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > maxBuffered) {
      // It comes back and fetches snapshots, which is less than what waits for it here.
      closeSoon(socket, TRY_AGAIN_LATER, 'too slow')
      return
    }
    socket.send(text)
  }

  // Only while there is a page: the hub keeps its notices for whoever comes when nobody listens.
  let off: (() => void) | undefined
  const listen = () =>
    events.on((event) => {
      const text = JSON.stringify(event)
      for (const socket of server.clients) send(socket, text)
    })
  const gone = () => {
    if (server.clients.size > 0) return
    off?.()
    off = undefined
  }

  return {
    accept: (request, socket, head) => {
      server.handleUpgrade(request, socket, head, (client) => {
        client.on('error', () => client.terminate())
        client.on('message', () => closeSoon(client, POLICY_VIOLATION, 'events go one way'))
        keepAlive(client, options.pingMs ?? PING_MS)
        client.once('close', gone)
        off ??= listen()
      })
    },
    close: () => {
      off?.()
      off = undefined
      for (const socket of server.clients) closeSoon(socket, GOING_AWAY, 'Berth is quitting')
      server.close()
    },
  }
}
