import { mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import pino, { type Logger } from 'pino'
import { scrub } from './scrub.ts'

export type Log = Logger

const MAX_BYTES = 5 * 1024 * 1024

/** Keeps one older generation: `berth.log` and `berth.log.1`. */
function rotate(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > MAX_BYTES) renameSync(file, `${file}.1`)
}

/**
 * Opens `berth.log` in `folder`, one JSON object a line. Every line passes `scrub` before it is written, so that a
 * credential in a message from elsewhere does not reach the disk.
 */
export function openLog(folder: string, level = process.env.BERTH_LOG_LEVEL ?? 'info'): Log {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'berth.log')
  rotate(file)
  const destination = pino.destination({ dest: file, mode: 0o600, sync: true })
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, hooks: { streamWrite: scrub } },
    destination,
  )
}

/** A log that goes nowhere, for tests of code that needs one. */
export function silentLog(): Log {
  return pino({ level: 'silent' })
}
