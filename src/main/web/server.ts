import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Log } from '../log/log.ts'
import type { Dispatch } from '../rpc/dispatch.ts'
import type { Events } from '../rpc/events.ts'
import { contentSecurityPolicy, rendererFile } from '../rpc/renderer-files.ts'
import { createEventSockets, type EventSocketOptions, type EventSockets } from './events-socket.ts'
import { cookieName, foreignOrigin, ownHosts, refusalOf, sessionCookie } from './guard.ts'
import { listen } from './listen.ts'
import { signedOutPage, usedTokenPage } from './pages.ts'
import { commonHeaders, replyFailure, replyPage, replyText } from './replies.ts'
import { answerCall } from './rpc-route.ts'
import { createSessions, type SessionStore, type Sessions } from './sessions.ts'

export interface WebServerOptions {
  readonly dispatch: Dispatch
  readonly events: Events
  /** The built renderer: the folder of `index.html`. */
  readonly rendererDir: string
  readonly log: Log
  /** 0 (the default) takes any free port. */
  readonly port?: number | undefined
  /** Tried first when `port` is 0, so that open pages find Berth again after a restart. */
  readonly preferredPort?: number | undefined
  readonly sessionStore?: SessionStore
  /** Called when a login address was used up, for example to print a new one. */
  readonly onLogin?: () => void
  readonly sockets?: EventSocketOptions
}

export interface WebServer {
  /** The address to open, with a login token that works once. */
  readonly url: string
  /** `127.0.0.1:port` */
  readonly address: string
  readonly port: number
  /** Makes a new address with a new token; an older unused one ends. */
  newLoginUrl(): string
  close(): Promise<void>
}

/** It is the one address: what listens here can do all that Berth can. */
const HOST = '127.0.0.1'
/** How long calls under way may take once Berth is quitting. */
const CLOSE_MS = 2_000

interface Parts extends WebServerOptions {
  readonly sessions: Sessions
  readonly eventSockets: EventSockets
  /** Known once the server listens. */
  readonly port: number
}

async function login(url: URL, request: IncomingMessage, response: ServerResponse, parts: Parts) {
  if (request.method !== 'GET') return replyText(response, 405, 'Open this address in a browser.')
  // A browser that fetches ahead of the user must not use the token up.
  if (request.headers['sec-purpose'] !== undefined) return replyText(response, 503, 'Not ahead of time.')
  const cookie = await parts.sessions.exchange(url.searchParams.get('token') ?? '')
  const signedIn = parts.sessions.isValid(sessionCookie(request, parts.port))
  if (cookie === undefined && !signedIn) return replyPage(response, 403, usedTokenPage)
  response.writeHead(303, {
    location: '/',
    'cache-control': 'no-store',
    ...(cookie === undefined
      ? {}
      : {
          'set-cookie': `${cookieName(parts.port)}=${cookie}; Path=/; HttpOnly; SameSite=Strict; Max-Age=7776000`,
        }),
  })
  response.end()
  if (cookie !== undefined) parts.onLogin?.()
}

async function file(path: string, request: IncomingMessage, response: ServerResponse, parts: Parts) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return replyText(response, 405, 'Files are only read.')
  }
  if (!parts.sessions.isValid(sessionCookie(request, parts.port))) {
    return replyPage(response, 401, signedOutPage)
  }
  const found = await rendererFile(parts.rendererDir, path)
  if (found === undefined) return replyText(response, 404, 'There is no such file.')
  response.writeHead(200, {
    'content-type': found.contentType,
    'content-length': found.body.length,
    'cache-control': found.immutable ? 'private, max-age=31536000, immutable' : 'no-cache',
  })
  response.end(request.method === 'HEAD' ? undefined : found.body)
}

async function answer(request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> {
  const policy = contentSecurityPolicy(ownHosts(parts.port).map((host) => `ws://${host}`))
  for (const [name, value] of Object.entries(commonHeaders(policy))) response.setHeader(name, value)
  const refusal = refusalOf(request, parts.port)
  const target = request.url ?? '/'
  const path = target.split('?')[0] ?? '/'
  if (path.startsWith('/rpc/')) {
    if (refusal !== undefined) return replyFailure(response, 403, 'bad_request', refusal)
    const authorised = parts.sessions.isValid(sessionCookie(request, parts.port))
    return answerCall(request, response, {
      dispatch: parts.dispatch,
      authorised,
      method: path.slice('/rpc/'.length),
    })
  }
  if (refusal !== undefined) return replyText(response, 403, refusal)
  if (path === '/login') {
    return login(new URL(`http://${HOST}/${target.slice(1)}`), request, response, parts)
  }
  return file(path, request, response, parts)
}

/** The status line that refuses an upgrade, or undefined. */
function upgradeRefusal(request: IncomingMessage, parts: Parts): string | undefined {
  if ((refusalOf(request, parts.port) ?? foreignOrigin(request)) !== undefined) return '403 Forbidden'
  if (!parts.sessions.isValid(sessionCookie(request, parts.port))) return '401 Unauthorized'
  return request.url?.split('?')[0] === '/events' ? undefined : '404 Not Found'
}

function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, parts: Parts): void {
  socket.on('error', () => socket.destroy())
  const refused = upgradeRefusal(request, parts)
  if (refused === undefined) parts.eventSockets.accept(request, socket, head)
  else socket.end(`HTTP/1.1 ${refused}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

function stop(server: Server, sockets: EventSockets): Promise<void> {
  return new Promise((done) => {
    sockets.close()
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS)
    server.close(() => {
      clearTimeout(timer)
      done()
    })
    server.closeIdleConnections()
  })
}

/**
 * Serves the contract and the renderer to browsers on this computer. Throws `port_taken` when the port asked for
 * cannot be had.
 */
export async function createWebServer(options: WebServerOptions): Promise<WebServer> {
  const sessions = await createSessions(
    options.sessionStore === undefined ? {} : { store: options.sessionStore },
  )
  const server = createServer()
  const port = await listen(server, HOST, {
    port: options.port ?? 0,
    preferredPort: options.preferredPort,
  })
  const eventSockets = createEventSockets(options.events, options.sockets)
  const parts: Parts = { ...options, sessions, eventSockets, port }
  server.on('request', (request, response) => {
    answer(request, response, parts).catch((error: unknown) => {
      options.log.error({ err: error }, 'a web request failed')
      if (response.headersSent) response.destroy()
      else
        replyFailure(response, 500, 'internal', 'Something went wrong inside Berth. Its log file says more.')
    })
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    upgrade(request, socket, head, parts),
  )
  const newLoginUrl = () => `http://${HOST}:${port}/login?token=${sessions.newToken()}`
  return {
    url: newLoginUrl(),
    address: `${HOST}:${port}`,
    port,
    newLoginUrl,
    close: () => stop(server, eventSockets),
  }
}
