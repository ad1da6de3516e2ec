import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Choice } from '../accounts/types.ts'
import type { Moved } from '../egress/types.ts'
import { answer, LOGIN_NEEDED, type OwnAnswer } from './answer.ts'
import { type ConnectParts, connect } from './connect.ts'
import { beginExchange, type Exchange, type Pass, type Refusal, type Target } from './exchange.ts'
import { fail, send } from './forward.ts'
import type { Intercepted } from './intercept.ts'
import { plainPort } from './keep-to-policy.ts'
import type { Handlers } from './listener.ts'
import type { Locator } from './locate.ts'
import { BROKEN, refuse } from './refuse.ts'
import type { Reports } from './reports.ts'
import { asksForWebSocket, refuseUpgrade, responseOn } from './upgrade.ts'
import type { Upstream } from './upstream.ts'

/** The parts a request meets, in the order it meets them. */
export interface Parts extends ConnectParts {
  readonly projectName: (projectId: string) => string
  readonly locator: Locator
  readonly reports: Reports
  readonly passes: readonly Pass[]
  /** The accounts that may serve a request; nothing when it goes as it is. */
  readonly choose: (exchange: Exchange) => Choice | Refusal | undefined
  /** Sends it with them. Resolves when the request has come to its end. */
  readonly serve: (exchange: Exchange, choice: Choice) => Promise<void>
  /** The same for a request to upgrade the connection. */
  readonly upgrade: (exchange: Exchange, from: { socket: Duplex; head: Buffer }) => Promise<void>
  readonly upstream: Upstream
  /** Tells what a plain request moves. */
  readonly plainTraffic: (socket: Duplex) => () => Moved
}

const NOTHING_HERE: OwnAnswer = { status: 404, code: 'not_found', message: 'There is nothing here.' }

const isTarget = (found: Target | OwnAnswer): found is Target => 'kind' in found

/** The first refusal of the passes, at once unless one of them waits. */
function decide(passes: readonly Pass[], exchange: Exchange, from = 0): ReturnType<Pass> {
  for (let i = from; i < passes.length; i++) {
    const said = passes[i]?.(exchange)
    if (said instanceof Promise) return said.then((refusal) => refusal ?? decide(passes, exchange, i + 1))
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

/** How requests of one kind end their way. */
interface Way {
  /** Sends a request that is in order. */
  send(exchange: Exchange): Promise<void>
  refused(exchange: Exchange): void
}

/** Inside TLS, where the connection is counted and not the request. */
const insideWay = (parts: Parts): Way => ({
  send: (exchange) => sendOn(parts, exchange),
  refused: () => undefined,
})

const plainWay = (parts: Parts): Way => ({
  send(exchange) {
    countPlain(parts, exchange)
    return sendOn(parts, exchange)
  },
  refused: ({ projectId, target }) => parts.egress.refused(projectId, target.host, plainPort(target)),
})

function upgradeWay(parts: Parts, from: { socket: Duplex; head: Buffer; isInside: boolean }): Way {
  const { socket, head, isInside } = from
  const way = isInside ? insideWay(parts) : plainWay(parts)
  return {
    async send(exchange) {
      const { projectId, target } = exchange
      const traffic = parts.plainTraffic(socket)
      if (!isInside)
        socket.once('close', parts.egress.opened(projectId, target.host, traffic, plainPort(target)))
      await parts.upgrade(exchange, { socket, head })
    },
    refused: way.refused,
  }
}

/** Takes one request through every pass and sends it, or answers why not. */
function carry(parts: Parts, way: Way, exchange: Exchange): void {
  const { res, record } = exchange
  res.once('close', () => exchange.onGone?.())
  const settle = (refusal: Refusal | undefined): void => {
    if (res.destroyed) record.finished({ outcome: 'aborted' })
    else if (refusal) {
      way.refused(exchange)
      refuse(exchange, refusal, parts.reports)
    } else
      way
        .send(exchange)
        .catch(() => {
          if (res.headersSent) res.destroy()
          else refuse(exchange, BROKEN, parts.reports)
        })
        // Where even that cannot be written. What nobody catches would end Berth.
        .catch(() => res.destroy())
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
function insideTls(
  parts: Parts,
  req: IncomingMessage,
  res: ServerResponse,
  about: Intercepted,
  way: Way,
): void {
  const found: Target | OwnAnswer =
    about.asked === about.host
      ? parts.locator.inside(req, about)
      : {
          status: 421,
          code: 'bad_request',
          message: `This connection is for ${about.host} and no other name.`,
        }
  if (!parts.projectExists(about.projectId)) answer(res, req.url ?? '', NOTHING_HERE)
  else if (isTarget(found))
    carry(parts, way, beginExchange(parts.routes, { req, res, projectId: about.projectId, target: found }))
  else turnAway(parts, req, res, about, found)
}

/** Counts a request that came in plain HTTP; one inside TLS is counted with its connection. */
function countPlain({ egress, plainTraffic }: Parts, { req, res, projectId, target }: Exchange): void {
  res.once('close', egress.opened(projectId, target.host, plainTraffic(req.socket), plainPort(target)))
}

/** A request to the gateway in plain HTTP: as to a proxy, or by mistake as to a server. */
function plain(parts: Parts, req: IncomingMessage, res: ServerResponse, way: Way): void {
  const path = req.url ?? ''
  if (path.startsWith('/') || path === '*') {
    answer(res, '', NOTHING_HERE)
    return
  }
  const projectId = parts.tokens.projectOf(
    req.headers['proxy-authorization'],
    parts.projectExists,
    req.socket,
  )
  const found = projectId === undefined ? LOGIN_NEEDED : parts.locator.absolute(req)
  if (projectId !== undefined && isTarget(found))
    carry(parts, way, beginExchange(parts.routes, { req, res, projectId, target: found }))
  else if (!isTarget(found)) answer(res, path, found)
}

/** Takes a request in from wherever it came. */
function take(
  parts: Parts,
  req: IncomingMessage,
  res: ServerResponse,
  wayFor: (isInside: boolean) => Way,
): void {
  const about = parts.interceptor.about(req.socket)
  if (about) insideTls(parts, req, res, about, wayFor(true))
  else plain(parts, req, res, wayFor(false))
}

/** What clients send is handled to the end or cut off: nothing of it may end Berth. */
export function createHandlers(parts: Parts): Handlers {
  const inside = insideWay(parts)
  const plainly = plainWay(parts)
  return {
    request(req, res) {
      res.on('error', () => res.destroy())
      try {
        take(parts, req, res, (isInside) => (isInside ? inside : plainly))
      } catch {
        res.destroy()
      }
    },
    upgrade(req, socket, head) {
      socket.on('error', () => socket.destroy())
      const res = responseOn(req, socket)
      res.on('error', () => socket.destroy())
      try {
        if (asksForWebSocket(req))
          take(parts, req, res, (isInside) => upgradeWay(parts, { socket, head, isInside }))
        else refuseUpgrade(res, req.url ?? '')
      } catch {
        socket.destroy()
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
