import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Choice } from '../accounts/types.ts'
import { type Authority, parseAuthority } from './addresses.ts'
import { answer, answerConnect, LOGIN_NEEDED, type OwnAnswer } from './answer.ts'
import type { Exchange, Pass, Refusal, Target } from './exchange.ts'
import { fail, send } from './forward.ts'
import type { HostMap } from './host-map.ts'
import type { HostDirectory } from './hosts.ts'
import type { Intercepted, Interceptor } from './intercept.ts'
import type { Handlers } from './listener.ts'
import type { Locator } from './locate.ts'
import type { Reports } from './reports.ts'
import type { Routes } from './routes.ts'
import type { Tokens } from './tokens.ts'
import type { Tunnels } from './tunnel.ts'
import type { Upstream } from './upstream.ts'

/** The parts a request meets, in the order it meets them. */
export interface Parts {
  readonly tokens: Tokens
  readonly projectExists: (projectId: string) => boolean
  readonly projectName: (projectId: string) => string
  readonly hosts: HostDirectory
  readonly hostMap: HostMap
  readonly interceptor: Interceptor
  readonly tunnels: Tunnels
  readonly locator: Locator
  readonly routes: Routes
  readonly reports: Reports
  readonly passes: readonly Pass[]
  /** The accounts that may serve a request; nothing when it goes as it is. */
  readonly choose: (exchange: Exchange) => Choice | Refusal | undefined
  /** Sends it with them. Resolves when the request has come to its end. */
  readonly serve: (exchange: Exchange, choice: Choice) => Promise<void>
  readonly upstream: Upstream
}

const NOTHING_HERE: OwnAnswer = { status: 404, code: 'not_found', message: 'There is nothing here.' }

const isTarget = (found: Target | OwnAnswer): found is Target => 'kind' in found

function refuse(exchange: Exchange, refusal: Refusal, reports: Reports): void {
  const { res, record, projectId, target } = exchange
  record.finished({ outcome: 'refused', status: refusal.status, reason: refusal.message })
  if (refusal.notify) reports.notice({ level: 'warning', text: refusal.message, projectId })
  answer(res, target.path, refusal)
  // Node does away with the body of an answered request by itself only if nobody has read of it.
  if (exchange.beginning) exchange.req.resume()
}

const BROKEN: Refusal = {
  status: 403,
  code: 'internal',
  message: 'Berth could not decide about this request, so it was not sent. Restart the project.',
}

/** The first refusal of the passes, at once unless one of them waits. */
function decide(passes: readonly Pass[], exchange: Exchange): ReturnType<Pass> {
  for (const [i, pass] of passes.entries()) {
    const said = pass(exchange)
    if (said instanceof Promise)
      return said.then((refusal) => refusal ?? decide(passes.slice(i + 1), exchange))
    if (said) return said
  }
  return undefined
}

function safely(work: () => ReturnType<Pass>): ReturnType<Pass> {
  try {
    return work()
  } catch {
    return BROKEN
  }
}

/** Sends a request that is in order: with the accounts there are for it, or as it is. */
async function sendOn(parts: Parts, exchange: Exchange): Promise<void> {
  const choice = parts.choose(exchange)
  if (choice !== undefined && 'status' in choice) refuse(exchange, choice, parts.reports)
  else if (choice !== undefined) await parts.serve(exchange, choice)
  else await sendAsItIs(parts, exchange)
}

async function sendAsItIs({ upstream }: Parts, exchange: Exchange): Promise<void> {
  const { record } = exchange
  const ending = await send(exchange, upstream, false)
  if (ending.type === 'sent') record.finished({ outcome: 'sent', status: ending.status })
  else if (ending.type === 'broken') fail(exchange, ending.error)
  else
    record.finished({
      outcome: 'aborted',
      ...(ending.type === 'gone' && ending.status > 0 ? { status: ending.status } : {}),
    })
}

/** Takes one request through every pass and sends it, or answers why not. */
function carry(
  parts: Parts,
  req: IncomingMessage,
  res: ServerResponse,
  projectId: string,
  target: Target,
): void {
  const record = parts.routes.begin({
    projectId,
    host: target.host,
    method: req.method ?? '',
    path: target.path,
  })
  const exchange: Exchange = {
    req,
    res,
    projectId,
    target,
    record,
    headers: [],
    carriers: [],
    path: target.path,
    found: [],
    models: [],
    beginning: undefined,
    account: undefined,
    asked: undefined,
    onGone: undefined,
    firstByteAt: undefined,
    hidden: [],
  }
  res.once('close', () => exchange.onGone?.())
  const settle = (refusal: Refusal | undefined): void => {
    if (res.destroyed) record.finished({ outcome: 'aborted' })
    else if (refusal) refuse(exchange, refusal, parts.reports)
    else void sendOn(parts, exchange).catch(() => res.destroy())
  }
  // A pass that breaks refuses: nothing is sent that was not decided about.
  const said = safely(() => decide(parts.passes, exchange))
  if (said instanceof Promise)
    said
      .catch(() => BROKEN)
      .then(settle)
      .catch(() => res.destroy())
  else settle(said)
}

