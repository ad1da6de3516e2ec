import { connect, type Socket } from 'node:net'
import type { AnyEvent, Envelope } from '../../preload/contract.ts'
import { BerthError, systemCode } from '../errors.ts'
import type { Link } from './link.ts'
import { type Greeting, lineCutter, PROTOCOL, type Reply, type Request } from './protocol.ts'
import { isOurSocket, type SocketPlace, socketPaths } from './socket-path.ts'

/** How long a Berth may take to greet: its loop may be busy with deriving a key. */
const GREETING_MS = 10_000
/** Nobody listens there, or not any more. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'])

function open(path: string): Promise<Socket | undefined> {
  return new Promise((done, fail) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      done(socket)
    })
    socket.once('error', (cause) => {
      if (NOBODY.has(systemCode(cause) ?? '')) return done(undefined)
      fail(
        new BerthError('internal', `Berth's socket ${path} cannot be opened (${systemCode(cause)}).`, {
          cause,
        }),
      )
    })
  })
}

const lost = (): BerthError =>
  new BerthError(
    'shutting_down',
    'Berth ended before it answered. Start it again, and look whether it was done.',
  )

interface Waiting {
  resolve(answer: Envelope<unknown>): void
  reject(error: unknown): void
}

/** The lines that come in, sorted to whom they are for. */
function receiver(socket: Socket) {
  const waiting = new Map<number, Waiting>()
  const listeners: ((event: AnyEvent) => void)[] = []
  const greeted = Promise.withResolvers<Greeting | undefined>()
  const gone = Promise.withResolvers<void>()
  const take = (line: string): void => {
    const message = JSON.parse(line) as Reply | Greeting
    if ('berth' in message) greeted.resolve(message)
    else if ('event' in message) for (const listener of listeners) listener(message.event)
    else if (message.id === 0) for (const one of waiting.values()) one.resolve(message.answer)
    else {
      waiting.get(message.id)?.resolve(message.answer)
      waiting.delete(message.id)
    }
  }
  // What Berth says is as long as it is: it is this user's own.
  const cutter = lineCutter(take, Number.MAX_SAFE_INTEGER)
  socket.on('data', (chunk: Buffer) => cutter.push(chunk))
  socket.on('error', () => socket.destroy())
  socket.once('close', () => {
    greeted.resolve(undefined)
    gone.resolve()
    for (const one of waiting.values()) one.reject(lost())
  })
  return { waiting, listeners, greeted: greeted.promise, gone: gone.promise }
}

function linkOver(socket: Socket, { waiting, listeners, gone }: ReturnType<typeof receiver>): Link {
  let last = 0
  const ask = async (make: (id: number) => Request): Promise<unknown> => {
    if (!socket.writable) throw lost()
    const id = ++last
    const answered = new Promise<Envelope<unknown>>((resolve, reject) => {
      waiting.set(id, { resolve, reject })
    })
    socket.write(`${JSON.stringify(make(id))}\n`)
    const answer = await answered
    if (answer.ok) return answer.value
    const { code, message, data } = answer.error
    throw new BerthError(code, message, data === undefined ? {} : { data })
  }
  return {
    alone: false,
    // The other side parsed the value by the method's own schema.
    call: async (method, input) => (await ask((id) => ({ id, method, input }))) as never,
    async listen(names, listener) {
      listeners.push((event) => {
        if (names.includes(event.name)) listener(event)
      })
      await ask((id) => ({ id, events: names }))
    },
    gone,
    async close() {
      socket.destroy()
      await gone
    },
  }
}

async function greet(socket: Socket): Promise<Link | undefined> {
  const inbox = receiver(socket)
  const late = setTimeout(() => socket.destroy(new Error('no greeting')), GREETING_MS)
  const greeting = await inbox.greeted
  clearTimeout(late)
  if (greeting === undefined) return undefined
  if (greeting.protocol === PROTOCOL) return linkOver(socket, inbox)
  socket.destroy()
  throw new BerthError(
    'conflict',
    `The Berth that runs is ${greeting.berth}, and this command is of another version. Use the command that came with it, or restart Berth.`,
  )
}

/** A link to the Berth that runs on the data folder, or undefined when none does. */
export async function connectToBerth(dataDir: string, place?: SocketPlace): Promise<Link | undefined> {
  for (const path of socketPaths(dataDir, place)) {
    if (!isOurSocket(path)) continue
    const socket = await open(path)
    const link = socket === undefined ? undefined : await greet(socket)
    if (link !== undefined) return link
  }
  return undefined
}
