import { setTimeout as pause } from 'node:timers/promises'
import type { ConversationChange } from '../../preload/conversation.ts'
import type { EventMapper } from './events.ts'
import { authorization, type Server } from './http.ts'
import { readEvents } from './sse.ts'

/** The server sends a heartbeat every 10 s. */
const SILENCE_MS = 35_000
/**
 * A server that is still starting takes the connection and never answers on it (seen in 1.18.33), while one that is up
 * answers at once: a new try is better than a long wait.
 */
const CONNECT_TIMEOUT_MS = 5_000
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

export interface FollowDeps {
  readonly server: Server
  /** Called for every new connection, once it is open: reads what the events alone do not tell. */
  readonly mapper: () => Promise<EventMapper>
}

async function open(server: Server, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const connecting = AbortSignal.timeout(CONNECT_TIMEOUT_MS)
  const controller = new AbortController()
  const end = () => controller.abort(signal.reason)
  const late = () => controller.abort(connecting.reason)
  signal.addEventListener('abort', end, { once: true })
  connecting.addEventListener('abort', late, { once: true })
  const response = await fetch(new URL('/event', server.endpoint), {
    headers: { authorization: authorization(server), accept: 'text/event-stream' },
    redirect: 'error',
    signal: controller.signal,
  })
  // From here on the stream may last for hours; only `signal` ends it.
  connecting.removeEventListener('abort', late)
  if (!response.ok || response.body === null) throw new Error(`event stream refused: ${response.status}`)
  return response.body
}

/** One connection, from its opening to its end. */
async function connection(
  deps: FollowDeps,
  signal: AbortSignal,
  onOpen: () => void,
  onChange: (change: ConversationChange) => void,
): Promise<void> {
  const body = await open(deps.server, signal)
  const mapper = await deps.mapper()
  onOpen()
  onChange({ type: 'reload' })
  for await (const event of readEvents(body, SILENCE_MS)) {
    if (signal.aborted) return
    for (const change of mapper.map(event)) onChange(change)
  }
}

/**
 * Follows a server's events until the signal fires. Every connection, the first one too, begins with a `reload`: events
 * before it were missed. Between connections it pauses, longer each time that none could be made.
 */
export async function follow(
  deps: FollowDeps,
  signal: AbortSignal,
  onChange: (change: ConversationChange) => void,
): Promise<void> {
  let wait = FIRST_PAUSE_MS
  while (!signal.aborted) {
    const lifetime = new AbortController()
    const onEnd = () => lifetime.abort(signal.reason)
    signal.addEventListener('abort', onEnd, { once: true })
    try {
      const onOpen = () => {
        wait = FIRST_PAUSE_MS
      }
      await connection(deps, lifetime.signal, onOpen, onChange)
    } catch {
      // Whatever ended it, the mend is the same: connect again.
    } finally {
      signal.removeEventListener('abort', onEnd)
      lifetime.abort()
    }
    await pause(wait, undefined, { signal }).catch(() => undefined)
    wait = Math.min(wait * 2, LONGEST_PAUSE_MS)
  }
}