/** A request that was answered before it could be carried: kept in the record of its project. */
function turnAway(
  parts: Parts,
  req: IncomingMessage,
  res: ServerResponse,
  about: Intercepted,
  own: OwnAnswer,
): void {
  const path = req.url ?? ''
  const { projectId, host } = about
  parts.routes
    .begin({ projectId, host, method: req.method ?? '', path })
    .finished({ outcome: 'refused', status: own.status, reason: own.message })
  if (own.status === 421)
    parts.reports.notice({
      level: 'warning',
      text: `${parts.projectName(projectId)} asked for another host on its connection to ${host}. Nothing was sent.`,
      projectId,
    })
  answer(res, path, own)
}

/** A request inside TLS that was ended here. */
function insideTls(parts: Parts, req: IncomingMessage, res: ServerResponse, about: Intercepted): void {
  const found: Target | OwnAnswer =
    about.asked === about.host
      ? parts.locator.inside(req, about)
      : {
          status: 421,
          code: 'bad_request',
          message: `This connection is for ${about.host} and no other name.`,
        }
  if (!parts.projectExists(about.projectId)) answer(res, req.url ?? '', NOTHING_HERE)
  else if (isTarget(found)) carry(parts, req, res, about.projectId, found)
  else turnAway(parts, req, res, about, found)
}

/** A request to the gateway in plain HTTP: as to a proxy, or by mistake as to a server. */
function plain(parts: Parts, req: IncomingMessage, res: ServerResponse): void {
  const path = req.url ?? ''
  if (path.startsWith('/') || path === '*') {
    answer(res, '', NOTHING_HERE)
    return
  }
  const projectId = parts.tokens.projectOf(req.headers['proxy-authorization'], parts.projectExists)
  const found = projectId === undefined ? LOGIN_NEEDED : parts.locator.absolute(req)
  if (projectId !== undefined && isTarget(found)) carry(parts, req, res, projectId, found)
  else if (!isTarget(found)) answer(res, path, found)
}

const NO_AUTHORITY: OwnAnswer = { status: 400, code: 'bad_request', message: 'CONNECT needs host:port.' }
const NESTED: OwnAnswer = { status: 405, code: 'bad_request', message: 'No tunnel inside a tunnel.' }

/** Who asks for a tunnel and where to, or what he is told instead. */
function readConnect(parts: Parts, req: IncomingMessage): (Authority & { projectId: string }) | OwnAnswer {
  if (parts.interceptor.about(req.socket)) return NESTED
  const projectId = parts.tokens.projectOf(req.headers['proxy-authorization'], parts.projectExists)
  if (projectId === undefined) return LOGIN_NEEDED
  const to = parseAuthority(req.url ?? '')
  return to ? { ...to, projectId } : NO_AUTHORITY
}

function connect(parts: Parts, server: Server, req: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on('error', () => socket.destroy())
  const to = readConnect(parts, req)
  if (!('host' in to)) {
    answerConnect(socket, to)
    return
  }
  const { host, port, projectId } = to
  const ours = parts.hosts.providersOf(host).length > 0
  if (ours && (port === 443 || parts.hostMap.hasPort(host, port))) {
    parts.interceptor.open(server, socket, head, to).catch(() => socket.destroy())
    return
  }
  const record = parts.routes.begin({ projectId, host, method: 'CONNECT', path: `:${port}` })
  parts.tunnels.open(socket, head, to, record)
}

/** What clients send is handled to the end or cut off: nothing of it may end Berth. */
export function createHandlers(parts: Parts): Handlers {
  return {
    request(req, res) {
      res.on('error', () => res.destroy())
      try {
        const about = parts.interceptor.about(req.socket)
        if (about) insideTls(parts, req, res, about)
        else plain(parts, req, res)
      } catch {
        res.destroy()
      }
    },
    connect(server, req, socket, head) {
      try {
        connect(parts, server, req, socket, head)
      } catch {
        socket.destroy()
      }
    },
  }
}
