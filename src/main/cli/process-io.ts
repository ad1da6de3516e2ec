import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { BerthError } from '../errors.ts'
import type { Io } from './io.ts'

const MAX_REST_BYTES = 4_000_000
const MAX_LINE_BYTES = 20_000

/** Lines and the rest of a stream that is not a terminal; nothing is read before it is asked for. */
function stdinReader() {
  let buffer = Buffer.alloc(0)
  let chunks: AsyncIterator<Buffer> | undefined
  const more = async (): Promise<boolean> => {
    chunks ??= process.stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    const { done, value } = await chunks.next()
    if (done !== true) buffer = Buffer.concat([buffer, Buffer.from(value)])
    return done !== true
  }
  const tooMuch = () => new BerthError('bad_request', 'Standard input holds more than is read. Send less.')
  return {
    async line(): Promise<string | undefined> {
      let end = buffer.indexOf(0x0a)
      while (end === -1) {
        if (buffer.length > MAX_LINE_BYTES) throw tooMuch()
        if (!(await more())) break
        end = buffer.indexOf(0x0a)
      }
      if (end === -1 && buffer.length === 0) return undefined
      const line = buffer.subarray(0, end === -1 ? undefined : end).toString('utf8')
      buffer = end === -1 ? Buffer.alloc(0) : buffer.subarray(end + 1)
      return line.replace(/\r$/, '')
    },
    async rest(): Promise<string> {
      while (await more()) if (buffer.length > MAX_REST_BYTES) throw tooMuch()
      const text = buffer.toString('utf8')
      buffer = Buffer.alloc(0)
      return text
    },
  }
}

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'

const ENDS = new Set(['\r', '\n', CTRL_D])
const BACK = new Set(['\u007f', '\b'])
const CTRL_U = '\u0015'

/** The line after one more key. */
function edited(typed: readonly string[], key: string): string[] {
  if (key === CTRL_U) return []
  return BACK.has(key) ? typed.slice(0, -1) : [...typed, key]
}

/** Reads one line with the terminal's echo off. */
function readHidden(question: string, interrupt: () => void): Promise<string> {
  const { stdin } = process
  // Before the question: what is typed at once does not show either.
  stdin.setRawMode(true)
  process.stderr.write(question)
  stdin.resume()
  stdin.setEncoding('utf8')
  const { promise, resolve } = Promise.withResolvers<string>()
  let typed: string[] = []
  const take = (data: string): void => {
    for (const key of data) {
      // First, so that what was typed so far is not taken for an answer.
      if (key === CTRL_C) interrupt()
      if (key === CTRL_C || ENDS.has(key)) {
        resolve(key === CTRL_C ? '' : typed.join(''))
        return
      }
      typed = edited(typed, key)
    }
  }
  stdin.on('data', take)
  return promise.finally(() => {
    stdin.off('data', take)
    stdin.setRawMode(false)
    stdin.pause()
    process.stderr.write('\n')
  })
}

/** All of it, also where the stream is a pipe that is read slowly: the process ends right after. */
function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
      // Whoever read it has gone, as `head` does.
      else if (code === 'EPIPE' || code === 'EOF') return
      else throw error
    }
  }
}

/** The process's own streams. */
export function createProcessIo(env: NodeJS.ProcessEnv = process.env): Io {
  const abort = new AbortController()
  const interrupt = (): void => {
    // The second one is an impatient user's.
    if (abort.signal.aborted) process.exit(130)
    abort.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  process.on('SIGHUP', interrupt)
  const stdin = stdinReader()
  const write = (descriptor: number) => (text: string) => writeAll(descriptor, Buffer.from(text))
  return {
    out: write(1),
    err: write(2),
    outBytes: (bytes) => writeAll(1, bytes),
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    colour: process.stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
    line: stdin.line,
    rest: stdin.rest,
    async ask(question) {
      const lines = createInterface({ input: process.stdin, output: process.stderr })
      lines.once('SIGINT', interrupt)
      try {
        return await lines.question(question, { signal: abort.signal })
      } finally {
        lines.close()
      }
    },
    askHidden: (question) => readHidden(question, interrupt),
    interrupted: abort.signal,
  }
}
