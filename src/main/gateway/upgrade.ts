import { type IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { type Duplex, Transform } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { Choice } from '../accounts/types.ts'
import { answer } from './answer.ts'
import type { ServeDeps } from './course.ts'
import type { Exchange, Refusal } from './exchange.ts'
import { readFailure } from './failure/read.ts'
import { fail } from './forward.ts'
import { answerHeaders, dropHeaders } from './headers.ts'
import { createMask, type Mask } from './mask.ts'
import type { Turn } from './pool/types.ts'
import { refuse } from './refuse.ts'
import { PackedAnswer } from './relay.ts'
import { repeatedFrom } from './repeated.ts'
import { takeOne } from './take-one.ts'
import { createTally, type Tally } from './tally.ts'
import { isPacked } from './unpack.ts'
import { closeFrame } from './usage/frames.ts'

/** A client's connection that is to be upgraded (RFC 9110 §7.8), and what came with the request. */
export interface Upgrading {
  readonly socket: Duplex
  readonly head: Buffer
  /** Without a byte in either direction. Milliseconds. */
  readonly idle: number
}

type Fields = Readonly<Record<string, string | string[] | undefined>>

/** Bytes of an answer that is no upgrade. Vendors' are far shorter. */
const MOST_ANSWER = 64 * 1024
/** What could be the beginning of a credential is passed on when nothing follows it for so long. Milliseconds. */
const HELD_BACK = 50

/** A response on a connection that Node has taken out of its server's hands. It ends the connection. */
export function responseOn(req: IncomingMessage, socket: Duplex): ServerResponse {
  const res = new ServerResponse(req)
  res.shouldKeepAlive = false
  if (socket instanceof Socket) res.assignSocket(socket)
  res.once('finish', () => socket.end())
  return res
}

/** Takes the credential out of what the vendor says, wherever it is in it. */
function masking(mask: Mask): Transform {
  let timer: NodeJS.Timeout | undefined
  return new Transform({
    transform(chunk: Buffer, _, done) {
      clearTimeout(timer)
      timer = setTimeout(() => {
        const rest = mask.end()
        if (rest.length > 0) this.push(rest)
      }, HELD_BACK).unref()
      done(null, mask.chunk(chunk))
    },
    flush(done) {
      clearTimeout(timer)
      done(null, mask.end())
    },
  })
}

function switchedHead(headers: Fields, mask: Mask | undefined): string {
  const fields = answerHeaders(headers)
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket']
  for (let i = 0; i + 1 < fields.length; i += 2) lines.push(`${fields[i]}: ${fields[i + 1]}`)
  const text = `${lines.join('\r\n')}\r\n\r\n`
  return mask?.text(text) ?? text
}

/** 1008: a policy of this side's. */
const USED_UP = closeFrame(1008, 'A budget in Berth is used up. Raise it to go on.')

/** Both sides talk to each other from here on; the end of one is the end of the other. */
function join(
  exchange: Exchange,
  { socket, head, idle }: Upgrading,
  vendor: Duplex,
  headers: Fields,
  listen: Endings['listen'],
): void {
  const mask = createMask(exchange.hidden)
  if (socket instanceof Socket) exchange.res.detachSocket(socket)
  if (vendor instanceof Socket) vendor.setTimeout(idle, () => vendor.destroy())
  const closeBoth = (): void => {
    vendor.destroy()
    socket.destroy()
  }
  for (const side of [vendor, socket]) side.on('error', closeBoth).once('close', closeBoth)
  socket.write(switchedHead(headers, mask), 'latin1')
  if (head.length > 0) vendor.write(head)
  const out = mask === undefined ? socket : masking(mask)
  if (out !== socket) out.pipe(socket)
  vendor.pipe(out)
  // After the pipe, so that what was heard is with the client when it is ended.
  const tally = listen(() => {
    vendor.unpipe(out)
    socket.unpipe(vendor)
    socket.once('finish', closeBoth)
    out.end(tally?.isBetween() ? USED_UP : undefined)
  })
  if (tally !== undefined) vendor.on('data', tally.hear)
  socket.pipe(vendor)
}

/** The vendor answered as it would any request: its answer goes to the client, whose connection then ends. */
function answerPlainly(exchange: Exchange, status: number, headers: Fields, body: Buffer): void {
  const mask = createMask(exchange.hidden)
  if (mask !== undefined && isPacked(headers['content-encoding'])) {
    fail(exchange, new PackedAnswer())
    return
  }
  const clean = mask === undefined ? body : Buffer.concat([mask.chunk(body), mask.end()])
  const fields = dropHeaders(answerHeaders(headers), ['content-length'])
  exchange.res.writeHead(status, mask === undefined ? fields : fields.map(mask.text))
  exchange.res.end(clean)
  exchange.record.finished({ outcome: 'sent', status })
}

const flat = (headers: Fields): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )

