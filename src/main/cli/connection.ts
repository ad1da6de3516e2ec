import type { Socket } from 'node:net'
import { z } from 'zod'
import { type EventName, events as schemas } from '../../preload/contract.ts'
import type { Log } from '../log/log.ts'
import type { Dispatch } from '../rpc/dispatch.ts'
import type { Events } from '../rpc/events.ts'
import { type Greeting, lineCutter, MAX_LINE_BYTES, PROTOCOL, type Reply, type Request } from './protocol.ts'

/** Calls of one connection that may be under way at once. */
const MAX_CALLS = 64
/** Bytes that may wait for a command that does not read before it is cut off. */
const MAX_BUFFERED_BYTES = 32 * 1024 * 1024

const requestShape = z.union([
  z.object({ id: z.number(), method: z.string(), input: z.unknown() }).strict(),
  z.object({ id: z.number(), events: z.array(z.string()) }).strict(),
])

export interface ConnectionDeps {
  readonly version: string
  readonly dispatch: Dispatch
  readonly events: Events
  readonly log: Log
  readonly maxLineBytes?: number
}

function parse(line: string): Request | undefined {
  try {
    const parsed = requestShape.safeParse(JSON.parse(line))
    return parsed.success ? (parsed.data as Request) : undefined
  } catch {
    return undefined
  }
}

function refusal(id: number, message: string): Reply {
  return { id, answer: { ok: false, error: { code: 'bad_request', message } } }
}

const isEventName = (name: string): name is EventName => Object.hasOwn(schemas, name)

/** Serves one connection of the command. `finish` ends it once the calls under way are answered. */
export function serveConnection(socket: Socket, deps: ConnectionDeps): { finish(): Promise<void> } {
  const running = new Set<Promise<void>>()
  const wanted = new Set<EventName>()
  let off: (() => void) | undefined

  const send = (message: Reply | Greeting): void => {
    if (!socket.writable) return
    socket.write(`${JSON.stringify(message)}\n`)
    if (socket.writableLength > MAX_BUFFERED_BYTES) socket.destroy()
  }
  const call = async (id: number, method: string, input: unknown): Promise<void> => {
    send({ id, answer: await deps.dispatch(method, input, 'command') })
  }
  const subscribe = (id: number, names: readonly string[]): void => {
    for (const name of names) if (isEventName(name)) wanted.add(name)
    off ??= deps.events.on((event) => wanted.has(event.name) && send({ event }), { aside: true })
    send({ id, answer: { ok: true, value: null } })
  }
  const take = (line: string): void => {
    const request = parse(line)
    if (request === undefined) {
      send(refusal(0, 'This line is not a call of the berth command.'))
      socket.end()
    } else if ('events' in request) subscribe(request.id, request.events)
    else if (running.size >= MAX_CALLS) send(refusal(request.id, 'Too many calls at once. Wait for answers.'))
    else {
      const work = call(request.id, request.method, request.input)
        .catch((err: unknown) =>
          deps.log.error({ err, method: request.method }, 'a command was not answered'),
        )
        .finally(() => running.delete(work))
      running.add(work)
    }
  }

  const cutter = lineCutter(take, deps.maxLineBytes ?? MAX_LINE_BYTES)
  socket.on('data', (chunk: Buffer) => {
    if (!socket.writable || cutter.push(chunk)) return
    send(refusal(0, 'The call is too large for the berth command. Send less at once.'))
    socket.end()
    // What else comes is not read.
    socket.removeAllListeners('data')
    socket.resume()
  })
  socket.on('error', () => socket.destroy())
  socket.once('close', () => off?.())
  send({ berth: deps.version, protocol: PROTOCOL })

  return {
    async finish() {
      await Promise.all(running)
      // Destroyed once all is written, for the other side may never end its half.
      socket.destroySoon()
    },
  }
}
