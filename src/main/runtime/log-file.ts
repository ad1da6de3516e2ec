import { type FileHandle, open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LogLine } from '../../preload/shapes.ts'
import { isAbort, systemCode } from '../errors.ts'
import { scrub } from '../log/scrub.ts'

/** How much of a log's end is looked at for its last lines. */
const TAIL_BYTES = 1024 * 1024
const MAX_LINE = 8_000
const NEWLINE = 0x0a
/** Whether the server lives is costly to learn on some systems, so it is not asked at every look. */
const LOOKS_PER_LIFE_CHECK = 6
const POLL_MS = 250

/** OpenCode begins its log lines with `timestamp=…`. A line without a time is of the one before it. */
function toLine(text: string, before: number): LogLine {
  const time = /^timestamp=(\S+)/.exec(text)?.[1]
  const at = time === undefined ? Number.NaN : Date.parse(time)
  return { at: Number.isNaN(at) ? before : at, stream: 'stdout', text: scrub(text.slice(0, MAX_LINE)) }
}

function linesOf(bytes: Buffer): string[] {
  const lines = bytes.toString('utf8').split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** A file's bytes from a place on, and where they begin. A file that is not there is empty. */
async function readFrom(
  file: string,
  from: (size: number) => number,
  limit = TAIL_BYTES,
): Promise<{ bytes: Buffer; start: number; bornAt: number }> {
  const handle = await openIfThere(file)
  if (handle === undefined) return { bytes: Buffer.alloc(0), start: 0, bornAt: Date.now() }
  try {
    const { size, birthtimeMs } = await handle.stat()
    const start = Math.max(0, from(size))
    const room = Buffer.alloc(Math.max(0, Math.min(size - start, limit)))
    const { bytesRead } = await handle.read(room, { position: start })
    return { bytes: room.subarray(0, bytesRead), start, bornAt: birthtimeMs }
  } finally {
    await handle.close()
  }
}

/** The last `tail` lines. */
export async function readTail(file: string, tail: number): Promise<LogLine[]> {
  const { bytes, bornAt } = await readFrom(file, (size) => size - TAIL_BYTES)
  let at = bornAt
  const all = linesOf(bytes).map((line) => {
    const parsed = toLine(line, at)
    at = parsed.at
    return parsed
  })
  return all.slice(-tail)
}

/** The file's beginning, where a server says on which port it listens. */
export async function readHead(file: string): Promise<string> {
  return (await readFrom(file, () => 0)).bytes.toString('utf8')
}

/**
 * Tells new lines until the signal is given or `alive` says no. The file is looked at again and again: watching it does
 * not work on every file system.
 */
export async function followFile(
  file: string,
  signal: AbortSignal,
  alive: () => boolean,
  onLine: (line: LogLine) => void,
): Promise<void> {
  let position = (await readFrom(file, (size) => size, 0)).start
  let looks = 0
  try {
    while (!signal.aborted) {
      const last = looks++ % LOOKS_PER_LIFE_CHECK === 0 && !alive()
      // A file shorter than before is a new one.
      const { bytes, start } = await readFrom(file, (size) => (size < position ? 0 : position))
      // A line that is still being written is left for the next look, unless it is longer than any.
      const whole = last || bytes.length === TAIL_BYTES ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1
      position = start + whole
      for (const line of linesOf(bytes.subarray(0, whole))) onLine(toLine(line, Date.now()))
      if (last) return
      await sleep(POLL_MS, undefined, { signal })
    }
  } catch (error) {
    if (!isAbort(error)) throw error
  }
}
