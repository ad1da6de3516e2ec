import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, realpathSync, type Stats } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { BerthError, systemCode } from '../errors.ts'

/** Where the socket of the Berth on a data folder is. */

/**
 * What a socket's address holds: 108 bytes on Linux, 104 on macOS, with a zero at the end (unix(7), sys/un.h); some
 * are left for differences between systems.
 */
const MAX_PATH_BYTES = 100
const NAME = 'berth.sock'

export interface SocketPlace {
  readonly platform?: NodeJS.Platform
  readonly env?: NodeJS.ProcessEnv
  readonly tmp?: string
}

/** The same for every way to write the folder's path. */
function realFolder(dataDir: string): string {
  try {
    return realpathSync(dataDir)
  } catch {
    return resolve(dataDir)
  }
}

function hashOf(dataDir: string): string {
  const { username, uid } = userInfo()
  return createHash('sha256')
    .update(`${uid}\0${username}\0${realFolder(dataDir)}`)
    .digest('hex')
    .slice(0, 32)
}

/** Windows keeps other users from writing to a pipe that does not say otherwise. */
function pipeName(dataDir: string): string {
  return `\\\\.\\pipe\\berth-${hashOf(dataDir)}`
}

/**
 * Every path the socket may have, the preferred one first: in the data folder, or, where that is too long for a
 * socket, in the user's runtime folder or the folder for temporary files. Both sides go through all of them, for the
 * one may have been started with another environment than the other.
 */
export function socketPaths(dataDir: string, place: SocketPlace = {}): readonly string[] {
  const { platform = process.platform, env = process.env, tmp = tmpdir() } = place
  if (platform === 'win32') return [pipeName(dataDir)]
  const runtime = [env.XDG_RUNTIME_DIR, platform === 'linux' ? `/run/user/${userInfo().uid}` : undefined]
  const bases = [...new Set([...runtime, tmp])].filter((base) => base !== undefined && base !== '')
  const folders = [
    join(realFolder(dataDir), 'command'),
    ...bases.map((base) => join(String(base), `berth-${hashOf(dataDir)}`)),
  ]
  const [own, ...others] = folders.map((folder) => join(folder, NAME))
  const fits = (path: string) => Buffer.byteLength(path) <= MAX_PATH_BYTES
  return own !== undefined && fits(own) ? [own] : others.filter(fits)
}

/** True when it is this user's and nobody else can write to it. */
function isOurs(stats: Stats): boolean {
  const uid = process.getuid?.()
  return uid === undefined || (stats.uid === uid && (stats.mode & 0o022) === 0)
}

/**
 * Makes the socket's folder for this user alone. Throws `folder_not_writable` for one that is another user's or no
 * folder: who owns the folder can put a socket of his own there.
 */
export function makeFolder(path: string): void {
  const folder = dirname(path)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const stats = lstatSync(folder)
    if (stats.isDirectory() && isOurs(stats)) {
      chmodSync(folder, 0o700)
      return
    }
  } catch (cause) {
    throw new BerthError('folder_not_writable', `${folder} cannot be made (${systemCode(cause)}).`, { cause })
  }
  throw new BerthError(
    'folder_not_writable',
    `${folder} is not a folder of this user alone, so the berth command is not served there. Remove it.`,
  )
}

/** Whether something is there that may be a socket of ours; what somebody else put there is never connected to. */
export function isOurSocket(path: string): boolean {
  if (path.startsWith('\\\\.\\pipe\\')) return true
  const folder = lstatSync(dirname(path), { throwIfNoEntry: false })
  const socket = lstatSync(path, { throwIfNoEntry: false })
  if (folder === undefined || socket === undefined) return false
  return folder.isDirectory() && isOurs(folder) && socket.isSocket() && isOurs(socket)
}
