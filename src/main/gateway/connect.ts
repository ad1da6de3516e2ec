import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { EgressGate } from '../egress/types.ts'
import { type Authority, parseAuthority } from './addresses.ts'
import { answerConnect, LOGIN_NEEDED, type OwnAnswer } from './answer.ts'
import type { HostMap } from './host-map.ts'
import type { HostDirectory } from './hosts.ts'
import type { Interceptor } from './intercept.ts'
import type { Routes } from './routes.ts'
import type { Tokens } from './tokens.ts'
import { movedFrom } from './traffic.ts'
import type { Tunnels } from './tunnel.ts'

/** The parts a CONNECT meets. */
export interface ConnectParts {
  readonly tokens: Tokens
  readonly projectExists: (projectId: string) => boolean
  readonly hosts: HostDirectory
  readonly hostMap: HostMap
  readonly interceptor: Interceptor
  readonly tunnels: Tunnels
  readonly routes: Routes
  readonly egress: EgressGate
}

type Destination = Authority & { readonly projectId: string }

const NO_AUTHORITY: OwnAnswer = { status: 400, code: 'bad_request', message: 'CONNECT needs host:port.' }
const NESTED: OwnAnswer = { status: 405, code: 'bad_request', message: 'No tunnel inside a tunnel.' }

/** Who asks for a tunnel and where to, or what he is told instead. */
function readConnect(parts: ConnectParts, req: IncomingMessage): Destination | OwnAnswer {
  if (parts.interceptor.about(req.socket)) return NESTED
  const projectId = parts.tokens.projectOf(
    req.headers['proxy-authorization'],
    parts.projectExists,
    req.socket,
  )
  if (projectId === undefined) return LOGIN_NEEDED
  const to = parseAuthority(req.url ?? '')
  return to ? { ...to, projectId } : NO_AUTHORITY
}

/** A connection to a provider: read here, and counted with its TLS. */
async function intercept(
  { interceptor, egress }: ConnectParts,
  server: Server,
  socket: Duplex,
  head: Buffer,
  to: Destination,
): Promise<void> {
  const closed = egress.opened(to.projectId, to.host, movedFrom(socket))
  socket.once('close', closed)
  if (socket.destroyed) closed()
  await interceptor.open(server, socket, head, to)
}

/** A connection to anywhere else: carried unread where the project's policy lets it. */
async function tunnel(
  { routes, tunnels, egress }: ConnectParts,
  socket: Duplex,
  head: Buffer,
  to: Destination,
): Promise<void> {
  const { projectId, host, port } = to
  const record = routes.begin({ projectId, host, method: 'CONNECT', path: `:${port}` })
  const message = await egress.refusal(projectId, host, port)
  if (message !== undefined) {
    egress.refused(projectId, host, port)
    record.finished({ outcome: 'refused', status: 403, reason: message })
    answerConnect(socket, { status: 403, code: 'egress_refused', message })
  } else if (socket.destroyed) record.finished({ outcome: 'aborted' })
  else tunnels.open(socket, head, to, record)
}

/** Handles a CONNECT to its end. */
export function connect(
  parts: ConnectParts,
  server: Server,
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  socket.on('error', () => socket.destroy())
  const to = readConnect(parts, req)
  if (!('host' in to)) {
    answerConnect(socket, to)
    return
  }
  const ours = parts.hosts.providersOf(to.host).length > 0
  const isRead = ours && (to.port === 443 || parts.hostMap.hasPort(to.host, to.port))
  const opening = isRead ? intercept(parts, server, socket, head, to) : tunnel(parts, socket, head, to)
  opening.catch(() => socket.destroy())
}
