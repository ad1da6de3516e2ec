import { STATUS_CODES } from 'node:http'
import type { Dispatcher } from 'undici'
import { type Body, createBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import { answerHeaders, dropHeaders } from './headers.ts'
import { createMask, type Mask } from './mask.ts'
import { createUnpacker, isPacked } from './unpack.ts'
import { createMeter, type Meter } from './usage/meter.ts'

/** The header of an answer, as it came. */
export interface Head {
  readonly status: number
  readonly headers: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2]
  /** The words behind the status. */
  readonly text: string | undefined
}

/** The way of an answer to the client, from its header on. */
export interface Way {
  readonly mask: Mask | undefined
  /** Reads along, where a model was asked with an account. */
  readonly meter: Meter | undefined
  /** Sends the header. False for an answer that cannot be looked through: nothing was sent then. */
  open(head: Head): boolean
  isOpen(): boolean
  /** False when the vendor should wait. */
  write(chunk: Buffer): boolean
  /** `done` is called when all of it is on its way. */
  end(done: () => void): void
  destroy(): void
}

/** RFC 9112 §4; Node writes no other, and fails. */
const REASON = /^[\t\x20-\x7e\x80-\xff]*$/
const PACKED_FIELDS = ['content-encoding', 'content-length']
/** RFC 9110 §8.6: there is none with 204. A client may wait for so many bytes, and take the next answer's. */
const LENGTH = ['content-length']

function sendHead({ res }: Exchange, { status, headers, text }: Head, packed: boolean, mask?: Mask): void {
  res.sendDate = false
  const all = answerHeaders(headers)
  const dropped = packed ? PACKED_FIELDS : status === 204 ? LENGTH : undefined
  const fields = dropped === undefined ? all : dropHeaders(all, dropped)
  const reason = text !== undefined && REASON.test(text) ? text : (STATUS_CODES[status] ?? '')
  if (mask) res.writeHead(status, mask.text(reason), fields.map(mask.text))
  else res.writeHead(status, reason, fields)
  // Header and what came with it leave in one write; the cork is gone before the next chunk can come. It is the
  // socket's: a response that is corked itself and ended puts its last chunk before the first.
  const { socket } = res
  socket?.cork()
  process.nextTick(() => socket?.uncork())
  // Not `flushHeaders`, which writes what is above ASCII as UTF-8: fields are bytes.
  res.write('', 'latin1')
}

class AnswerWay implements Way {
  readonly mask: Mask | undefined
  readonly meter: Meter | undefined
  readonly #exchange: Exchange
  readonly #resume: () => void
  #body: Body | undefined

  constructor(exchange: Exchange, resume: () => void) {
    this.#exchange = exchange
    this.#resume = resume
    this.mask = createMask(exchange.hidden)
    // Models are asked by POST in every wire format. Other answers may be a client's own words: a file it put there before.
    const isRead = exchange.account !== undefined && exchange.req.method === 'POST'
    this.meter = isRead ? createMeter() : undefined
  }

  open(head: Head): boolean {
    const { req, res, record } = this.#exchange
    const { mask, meter } = this
    const encoding = head.headers['content-encoding']
    const packed = mask !== undefined && isPacked(encoding)
    const isEmpty = req.method === 'HEAD' || head.status === 204 || head.status === 304
    const unpacker = packed && !isEmpty ? createUnpacker(encoding) : undefined
    if (packed && !isEmpty && unpacker === undefined) return false
    sendHead(this.#exchange, head, packed, mask)
    this.#body = createBody(res, { mask, meter, unpacker }, this.#resume)
    record.began()
    return true
  }

  isOpen(): boolean {
    return this.#body !== undefined
  }

  write(chunk: Buffer): boolean {
    return this.#body?.write(chunk) !== false
  }

  end(done: () => void): void {
    this.#body?.end(done)
  }

  destroy(): void {
    this.#body?.destroy()
  }
}

/** `resume` is called when the client takes more. */
export const createWay = (exchange: Exchange, resume: () => void): Way => new AnswerWay(exchange, resume)
