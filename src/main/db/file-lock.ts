import { DatabaseSync } from 'node:sqlite'

/** SQLITE_BUSY: another connection holds the lock. https://www.sqlite.org/rescode.html#busy */
const BUSY = 5

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === BUSY
}

/**
 * Takes the lock `file` stands for, or answers undefined while someone else has it. The lock is SQLite's own exclusive
 * file lock: the system lets go of it when the process ends in whatever way, so it is never stale. The file stays
 * empty. Throws what SQLite throws when it cannot be opened. The returned function gives the lock back.
 */
export function tryLock(file: string): (() => void) | undefined {
  const lock = new DatabaseSync(file)
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (isBusy(error)) return undefined
    throw error
  }
  return () => lock.close()
}
