import type { Dispatcher } from 'undici'
import type { Exchange } from './exchange.ts'
import { createHolding, HELD_MS, type Holding } from './holding.ts'
import type { Meter } from './usage/meter.ts'
import { createWay } from './way.ts'

/** How a try of a request ended. `meter` has read along, where an account was used. */
export type Ending =
  /** The whole answer went to the client. */
  | { readonly type: 'sent'; readonly status: number; readonly meter: Meter | undefined }
  /** The client left. The status is 0 before there was one. */
  | { readonly type: 'gone'; readonly status: number; readonly meter: Meter | undefined }
  /** An error answer that nobody has seen yet. */
  | { readonly type: 'held'; readonly held: Held }
  /** No answer came, or it broke off. `begun`: the client has a part of it. */
  | {
      readonly type: 'broken'
      readonly error: Error
      readonly begun: boolean
      readonly meter: Meter | undefined
    }

/** A failed answer that is kept until somebody decides about it: passed on once, or dropped. */
export interface Held {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The beginning of its body, without what the client must not read. */
  readonly body: string
  /** How that ended: never `held` again. */
  pass(): Promise<Exclude<Ending, { type: 'held' }>>
  /** Does nothing to one that was passed on. */
  drop(): void
}

/** Carries one answer from a vendor to the client, chunk by chunk. */
export interface Relay {
  readonly handler: Dispatcher.DispatchHandler
  /** To be called when the client's side closed, for whatever reason. */
  readonly clientGone: () => void
}

/** Nobody is there any more who could take the answer. */
class Unwanted extends Error {
  constructor() {
    super('The answer is not wanted any more.')
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

const unwanted = (): Error => new Unwanted()

type Passed = Exclude<Ending, { type: 'held' }>

/**
 * The relay of one try. An error answer is held where `holds` says so; everything else goes to the client as it comes.
 * `onEnd` is called once.
 */
export function createRelay(exchange: Exchange, holds: boolean, onEnd: (ending: Ending) => void): Relay {
  let controller: Dispatcher.DispatchController | undefined
  let status = 0
  let gone = false
  /** All of the answer came, or no more will. */
  let complete = false
  let broken: Error | undefined
  let holding: Holding | undefined
  let timer: NodeJS.Timeout | undefined
  let told: ((ending: Passed) => void) | undefined = onEnd
  const way = createWay(exchange, () => controller?.resume())

  const end = (ending: Passed): void => {
    const tell = told
    told = undefined
    tell?.(ending)
  }
  const breakOff = (error: Error): void =>
    end({ type: 'broken', error, begun: way.isOpen(), meter: way.meter })
  const finish = (): void => way.end(() => end({ type: 'sent', status, meter: way.meter }))
  /** The error is made where it is needed only: taking its stack costs more than all else about a good answer's end. */
  const abort = (reason: () => Error): void => {
    if (!complete) controller?.abort(reason())
  }

  /** Opens the way to the client; ends the try where that cannot be. */
  function open(head: Holding['head']): boolean {
    const refused = (): Error | undefined => {
      try {
        return way.open(head) ? undefined : new PackedAnswer()
      } catch (error) {
        return error instanceof Error ? error : new PackedAnswer()
      }
    }
    const error = refused()
    if (error === undefined) return true
    breakOff(error)
    abort(() => error)
    return false
  }

  function pass(): Promise<Passed> {
    const { promise, resolve } = Promise.withResolvers<Passed>()
    const kept = holding
    holding = undefined
    told = resolve
    exchange.onGone = clientGone
    if (gone || exchange.res.destroyed || kept === undefined) clientGone()
    else if (broken !== undefined) breakOff(broken)
    else if (open(kept.head)) {
      const more = way.write(kept.bytes())
      if (complete) finish()
      else if (more) controller?.resume()
    }
    return promise
  }

  function drop(): void {
    if (holding === undefined) return
    holding = undefined
    abort(unwanted)
  }

  /** Enough is known of a failed answer for a decision. */
  function hold(): void {
    clearTimeout(timer)
    if (holding === undefined || told === undefined) return
    if (!complete) controller?.pause()
    const body = holding.text()
    told = undefined
    onEnd({
      type: 'held',
      held: { status, headers: holding.headers(), body: way.mask?.text(body) ?? body, pass, drop },
    })
  }

  const clientGone = (): void => {
    gone = true
    clearTimeout(timer)
    way.destroy()
    // First, for what is aborted reports itself as broken.
    end({ type: 'gone', status, meter: way.meter })
    abort(unwanted)
  }

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started
      if (gone) started.abort(new Unwanted())
    },
    onResponseStart(_, code, headers, text) {
      // Interim answers (RFC 9110 §15.2) concern this connection; the client got its own.
      if (code < 200 || gone) return
      status = code
      exchange.onHead?.(headers, code)
      const head = { status: code, headers, text }
      if (holds && code >= 400) {
        holding = createHolding(head)
        timer = setTimeout(hold, HELD_MS)
      } else open(head)
    },
    onResponseData(started, chunk) {
      if (holding === undefined) {
        if (!way.write(chunk)) started.pause()
      } else if (holding.add(chunk)) hold()
    },
    onResponseEnd() {
      complete = true
      if (holding === undefined) finish()
      else hold()
    },
    onResponseError(_, error) {
      complete = true
      broken = error
      clearTimeout(timer)
      breakOff(error)
    },
  }
  return { handler, clientGone }
}
