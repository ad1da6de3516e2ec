import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, isIPv6, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'
import { BerthError, systemCode } from '../errors.ts'
import { answer, answerConnect, type OwnAnswer } from './answer.ts'
import { MAX_CONNECTIONS, MAX_HEADER_BYTES, MAX_PIPELINED } from './limits.ts'
import type { Limits } from './types.ts'
import { asksForWebSocket } from './upgrade.ts'

/** What is done with what clients send. */
export interface Handlers {
  request(req: IncomingMessage, res: ServerResponse): void
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void
  connect(server: Server, req: IncomingMessage, socket: Duplex, head: Buffer): void
}

/** The gateway's sockets: one server per address, all at one port. */
export interface Listener {
  /** Adds addresses; all of them or none. Throws `port_taken` or `bad_request`. */
  add(addresses: readonly string[], port: number): Promise<number>
  /** The port, or 0 before the first. */
  port(): number
  /** `host:port` of each. */
  addresses(): string[]
  /** Stops accepting, waits `graceMs` for what is under way, then ends it. */
  close(graceMs: number): Promise<void>
}

const CLOSING: OwnAnswer = {
  status: 503,
  code: 'shutting_down',
  message: 'Berth is closing. Open it again, then try once more.',
}

/** How often a port chosen by the system is tried on all addresses. */
const CHOICES = 5

function listenError(error: unknown, address: string, port: number): BerthError {
  const code = systemCode(error)
  if (code === 'EADDRINUSE')
    return new BerthError(
      'port_taken',
      `Port ${port} on ${address} is used by another program. Quit it, or choose another port for the gateway in Settings.`,
      { data: { port, address }, cause: error },
    )
  if (code === 'EACCES')
    return new BerthError(
      'port_taken',
      `Berth may not use port ${port} on ${address}. Choose one above 1023 for the gateway in Settings.`,
      { data: { port, address }, cause: error },
    )
  return new BerthError(
    'bad_request',
    `The gateway cannot listen on ${address}:${port} (${code ?? 'unknown'}).`,
    {
      cause: error,
    },
  )
}

function makeServer(handlers: Handlers, limits: Limits): Server {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    // The whole header, and the whole request, in this time; an answer may take as long as it likes.
    headersTimeout: limits.headers,
    requestTimeout: limits.request,
    keepAliveTimeout: limits.idleClient,
    connectionsCheckingInterval: Math.max(50, Math.min(5000, limits.headers / 2)),
    insecureHTTPParser: false,
    // Other upgrades need not be taken up (RFC 9110 §7.8): such a request is like any without.
    shouldUpgradeCallback: asksForWebSocket,
    noDelay: true,
  })
  // Node would silently leave out what is above; the gateway counts and refuses.
  server.maxHeadersCount = 0
  server.timeout = 0
  server.on('request', handlers.request)
  server.on('checkContinue', handlers.request)
  server.on('upgrade', handlers.upgrade)
  server.on('connect', (req, socket, head) => handlers.connect(server, req, socket, head))
  return server
}

