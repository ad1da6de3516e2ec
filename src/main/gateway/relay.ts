import type { Dispatcher } from 'undici'
import type { Exchange } from './exchange.ts'
import { createHolding, HELD_MS, type Holding } from './holding.ts'
import type { Meter } from './usage/meter.ts'
import { createWay, type Way } from './way.ts'

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

/** The vendor was silent for too long. */
class TooLate extends Error {
  readonly code = 'ETIMEDOUT'
  constructor() {
    super('No answer came in time.')
    this.name = 'TooLate'
  }
}

/** For how long a vendor may be silent, in milliseconds: before its answer begins, and between two pieces of it. */
export interface Waits {
  readonly firstByte: number
  readonly silence: number
}

type Passed = Exclude<Ending, { type: 'held' }>

/** One for each try, and its own handler: every request has one. */
class AnswerRelay implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange
  readonly #holds: boolean
  readonly #onEnd: (ending: Ending) => void
  readonly #way: Way
  #controller: Dispatcher.DispatchController | undefined
  #status = 0
  #gone = false
  /** All of the answer came, or no more will. */
  #complete = false
  #broken: Error | undefined
  #holding: Holding | undefined
  #held: NodeJS.Timeout | undefined
  /** Undefined while nothing is awaited from the vendor. */
  #silence: NodeJS.Timeout | undefined
  /** The client takes no more for now, so the vendor is not to blame for its silence. */
  #paused = false
  readonly #waits: Waits
  #told: ((ending: Passed) => void) | undefined

  constructor(exchange: Exchange, holds: boolean, waits: Waits, onEnd: (ending: Ending) => void) {
    this.#exchange = exchange
    this.#holds = holds
    this.#onEnd = onEnd
    this.#waits = waits
    this.#told = onEnd
    this.#way = createWay(exchange, () => this.#resume())
  }

  #end(ending: Passed): void {
    const tell = this.#told
    this.#told = undefined
    tell?.(ending)
  }

  #resume(): void {
    this.#paused = false
    this.#silence?.refresh()
    this.#controller?.resume()
  }

  #pause(): void {
    this.#paused = true
    this.#controller?.pause()
  }

  /**
   * Waits for the vendor's next word. A timer of one duration costs next to nothing; undici's own make garbage that lives on for
   * half a second.
   */
  #await(ms: number): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => {
      if (this.#paused) this.#silence?.refresh()
      else this.#abort(() => new TooLate())
    }, ms).unref()
  }

  /** Nothing more comes from the vendor. */
  #over(): void {
    this.#complete = true
    clearTimeout(this.#silence)
    this.#silence = undefined
  }

  #breakOff(error: Error): void {
    const { meter } = this.#way
    this.#end({ type: 'broken', error, begun: this.#way.isOpen(), meter })
  }

  #finish(): void {
    this.#way.end(() => this.#end({ type: 'sent', status: this.#status, meter: this.#way.meter }))
  }

  /** The error is made where it is needed only: taking its stack costs more than all else about a good answer's end. */
  #abort(reason: () => Error): void {
    if (!this.#complete) this.#controller?.abort(reason())
  }

  /** Why the way to the client cannot be opened, if so. */
  #refused(head: Holding['head']): Error | undefined {
    try {
      return this.#way.open(head) ? undefined : new PackedAnswer()
    } catch (error) {
      return error instanceof Error ? error : new PackedAnswer()
    }
  }

  /** Opens the way to the client; ends the try where that cannot be. */
  #open(head: Holding['head']): boolean {
    const error = this.#refused(head)
    if (error === undefined) return true
    this.#breakOff(error)
    this.#abort(() => error)
    return false
  }

  #pass(): Promise<Passed> {
    const { promise, resolve } = Promise.withResolvers<Passed>()
    const kept = this.#holding
    this.#holding = undefined
    this.#told = resolve
    this.#exchange.onGone = () => this.clientGone()
    if (this.#gone || this.#exchange.res.destroyed || kept === undefined) this.clientGone()
    else if (this.#broken !== undefined) this.#breakOff(this.#broken)
    else if (this.#open(kept.head)) {
      const more = this.#way.write(kept.bytes())
      if (this.#complete) this.#finish()
      else if (more) this.#resume()
    }
    return promise
  }

  #drop(): void {
    if (this.#holding === undefined) return
    this.#holding = undefined
    this.#abort(unwanted)
  }

  /** Enough is known of a failed answer for a decision. */
  #hold(): void {
    clearTimeout(this.#held)
    const holding = this.#holding
    if (holding === undefined || this.#told === undefined) return
    if (!this.#complete) this.#pause()
    const body = holding.text()
    this.#told = undefined
    this.#onEnd({
      type: 'held',
      held: {
        status: this.#status,
        headers: holding.headers(),
        body: this.#way.mask?.text(body) ?? body,
        pass: () => this.#pass(),
        drop: () => this.#drop(),
      },
    })
  }

  clientGone(): void {
    this.#gone = true
    clearTimeout(this.#held)
    this.#way.destroy()
    // First, for what is aborted reports itself as broken.
    this.#end({ type: 'gone', status: this.#status, meter: this.#way.meter })
    this.#abort(unwanted)
  }

  onRequestStart(started: Dispatcher.DispatchController): void {
    this.#controller = started
    if (this.#gone) started.abort(new Unwanted())
    else this.#await(this.#waits.firstByte)
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    code: number,
    headers: Holding['head']['headers'],
    text?: string,
  ): void {
    // Interim answers (RFC 9110 §15.2) concern this connection; the client got its own.
    if (code < 200 || this.#gone) return
    this.#await(this.#waits.silence)
    this.#status = code
    this.#exchange.onHead?.(headers, code)
    const head = { status: code, headers, text }
    if (this.#holds && code >= 400) {
      this.#holding = createHolding(head)
      this.#held = setTimeout(() => this.#hold(), HELD_MS)
    } else this.#open(head)
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#silence?.refresh()
    if (this.#holding === undefined) {
      if (!this.#way.write(chunk)) this.#pause()
    } else if (this.#holding.add(chunk)) this.#hold()
  }

  onResponseEnd(): void {
    this.#over()
    if (this.#holding === undefined) this.#finish()
    else this.#hold()
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#over()
    this.#broken = error
    clearTimeout(this.#held)
    this.#breakOff(error)
  }
}

/**
 * The relay of one try. An error answer is held where `holds` says so; everything else goes to the client as it comes.
 * `onEnd` is called once.
 */
export function createRelay(
  exchange: Exchange,
  { holds, waits }: { readonly holds: boolean; readonly waits: Waits },
  onEnd: (ending: Ending) => void,
): Relay {
  const relay = new AnswerRelay(exchange, holds, waits, onEnd)
  return { handler: relay, clientGone: () => relay.clientGone() }
}
