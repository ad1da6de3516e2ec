import { closeSync, fsyncSync, openSync, realpathSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { copyFile, link, open, realpath, rename, rm, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { BerthError, systemCode } from '../errors.ts'

/** What file systems answer that cannot flush a folder. */
const NO_FOLDER_SYNC = ['EINVAL', 'ENOSYS', 'ENOTSUP', 'EPERM']

const temporaryOf = (target: string): string => `${target}.${process.pid}.tmp`

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

async function writeTemporary(file: string, text: string | Uint8Array): Promise<void> {
  const handle = await open(file, 'w', 0o600)
  try {
    // FileHandle.writeFile goes on after a short write and fails on a full disk; a single write() would do neither.
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Gives the new file its name only if nobody has it. Throws EEXIST. */
async function claim(temporary: string, file: string): Promise<void> {
  try {
    await link(temporary, file)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw error
    // A file system without hard links: the lock on the data folder keeps another Berth away meanwhile.
    const existing = await realpath(file).catch(() => undefined)
    if (existing !== undefined) throw Object.assign(new Error(`${file} exists`), { code: 'EEXIST' })
    await rename(temporary, file)
  }
}

/**
 * Replaces `file` (mode 0600), or with `exclusive` makes it: after a crash at any moment it holds the old text or the new
 * one, whole. Resolves once that is on the disk. A file must not be written twice at once. `write-file-atomic` would be
 * the usual choice, but it writes once and ignores how much was taken, so that on a full disk it puts a cut-off file in
 * place of a good one (tried with 8.0.0).
 */
export async function writeAtomic(file: string, text: string | Uint8Array, exclusive = false): Promise<void> {
  const target = await realpath(file).catch(() => file)
  const temporary = temporaryOf(target)
  try {
    await writeTemporary(temporary, text)
    await (exclusive ? claim(temporary, target) : rename(temporary, target))
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
  await syncFolder(dirname(target))
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
 * As `writeAtomic`, but the old file stays under the name `kept`. For files that a lock keeps to one writer at a time: the temporary
 * file has a fixed name, so that the next write takes over what a crash left.
 */
export async function replaceKeeping(file: string, text: string | Uint8Array, kept: string): Promise<void> {
  const target = await realpath(file).catch(() => file)
  const temporary = `${target}.tmp`
  try {
    await writeTemporary(temporary, text)
    await keepAs(target, kept)
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

function realPathOr(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}

function removeIfThere(file: string): void {
  try {
    unlinkSync(file)
  } catch {
    // It got its name, or was never made.
  }
}

/**
 * As `writeAtomic`, for what must be on its way before the next line runs. A power cut may leave the old text: the
 * folder is not flushed.
 */
export function writeAtomicSync(file: string, text: string): void {
  const target = realPathOr(file)
  const temporary = temporaryOf(target)
  try {
    const descriptor = openSync(temporary, 'w', 0o600)
    try {
      // Bytes are written until all are taken, and a full disk is an error.
      writeFileSync(descriptor, Buffer.from(text))
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, target)
  } finally {
    removeIfThere(temporary)
  }
}

/** The error for a file that was not written; `what` begins the sentence: "The vault file". */
export function writeFailure(what: string, file: string, error: unknown): BerthError {
  const code = systemCode(error) ?? 'unknown error'
  const hint =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'The disk is full: free some space'
      : 'Check the folder and its permissions'
  return new BerthError(
    'internal',
    `${what} ${file} could not be written (${code}). ${hint} and try again.`,
    {
      cause: error,
    },
  )
}
