import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type Docker from 'dockerode'
import type { LogLine } from '../../preload/shapes.ts'
import { scrub } from '../log/scrub.ts'
import { engineStatusCode } from './failures.ts'

const HEADER_BYTES = 8
const STDERR = 2
const MAX_LINE = 8_000
const MAX_TAIL = 5_000
/** What is kept of a line that goes on: as much as is shown of it, and the time before it. */
const MAX_KEPT = MAX_LINE + 64

/** `2026-11-20T18:29:00.123456789Z text` → a line. What has no time is of now. */
function toLine(stream: LogLine['stream'], raw: string): LogLine {
  const [, time, text] = /^(\d{4}-\d\d-\d\dT\S+) ?(.*)$/s.exec(raw) ?? []
  const at = time === undefined ? Number.NaN : Date.parse(time)
  const body = Number.isNaN(at) ? raw : (text ?? '')
  return {
    at: Number.isNaN(at) ? Date.now() : at,
    stream,
    text: scrub(body.replace(/\r$/, '').slice(0, MAX_LINE)),
  }
}

/** Gathers pieces of one stream into lines. */
function lineGatherer(stream: LogLine['stream'], onLine: (line: LogLine) => void) {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  const push = (text: string): void => {
    const lines = (rest + text).split('\n')
    rest = (lines.pop() ?? '').slice(0, MAX_KEPT)
    for (const line of lines) onLine(toLine(stream, line))
  }
  return {
    write: (bytes: Buffer): void => push(decoder.write(bytes)),
    end: (): void => {
      push(decoder.end())
      if (rest !== '') onLine(toLine(stream, rest))
      rest = ''
    },
  }
}

/**
 * Takes Docker's two streams apart: frames of an 8-byte header (stream, three zeros, length as a big-endian number) and
 * content (docs.docker.com/reference/api/engine, "Stream format"). Frames and lines may be cut anywhere.
 */
export function createLogParser(onLine: (line: LogLine) => void): {
  write(chunk: Buffer): void
  end(): void
} {
  const out = lineGatherer('stdout', onLine)
  const err = lineGatherer('stderr', onLine)
  let pending = Buffer.alloc(0)
  return {
    write(chunk) {
      pending = Buffer.concat([pending, chunk])
      while (pending.length >= HEADER_BYTES) {
        const end = HEADER_BYTES + pending.readUInt32BE(4)
        if (pending.length < end) return
        const target = pending[0] === STDERR ? err : out
        target.write(pending.subarray(HEADER_BYTES, end))
        pending = pending.subarray(end)
      }
    },
    end() {
      out.end()
      err.end()
    },
  }
}

/** The last lines a container said; none when there is no such container. */
export async function readLogs(docker: Docker, name: string, tail: number): Promise<LogLine[]> {
  const lines: LogLine[] = []
  const parser = createLogParser((line) => lines.push(line))
  const options = { stdout: true, stderr: true, timestamps: true, follow: false as const }
  try {
    parser.write(await docker.getContainer(name).logs({ ...options, tail: Math.min(tail, MAX_TAIL) }))
  } catch (error) {
    if (engineStatusCode(error) !== 404) throw error
  }
  parser.end()
  return lines
}

/** Tells new lines until the signal is given or the container ends. */
export async function followLogs(
  docker: Docker,
  name: string,
  signal: AbortSignal,
  onLine: (line: LogLine) => void,
): Promise<void> {
  if (signal.aborted) return
  const parser = createLogParser(onLine)
  try {
    const stream = (await docker.getContainer(name).logs({
      stdout: true,
      stderr: true,
      timestamps: true,
      follow: true,
      tail: 0,
      abortSignal: signal,
    })) as unknown as Readable
    const stop = (): void => void stream.destroy()
    signal.addEventListener('abort', stop, { once: true })
    try {
      for await (const chunk of stream) parser.write(chunk)
    } finally {
      signal.removeEventListener('abort', stop)
    }
  } catch (error) {
    if (!signal.aborted && engineStatusCode(error) !== 404) throw error
  }
  parser.end()
}
