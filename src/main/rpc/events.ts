import { z } from 'zod'
import { type AnyEvent, type EventName, events as schemas } from '../../preload/contract.ts'
import type { Log } from '../log/log.ts'

export type EventListener = (event: AnyEvent) => void

export interface ListenOptions {
  /** Gets no notices, for nobody sees them here: they wait for a listener that does. */
  readonly aside?: boolean
}

/** Where services say what changed, and every surface hears it. */
export interface Events {
  /** Hands the event to every listener, in the order events were emitted. */
  emit(event: AnyEvent): void
  /**
   * Calls `listener` for every event until the returned function is called. Notices told while nobody listened come
   * first, soon after this returns: nothing else tells of what they tell.
   */
  on(listener: EventListener, options?: ListenOptions): () => void
}

/** The event with its payload parsed, so that nothing outside the contract goes out with it. */
function parse(event: AnyEvent): { event: AnyEvent } | { problem: string } {
  if (!Object.hasOwn(schemas, event.name)) return { problem: 'there is no such event in the contract' }
  const name: EventName = event.name
  const payload = schemas[name].safeParse(event.payload)
  return payload.success
    ? { event: { name, payload: payload.data } as AnyEvent }
    : { problem: z.prettifyError(payload.error) }
}

/** One listener's failure is logged and does not keep the event from the others. */
function deliver(event: AnyEvent, listeners: ReadonlySet<EventListener>, log: Log): void {
  for (const listener of [...listeners]) {
    try {
      listener(event)
    } catch (error) {
      log.error({ event: event.name, err: error }, 'a listener failed')
    }
  }
}

/** Notices kept while nobody listens; the oldest goes first. */
const MAX_UNHEARD = 20

/**
 * Makes the event hub.
 * @param deps.strict throw on a payload that is not in the contract (tests, development) where production logs and
 * drops it
 */
export function createEvents(deps: { readonly log: Log; readonly strict?: boolean }): Events {
  const listeners = new Set<EventListener>()
  /** Those that get notices too. */
  const audience = new Set<EventListener>()
  const queue: AnyEvent[] = []
  const unheard: AnyEvent[] = []
  let delivering = false

  const keep = (notice: AnyEvent) => {
    unheard.push(notice)
    if (unheard.length > MAX_UNHEARD) unheard.shift()
  }
  // A listener may emit in its turn; the queue keeps one order for everyone.
  const drain = () => {
    if (delivering) return
    delivering = true
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (next.name !== 'notice') deliver(next, listeners, deps.log)
      else if (audience.size > 0) deliver(next, audience, deps.log)
      else keep(next)
    }
    delivering = false
  }

  const emitUnheard = () => {
    queue.push(...unheard.splice(0))
    drain()
  }

  return {
    emit: (event) => {
      const parsed = parse(event)
      if ('event' in parsed) {
        queue.push(parsed.event)
        drain()
        return
      }
      const message = `the event ${event.name} is not as the contract has it: ${parsed.problem}`
      if (deps.strict === true) throw new Error(message)
      deps.log.error({ event: event.name }, message)
    },
    on: (listener, { aside = false } = {}) => {
      // Wrapped, so that the same function given twice is two listeners, and each goes by its own handle.
      const own: EventListener = (event) => listener(event)
      listeners.add(own)
      if (!aside) audience.add(own)
      // Not at once: who listens may not be ready before it has the handle.
      if (!aside && unheard.length > 0) queueMicrotask(() => emitUnheard())
      return () => {
        listeners.delete(own)
        audience.delete(own)
      }
    },
  }
}
