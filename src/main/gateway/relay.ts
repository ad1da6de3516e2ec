import type { Dispatcher } from 'undici'
import { type Body, createBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import { answerHeaders, dropHeaders } from './headers.ts'
import { createMask } from './mask.ts'
import { createUnpacker, isPacked } from './unpack.ts'
import { createMeter, type Meter } from './usage/meter.ts'

/** How a try of a request ended. */
export type Ending =
  /** The whole answer went to the client. `meter` has read along, where an account was used. */
  | { readonly type: 'sent'; readonly status: number; readonly meter: Meter | undefined }
  /** The client left. */
  | { readonly type: 'gone'; readonly status: number }
  /** An error answer that nobody has seen yet. */
  | { readonly type: 'held'; readonly held: Held }
  /** No answer came, or it broke off. `begun`: the client has a part of it. */
  | { readonly type: 'broken'; readonly error: Error; readonly begun: boolean }

/** A failed answer that is kept until somebody decides about it: passed on, or dropped. One of the two is called. */
export interface Held {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The beginning of its body, without what the client must not read. */
  readonly body: string
  pass(): Promise<Ending>
  drop(): void
}

/** Carries one answer from a vendor to the client, chunk by chunk. */
export interface Relay {
  readonly handler: Dispatcher.DispatchHandler
  /** To be called when the client's side closed, for whatever reason. */
  readonly clientGone: () => void
}

/** The client closed its connection: nobody is left to answer. */
class ClientGone extends Error {
  constructor() {
    super('The client closed its connection.')
    this.name = 'AbortError'
  }
}

/** The vendor packed its answer in a way it was not asked to, so it cannot be looked through. */
export class PackedAnswer extends Error {
  constructor() {
    super('The answer cannot be unpacked.')
    this.name = 'PackedAnswer'
  }
}

/** Bytes of an error answer that are read before somebody decides about it. Vendors' are far shorter. */
const MOST_HELD = 64 * 1024
/** How long the body of an error answer is waited for. Milliseconds. */
const HELD_MS = 3000

type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2]

/** The way of an answer to the client, from its header on. */
function createWay(exchange: Exchange, resume: () => void) {
  const { res } = exchange
  const mask = createMask(exchange.hidden)
  const meter = exchange.account === undefined ? undefined : createMeter()
  let body: Body | undefined
  return {
    mask,
    meter,
    /** False for an answer that cannot be looked through. */
    open(status: number, headers: Headers, text: string | undefined): boolean {
      const packed = mask !== undefined && isPacked(headers['content-encoding'])
      const unpacker = packed ? createUnpacker(headers['content-encoding']) : undefined
      if (packed && unpacker === undefined) return false
      body = createBody(res, { mask, unpacker }, resume)
      exchange.firstByteAt = Date.now()
      res.sendDate = false
      // Header and what came with it leave in one write; the cork is gone before the next chunk can come. It is the
      // socket's: a response that is corked itself and ended puts its last chunk before the first.
      const { socket } = res
      socket?.cork()
      process.nextTick(() => socket?.uncork())
      const all = answerHeaders(headers)
      const fields = packed ? dropHeaders(all, ['content-encoding', 'content-length']) : all
      if (mask) res.writeHead(status, mask.text(text ?? ''), fields.map(mask.text))
      else res.writeHead(status, text, fields)
      res.flushHeaders()
      return true
    },
    /** False when the vendor should wait. */
    write(chunk: Buffer): boolean {
      meter?.push(chunk)
      return body?.write(chunk) !== false
    },
    end: () => body?.end(),
    isOpen: () => body !== undefined,
    destroy: () => body?.destroy(),
  }
}

function plainHeaders(headers: Headers): Held['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}

/**
 * The relay of one try. An error answer is held where `holds` says so; everything else goes to the client as it comes.
 * `onEnd` is called once, and once more by a held answer that is passed on.
 */
export function createRelay(exchange: Exchange, holds: boolean, onEnd: (ending: Ending) => void): Relay {
  let controller: Dispatcher.DispatchController | undefined
  let status = 0
  let gone = false
  let over = false
  let ended = false
  let asked = false
  let told = onEnd
  const way = createWay(exchange, () => controller?.resume())
  let holding:
    | { readonly headers: Headers; readonly text: string | undefined; chunks: Buffer[]; size: number }
    | undefined

  const end = (ending: Ending): void => {
    if (over) return
    over = true
    told(ending)
  }

  function startAgain(): Promise<Ending> {
    const { promise, resolve } = Promise.withResolvers<Ending>()
    told = resolve
    over = false
    return promise
  }

  function pass(): Promise<Ending> {
    const kept = holding
    holding = undefined
    const ending = startAgain()
    if (gone) end({ type: 'gone', status })
    else if (kept === undefined || !way.open(status, kept.headers, kept.text)) {
      controller?.abort(new PackedAnswer())
      end({ type: 'broken', error: new PackedAnswer(), begun: false })
    } else {
      const flows = kept.chunks.map((chunk) => way.write(chunk))
      if (ended) finish()
      else if (flows.every(Boolean)) controller?.resume()
    }
    return ending
  }

  /** Enough is known of a failed answer for a decision. */
  function hold(): void {
    if (holding === undefined || over || asked) return
    asked = true
    if (!ended) controller?.pause()
    const text = Buffer.concat(holding.chunks).toString('utf8')
    end({
      type: 'held',
      held: {
        status,
        headers: plainHeaders(holding.headers),
        body: way.mask?.text(text) ?? text,
        pass,
        drop() {
          holding = undefined
          if (!ended) controller?.abort(new ClientGone())
        },
      },
    })
  }

  function finish(): void {
    way.end()
    end({ type: 'sent', status, meter: way.meter })
  }

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started
      if (gone) started.abort(new ClientGone())
    },
    onResponseStart(answering, code, headers, text) {
      // Interim answers (RFC 9110 §15.2) concern this connection; the client got its own.
      if (code < 200 || gone) return
      status = code
      if (holds && code >= 400) {
        holding = { headers, text, chunks: [], size: 0 }
        setTimeout(hold, HELD_MS).unref()
      } else if (!way.open(code, headers, text)) answering.abort(new PackedAnswer())
    },
    onResponseData(started, chunk) {
      if (holding !== undefined) {
        holding.chunks.push(chunk)
        holding.size += chunk.length
        if (holding.size >= MOST_HELD) hold()
      } else if (!way.write(chunk)) started.pause()
    },
    onResponseEnd() {
      ended = true
      if (holding === undefined) finish()
      else hold()
    },
    onResponseError(_, error) {
      ended = true
      if (!gone) end({ type: 'broken', error, begun: way.isOpen() })
    },
  }

  const clientGone = (): void => {
    way.destroy()
    gone = true
    if (!over) controller?.abort(new ClientGone())
    end({ type: 'gone', status })
  }
  return { handler, clientGone }
}
