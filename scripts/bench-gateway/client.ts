import type { Duplex } from 'node:stream'
import { CHUNKS, type Kind } from './traffic.ts'

/** A way to the vendor: how a connection is opened, and the bytes of a request on it. */
export interface Lane {
  readonly name: string
  open(): Promise<Duplex>
  readonly request: Readonly<Record<Kind, Buffer>>
}

export interface Sample {
  readonly count: number
  readonly seconds: number
  /** Milliseconds of each request: to its first byte, to its end. */
  readonly firstByte: readonly number[]
  readonly whole: readonly number[]
}

const HEADER_END = Buffer.from('\r\n\r\n')
const LAST_CHUNK = Buffer.from('0\r\n\r\n')

interface Answer {
  /** True when the answer has ended. */
  take(chunk: Buffer): boolean
}

/** Reads just enough of an answer to know its end: the load must not cost more than what is measured. */
function createAnswer(): Answer {
  let head = Buffer.alloc(0)
  let inBody = false
  let rest: number | undefined
  let tail = Buffer.alloc(0)
  const readHead = (end: number): void => {
    const text = head.subarray(0, end).toString('latin1')
    if (!text.startsWith('HTTP/1.1 200')) throw new Error(`not an answer: ${text.slice(0, 300)}`)
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1]
    rest = length === undefined ? undefined : Number(length)
    inBody = true
  }
  const body = (chunk: Buffer): boolean => {
    if (rest !== undefined) {
      rest -= chunk.length
      return rest <= 0
    }
    tail = Buffer.concat([tail, chunk.subarray(-LAST_CHUNK.length)]).subarray(-LAST_CHUNK.length)
    return tail.equals(LAST_CHUNK)
  }
  return {
    take(chunk) {
      if (inBody) return body(chunk)
      head = Buffer.concat([head, chunk])
      const end = head.indexOf(HEADER_END)
      if (end < 0) return false
      readHead(end)
      return body(head.subarray(end + HEADER_END.length))
    },
  }
}

/** Sends one request and waits for its end; `see` is given every piece. */
function exchange(socket: Duplex, request: Buffer, see: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const answer = createAnswer()
    const finish = (error?: Error): void => {
      socket.off('data', onData).off('error', finish).off('close', onClose)
      if (error) reject(error)
      else resolve()
    }
    const onClose = (): void => finish(new Error('the connection was closed before the end of an answer'))
    const onData = (chunk: Buffer): void => {
      see(chunk)
      try {
        if (answer.take(chunk)) finish()
      } catch (error) {
        finish(error instanceof Error ? error : new Error('no answer'))
      }
    }
    socket.on('data', onData).on('error', finish).on('close', onClose)
    socket.write(request)
  })
}

/** The body of a whole answer. A proxy may put the pieces of a streamed one together anew, so their frames are taken off. */
function bodyOf(answer: Buffer): string {
  const end = answer.indexOf(HEADER_END)
  const body = answer.subarray(end + HEADER_END.length)
  if (!/\r\ntransfer-encoding: *chunked/i.test(answer.toString('latin1', 0, end)))
    return body.toString('latin1')
  let text = ''
  for (let at = 0; at < body.length; ) {
    const line = body.indexOf('\r\n', at)
    const size = Number.parseInt(body.toString('latin1', at, line), 16)
    if (line < 0 || !(size > 0)) break
    text += body.toString('latin1', line + 2, line + 2 + size)
    at = line + 2 + size + 2
  }
  return text
}

/** One request whose answer is looked at: a fast proxy that loses something is no proxy. */
async function prove(lane: Lane, socket: Duplex, kind: Kind): Promise<void> {
  const seen: Buffer[] = []
  await exchange(socket, lane.request[kind], (chunk) => seen.push(chunk))
  const text = bodyOf(Buffer.concat(seen))
  const pieces = text.split('data: ').length - 1
  const right = kind === 'streamed' ? pieces === CHUNKS : /"total_tokens": ?20/.test(text)
  if (!right)
    throw new Error(`${lane.name}: not the vendor's answer (${pieces} pieces, ${text.length} bytes)`)
}

/** Keeps `connections` busy for a time; none begins a request after it, or when `most` were made. */
export async function load(
  lane: Lane,
  kind: Kind,
  options: { connections: number; seconds: number; most: number },
): Promise<Sample> {
  const sockets = await Promise.all(Array.from({ length: options.connections }, () => lane.open()))
  const firstByte: number[] = []
  const whole: number[] = []
  let begun = 0
  try {
    await Promise.all(sockets.map((socket) => prove(lane, socket, kind)))
    const start = performance.now()
    const until = start + options.seconds * 1000
    const work = async (socket: Duplex): Promise<void> => {
      while (performance.now() < until && begun < options.most) {
        begun += 1
        const from = performance.now()
        let first: number | undefined
        await exchange(socket, lane.request[kind], () => {
          first ??= performance.now() - from
        })
        firstByte.push(first ?? Number.NaN)
        whole.push(performance.now() - from)
      }
    }
    await Promise.all(sockets.map(work))
    return { count: whole.length, seconds: (performance.now() - start) / 1000, firstByte, whole }
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}