function listen(server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, address, port)))
    server.listen({ host: address, port, exclusive: true }, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

/** Counts connections by the address they come from, and closes those that are too many. */
function createDoor(): (socket: Duplex) => void {
  const open = new Map<string, number>()
  return (socket) => {
    // What was unwrapped from TLS comes by here again, and is no connection of its own.
    if (!(socket instanceof Socket) || socket instanceof TLSSocket) return
    const from = socket.remoteAddress ?? ''
    const count = (open.get(from) ?? 0) + 1
    open.set(from, count)
    socket.once('close', () => {
      const rest = (open.get(from) ?? 1) - 1
      if (rest === 0) open.delete(from)
      else open.set(from, rest)
    })
    if (count > MAX_CONNECTIONS) socket.destroy()
  }
}

/** The requests of one connection: the one that came last, while it is under way, and how many wait. */
interface Line {
  last: ServerResponse | undefined
  waiting: number
}

/**
 * Lets the requests of one connection be handled one after the other (RFC 9112 §9.3.2): whoever sends thousands at once would
 * open as many connections to a vendor, and keep everybody else waiting for one.
 */
function createQueue(): (req: IncomingMessage, res: ServerResponse, handle: () => void) => void {
  const lines = new WeakMap<Duplex, Line>()
  const lineOf = (socket: Duplex): Line => {
    const line = lines.get(socket) ?? { last: undefined, waiting: 0 }
    lines.set(socket, line)
    return line
  }
  return ({ socket }, res, handle) => {
    const line = lineOf(socket)
    const before = line.last
    line.last = res
    res.once('close', () => {
      // An idle connection holds on to nothing of its last request.
      if (line.last === res) line.last = undefined
    })
    if (before === undefined) {
      handle()
      return
    }
    line.waiting += 1
    if (line.waiting > MAX_PIPELINED) socket.destroy()
    before.once('close', () => {
      line.waiting -= 1
      if (!socket.destroyed) handle()
    })
  }
}

export function createListener(handlers: Handlers, limits: Limits): Listener {
  const admit = createDoor()
  const queue = createQueue()
  const servers = new Map<string, Server>()
  const sockets = new Set<Duplex>()
  /** Requests under way. A number: a set would be made anew every few of them, and hold on to what it held before. */
  let answering = 0
  let whenNone: (() => void) | undefined
  let closing = false
  const answered = (): void => {
    answering -= 1
    if (answering === 0) whenNone?.()
  }
  /** While Berth closes, what is under way has its time and nothing new is begun. */
  const watched: Handlers = {
    request(req, res) {
      queue(req, res, () => {
        // Asked when its turn has come: one may have waited for the request before it.
        if (closing) {
          res.shouldKeepAlive = false
          answer(res, req.url ?? '', CLOSING)
          return
        }
        answering += 1
        res.once('close', answered)
        handlers.request(req, res)
      })
    },
    upgrade(req, socket, head) {
      if (closing) answerConnect(socket, CLOSING)
      else handlers.upgrade(req, socket, head)
    },
    connect(server, req, socket, head) {
      if (closing) answerConnect(socket, CLOSING)
      else handlers.connect(server, req, socket, head)
    },
  }

  const open = async (addresses: readonly string[], port: number): Promise<Map<string, Server>> => {
    const opened = new Map<string, Server>()
    let chosen = port
    try {
      for (const address of addresses) {
        const server = makeServer(watched, limits)
        server.on('connection', (socket: Duplex) => {
          sockets.add(socket)
          socket.once('close', () => sockets.delete(socket))
        })
        server.prependListener('connection', admit)
        await listen(server, address, chosen)
        opened.set(address, server)
        chosen = portOf(server)
      }
      return opened
    } catch (error) {
      for (const server of opened.values()) server.close()
      throw error
    }
  }

  /** All servers have the same; asking a server asks the system. */
  let current = 0

  return {
    port: () => current,
    async add(addresses, port) {
      closing = false
      const fresh = [...new Set(addresses)].filter((address) => !servers.has(address))
      const wanted = current || port
      for (let attempt = 1; ; attempt++) {
        try {
          for (const [address, server] of await open(fresh, wanted)) {
            servers.set(address, server)
            current = portOf(server)
          }
          return current
        } catch (error) {
          const again = wanted === 0 && error instanceof BerthError && error.code === 'port_taken'
          if (!again || attempt === CHOICES) throw error
        }
      }
    },
    addresses: () =>
      [...servers].map(([address, server]) =>
        isIPv6(address) ? `[${address}]:${portOf(server)}` : `${address}:${portOf(server)}`,
      ),
    async close(graceMs) {
      closing = true
      const closed = [...servers.values()].map((server) => new Promise((resolve) => server.close(resolve)))
      servers.clear()
      current = 0
      const finished = new Promise<void>((resolve) => {
        whenNone = resolve
        if (answering === 0) resolve()
      })
      const grace = new AbortController()
      await Promise.race([
        finished,
        pause(graceMs, undefined, { signal: grace.signal }).catch(() => undefined),
      ])
      grace.abort()
      for (const socket of sockets) socket.destroy()
      await Promise.all(closed)
    },
  }
}
