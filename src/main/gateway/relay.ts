import type { Dispatcher } from 'undici'
import { type Body, createBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import { answerHeaders, dropHeaders } from './headers.ts'
import { createMask } from './mask.ts'
import { blamesCredential, type Reports, verdictOf } from './reports.ts'
import { createUnpacker, isPacked } from './unpack.ts'

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

/** `onFailure` is told when the vendor's side broke; not when the client left. */
export function createRelay(exchange: Exchange, reports: Reports, onFailure: (error: Error) => void): Relay {
  const { res, record, account, projectId } = exchange
  const mask = createMask(exchange.hidden)
  let controller: Dispatcher.DispatchController | undefined
  let status = 0
  let gone = false
  let done = false
  let judgeBody = false
  let body: Body | undefined

  const judge = (): void => {
    if (account === undefined) return
    const verdict = verdictOf(status)
    if (verdict === 'good') reports.used(projectId, account)
    if (verdict === 'rejected') reports.rejected(projectId, account, status)
    judgeBody = verdict === 'ask-body'
  }

  const resume = (): void => controller?.resume()

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started
      if (gone) started.abort(new ClientGone())
    },
    onResponseStart(answering, code, headers, text) {
      // Interim answers (RFC 9110 §15.2) concern this connection; the client got its own.
      if (code < 200 || gone) return
      const packed = mask !== undefined && isPacked(headers['content-encoding'])
      const unpacker = packed ? createUnpacker(headers['content-encoding']) : undefined
      if (packed && unpacker === undefined) {
        answering.abort(new PackedAnswer())
        return
      }
      body = createBody(res, { mask, unpacker }, resume)
      status = code
      judge()
      res.sendDate = false
      // Header and what came with it leave in one write; the cork is gone before the next chunk can come. It is the
      // socket's: a response that is corked itself and ended puts its last chunk before the first.
      const { socket } = res
      socket?.cork()
      process.nextTick(() => socket?.uncork())
      const all = answerHeaders(headers)
      const fields = packed ? dropHeaders(all, ['content-encoding', 'content-length']) : all
      if (mask) res.writeHead(code, mask.text(text ?? ''), fields.map(mask.text))
      else res.writeHead(code, text, fields)
      res.flushHeaders()
    },
    onResponseData(started, chunk) {
      if (judgeBody) {
        judgeBody = false
        if (account !== undefined && blamesCredential(chunk)) reports.rejected(projectId, account, status)
      }
      if (body?.write(chunk) === false) started.pause()
    },
    onResponseEnd() {
      done = true
      body?.end()
      record.finished({ outcome: 'sent', status })
    },
    onResponseError(_, error) {
      if (done) return
      done = true
      if (!gone) onFailure(error)
    },
  }

  const clientGone = (): void => {
    body?.destroy()
    if (done) return
    gone = true
    record.finished({ outcome: 'aborted', ...(status === 0 ? {} : { status }) })
    controller?.abort(new ClientGone())
  }
  return { handler, clientGone }
}
