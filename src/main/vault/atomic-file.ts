import { copyFile, link, open, realpath, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from '../errors.ts'

/** What file systems answer that cannot flush a folder. */
const NO_FOLDER_SYNC = ['EINVAL', 'ENOSYS', 'ENOTSUP', 'EPERM']

/** Makes a rename last through a power cut. Windows cannot open folders and does not need it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    if (!NO_FOLDER_SYNC.includes(systemCode(error) ?? '')) throw error
  } finally {
    await handle.close()
  }
}

async function writeTemporary(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o600)
  try {
    // FileHandle.writeFile goes on after a short write and fails on a full disk; a single write() would do neither.
    await handle.writeFile(text, 'latin1')
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Gives `file` a second name, which then keeps its content when `file` is replaced. A hard link needs no room on the
 * disk; a file system without them gets a copy. Nothing happens when there is no `file`.
 */
async function keepAs(file: string, kept: string): Promise<void> {
  const temporary = `${kept}.tmp`
  // Left over from a crash; and the system's rename does nothing when both names already are one file.
  await rm(temporary, { force: true })
  try {
    await link(file, temporary)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return
    await copyFile(file, temporary)
  }
  await rename(temporary, kept)
  await rm(temporary, { force: true })
}

/**
 * Replaces `file` (mode 0600): after a crash at any moment it holds the old text or the new one, whole. With `keep` the
 * old one stays under that name. Resolves once that is on the disk. One writer at a time: the temporary file has a
 * fixed name, so that a crash leaves one and the next write takes it over. The text is of bytes (latin1).
 * `write-file-atomic` would be the usual choice, but it writes once and ignores how much was taken, so that on a full
 * disk it puts a cut-off file in place of a good one (tried with 8.0.0).
 */
export async function writeAtomic(file: string, text: string, keep?: string): Promise<void> {
  const target = await realpath(file).catch(() => file)
  const temporary = `${target}.tmp`
  try {
    await writeTemporary(temporary, text)
    if (keep !== undefined) await keepAs(target, keep)
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(target))
}

/** Gives `file` another name, for good. Nothing happens when there is no `file`. */
export async function moveAway(file: string, to: string): Promise<void> {
  try {
    await rename(file, to)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    return
  }
  await syncFolder(dirname(file))
}
