import { z } from 'zod'
import type { AnyEvent, BerthBridge, Envelope, MethodName, Output } from '../../../preload/contract.ts'
import { events, failure, methods } from '../../../preload/contract.ts'
import { createEventSocket } from './event-socket.ts'

/** Answers too large to be worth checking twice: the main side has parsed them already. */
const UNCHECKED: ReadonlySet<MethodName> = new Set(['conversation.get', 'projects.logs'])

const envelope = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: failure }),
])

const carried = z.object({ name: z.enum(Object.keys(events) as [keyof typeof events]), payload: z.unknown() })

/**
 * The bridge for a browser: calls as `POST /rpc/<method>`, events over the WebSocket `/events`, both at the address
 * the page came from, with its cookie as the login.
 */
export function createBrowserBridge(location: Location): BerthBridge {
  const listeners = new Set<(event: AnyEvent) => void>()
  const socket = createEventSocket(
    `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/events`,
    (text) => {
      const event = readEvent(text)
      if (event !== undefined) for (const listener of listeners) listener(event)
    },
  )
  return {
    invoke,
    on: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onConnection: socket.onConnection,
  }
}

async function invoke<M extends MethodName>(method: M, input: unknown): Promise<Envelope<Output<M>>> {
  try {
    const response = await fetch(`/rpc/${method}`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json', 'x-berth': '1' },
      body: JSON.stringify(input),
    })
    if (response.status === 401)
      return failed('unauthorized', 'This page is not signed in to Berth any more.')
    return readEnvelope(method, await response.json())
  } catch {
    return failed('internal', 'Berth did not answer. It may have been closed; start it again and retry.')
  }
}

function readEnvelope<M extends MethodName>(method: M, body: unknown): Envelope<Output<M>> {
  const parsed = envelope.safeParse(body)
  if (!parsed.success) return failed('internal', `Berth's answer to ${method} could not be read.`)
  if (!parsed.data.ok) return parsed.data
  if (UNCHECKED.has(method)) return { ok: true, value: parsed.data.value as Output<M> }
  const value = methods[method].output.safeParse(parsed.data.value)
  if (!value.success)
    return failed('internal', `Berth's answer to ${method} has a form this page does not know.`)
  return { ok: true, value: value.data as Output<M> }
}

function failed(code: 'unauthorized' | 'internal', message: string): Envelope<never> {
  return { ok: false, error: { code, message } }
}

/** Events come many to the second, so their payloads are checked in development only. */
function readEvent(text: string): AnyEvent | undefined {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return undefined
  }
  const parsed = carried.safeParse(body)
  if (!parsed.success) return undefined
  const { name, payload } = parsed.data
  if (import.meta.env.DEV && !events[name].safeParse(payload).success) return undefined
  return { name, payload } as AnyEvent
}