/** What becomes of the request, for the pools, the books and the record. */
function createEndings(exchange: Exchange, turn: Turn | undefined, deps: ServeDeps) {
  let tally: Tally | undefined
  const count = (status: number | undefined): void => {
    if (turn !== undefined)
      deps.count(exchange, { account: turn.account, attempts: 1, status, meter: undefined })
  }
  return {
    switched(vendor: Duplex): void {
      turn?.succeeded()
      if (turn !== undefined) deps.reports.used(exchange.projectId, turn.account)
      exchange.record.decided({ outcome: 'sent', status: 101 })
      vendor.once('close', () => {
        const tokens = tally?.tokens()
        const known = tokens === undefined ? {} : { tokens }
        exchange.record.finished({ outcome: 'sent', status: 101, ...known })
        // Its answers are counted already.
        if (tokens === undefined) count(101)
      })
    },
    /** What hears the vendor, where the conversation goes by an account. */
    listen(onUsedUp: () => void): Tally | undefined {
      tally = turn && createTally(exchange, turn.account, deps, onUsedUp)
      return tally
    },
    answered(status: number, headers: Fields, body: Buffer): void {
      if (status < 400) turn?.succeeded()
      else {
        const text = body.toString('utf8')
        // Its words are told to others.
        const clean = createMask(exchange.hidden)?.text(text) ?? text
        const answer = { status, headers: flat(headers), body: clean, repeats: repeatedFrom(exchange) }
        turn?.failed(readFailure(answer, deps.now()))
      }
      if (turn !== undefined && status === 401)
        deps.reports.rejected(exchange.projectId, turn.account, status)
      count(status)
    },
    broken(error: Error, isGone: boolean): void {
      turn?.givenBack()
      if (isGone) exchange.record.finished({ outcome: 'aborted' })
      else fail(exchange, error)
      count(undefined)
    },
  }
}

type Endings = ReturnType<typeof createEndings>

function createHandler(exchange: Exchange, up: Upgrading, endings: Endings): Dispatcher.DispatchHandler {
  let isGone = false
  let seen: { status: number; headers: Fields } | undefined
  const chunks: Buffer[] = []
  let size = 0
  return {
    onRequestStart(controller) {
      exchange.onGone = () => {
        isGone = true
        controller.abort(new Error('The client closed its connection.'))
      }
      if (up.socket.destroyed) exchange.onGone()
    },
    onRequestUpgrade(_, __, headers, vendor) {
      exchange.onGone = undefined
      if (String(headers.upgrade).toLowerCase() !== 'websocket') {
        // RFC 6455 §4.1: it speaks another protocol than was asked for.
        vendor.destroy()
        endings.broken(new Error('another protocol'), false)
        return
      }
      endings.switched(vendor)
      join(exchange, up, vendor, headers, endings.listen)
    },
    onResponseStart(_, status, headers) {
      if (status >= 200) seen = { status, headers }
    },
    onResponseData(controller, chunk) {
      size += chunk.length
      if (size > MOST_ANSWER) controller.abort(new PackedAnswer())
      else chunks.push(chunk)
    },
    onResponseEnd() {
      exchange.onGone = undefined
      if (seen === undefined) return
      const body = Buffer.concat(chunks)
      endings.answered(seen.status, seen.headers, body)
      answerPlainly(exchange, seen.status, seen.headers, body)
    },
    onResponseError(_, error) {
      exchange.onGone = undefined
      endings.broken(error, isGone)
    },
  }
}

/**
 * Sends a request to upgrade to a WebSocket, with an account's credential where it carries a placeholder, and joins the two
 * connections once the vendor has agreed. No extension is agreed on then: a compressed conversation could not be searched
 * for what it must not tell.
 */
export async function upgrade(
  exchange: Exchange,
  up: Upgrading,
  choice: Choice | Refusal | undefined,
  deps: ServeDeps,
): Promise<void> {
  const turn = choice === undefined || 'status' in choice ? choice : await takeOne(exchange, choice, deps)
  if (turn === 'left') {
    exchange.record.finished({ outcome: 'aborted' })
    return
  }
  if (turn !== undefined && 'status' in turn) {
    refuse(exchange, turn, deps.reports)
    return
  }
  const { target, headers } = exchange
  const agent = target.kind === 'plain' ? deps.upstream.guarded : deps.upstream.trusted
  agent.dispatch(
    {
      origin: target.origin,
      path: exchange.path,
      method: 'GET',
      headers: turn === undefined ? headers : dropHeaders(headers, ['sec-websocket-extensions']),
      upgrade: 'websocket',
    },
    createHandler(exchange, up, createEndings(exchange, turn, deps)),
  )
}

/** True for a request that asks for a WebSocket (RFC 6455 §4.1), and for nothing else with it. */
export const asksForWebSocket = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  headers.upgrade?.toLowerCase() === 'websocket' &&
  headers['content-length'] === undefined &&
  headers['transfer-encoding'] === undefined

/** Answers an upgrade to anything else. */
export function refuseUpgrade(res: ServerResponse, path: string): void {
  answer(res, path, { status: 501, code: 'bad_request', message: 'Only WebSocket upgrades are carried.' })
}
