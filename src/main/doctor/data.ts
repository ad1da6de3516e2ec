import { randomBytes } from 'node:crypto'
import { readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../errors.ts'
import type { Finding } from './doctor.ts'

/** Less than this and a vault, a database and a log soon do not fit any more. */
const ENOUGH_BYTES = 200 * 1024 * 1024

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024).toLocaleString('en')} MB`

async function writes(folder: string): Promise<void> {
  const file = join(folder, `.doctor-${randomBytes(6).toString('hex')}`)
  const content = randomBytes(4096)
  try {
    await writeFile(file, content, { mode: 0o600, flag: 'wx', flush: true })
    if (!(await readFile(file)).equals(content)) throw new Error('what was written reads back differently')
  } finally {
    await rm(file, { force: true })
  }
}

/**
 * Writes to the data folder, reads back, and looks at the room on its disk. That this Berth alone works on it is
 * certain: it holds the folder's lock.
 */
export async function checkData(folder: string): Promise<Finding> {
  try {
    await writes(folder)
  } catch (error) {
    const code = systemCode(error) ?? 'it reads back differently'
    return {
      state: 'failed',
      detail: `${folder} cannot be written to (${code}).`,
      mend:
        code === 'ENOSPC'
          ? 'Make room on the disk.'
          : 'Give your user the right to write there, or name another folder in BERTH_DATA_DIR.',
    }
  }
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  const detail = `${folder} can be written to, this Berth alone works on it, and ${megabytes(free)} are free.`
  return free >= ENOUGH_BYTES
    ? { state: 'ok', detail }
    : { state: 'failed', detail, mend: `Make room on the disk: at least ${megabytes(ENOUGH_BYTES)}.` }
}
