import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { tryLock } from '../db/file-lock.ts'
import { BerthError } from '../errors.ts'

/** Longer than a keychain that asks its user may take, for a change of the key holds the lock meanwhile. */
const PATIENCE_MS = 60_000
/** Short enough that two busy writers take turns, and of changing length so that none starves. */
const shortWhile = (): number => 1 + Math.random() * 8

function failure(file: string, cause: unknown): BerthError {
  const why = cause instanceof Error ? cause.message : 'unknown error'
  return new BerthError(
    'internal',
    `The vault's lock ${file} could not be taken (${why}). Check the folder, its permissions and the disk's free space, and try again.`,
    { cause },
  )
}

async function take(file: string, patienceMs: number): Promise<() => void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    let release: (() => void) | undefined
    try {
      release = tryLock(file)
    } catch (error) {
      throw failure(file, error)
    }
    if (release !== undefined) return release
    if (performance.now() > deadline) {
      throw new BerthError(
        'conflict',
        `Another Berth has been writing to the vault for ${Math.round(patienceMs / 1000)} s. Quit it and try again.`,
      )
    }
    await pause(shortWhile())
  }
}

/**
 * Runs `work` as the only writer of the vault `file`, across processes. The lock of a process that dies is free at once.
 * Throws `conflict` when another holds it for a minute.
 */
export async function withWriteLock<T>(
  file: string,
  work: () => Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const lock = `${file}.lock`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  } catch (error) {
    throw failure(lock, error)
  }
  const release = await take(lock, patienceMs)
  try {
    return await work()
  } finally {
    release()
  }
}
