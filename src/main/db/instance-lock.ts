import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BerthError } from '../errors.ts'

/**
 * Makes sure that one Berth at a time works on a data folder. The lock is SQLite's own exclusive file lock, held for as
 * long as the process lives: the system lets go of it when the process ends in whatever way, so it is never stale.
 * Throws `conflict`. The returned function gives it back.
 */
export function lockInstance(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const lock = new DatabaseSync(join(dataDir, 'instance.lock'))
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    throw new BerthError(
      'conflict',
      `Another Berth is already running on ${dataDir}. Use that one, or quit it first.`,
      { cause },
    )
  }
  return () => lock.close()
}
