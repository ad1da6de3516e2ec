import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { BerthError } from '../errors.ts'
import { tryLock } from './file-lock.ts'

/**
 * Makes sure that one Berth at a time works on a data folder: the lock is held for as long as the process lives.
 * Throws `conflict`. The returned function gives it back.
 */
export function lockInstance(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const unlock = tryLock(join(dataDir, 'instance.lock'))
  if (unlock !== undefined) return unlock
  throw new BerthError(
    'conflict',
    `Another Berth is already running on ${dataDir}. Use that one, or quit it first.`,
  )
}
