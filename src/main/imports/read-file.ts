import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { isAbsolute, join, normalize } from 'node:path'
import { BerthError, systemCode } from '../errors.ts'

/** As long as a pasted text may be. */
export const LARGEST_TEXT = 4_000_000

const bad = (message: string, cause?: unknown): BerthError =>
  new BerthError('bad_request', message, { cause })

/** A path as a person writes it, made whole. Throws `bad_request` for one that depends on where Berth was started. */
export function wholePath(path: string, home: string): string {
  const whole = /^~(?:[\\/]|$)/.test(path) ? join(home, path.slice(1)) : path
  if (whole.includes('\0') || !isAbsolute(whole)) {
    throw bad(`${JSON.stringify(path)} is not a whole path. Give it from the root, or from ~.`)
  }
  return normalize(whole)
}

export const tooLarge = (path: string, most: number): BerthError =>
  bad(`${path} is larger than ${Math.floor(most / 1_000_000)} MB. Choose another file.`)

function openingProblem(path: string, error: unknown): BerthError {
  switch (systemCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new BerthError('not_found', `There is no file ${path}.`, { cause: error })
    case 'EACCES':
    case 'EPERM':
      return bad(`Berth may not read ${path}. Change its permissions, or paste what is in it.`, error)
    case 'EISDIR':
      return bad(`${path} is a folder. Choose a file in it.`, error)
    case 'ELOOP':
      return bad(`${path} is a link that leads back to itself.`, error)
    default:
      return bad(`${path} cannot be read. Paste what is in it instead.`, error)
  }
}

/** Up to `most` bytes and one more, so that a file which grows meanwhile is found out. */
async function readUpTo(handle: FileHandle, most: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  while (size <= most) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(Math.min(1 << 20, most + 1 - size)))
    if (bytesRead === 0) break
    chunks.push(buffer.subarray(0, bytesRead))
    size += bytesRead
  }
  return Buffer.concat(chunks)
}

async function opened(path: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK the opening of a pipe would wait for somebody to write into it.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    throw openingProblem(path, error)
  }
}

/**
 * Opens a file for reading and closes it after `work`. A pipe or a device is never waited for. Throws `not_found`, and
 * `bad_request` for what is no regular file, may not be read, or has more than `most` bytes.
 */
export async function withFile<T>(
  path: string,
  most: number,
  work: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await opened(path)
  try {
    const stat = await handle.stat()
    if (stat.isDirectory()) throw bad(`${path} is a folder. Choose a file in it.`)
    if (!stat.isFile()) throw bad(`${path} is not a file but a pipe or a device. Choose a file.`)
    if (stat.size > most) throw tooLarge(path, most)
    return await work(handle)
  } catch (error) {
    throw error instanceof BerthError ? error : openingProblem(path, error)
  } finally {
    await handle.close()
  }
}

/** A file's bytes. Throws what `withFile` throws. */
export function readBytes(path: string, most: number): Promise<Buffer> {
  return withFile(path, most, async (handle) => {
    const bytes = await readUpTo(handle, most)
    if (bytes.length > most) throw tooLarge(path, most)
    return bytes
  })
}

const encodingOf = (bytes: Uint8Array): string => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
}

/**
 * A text without its byte order mark. Throws `bad_request` for what is no text.
 * @param what begins the sentence
 */
export function decodeText(bytes: Uint8Array, what: string): string {
  try {
    const text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes)
    if (!text.includes('\0')) return text
  } catch {
    // The same sentence: it is no text either way.
  }
  throw bad(`${what} is not a text file. Choose another file.`)
}

/** A text file, in UTF-8, or in UTF-16 with its mark. Throws what `readBytes` and `decodeText` throw. */
export async function readText(path: string): Promise<string> {
  return decodeText(await readBytes(path, LARGEST_TEXT), path)
}
