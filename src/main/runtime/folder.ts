import type { Stats } from 'node:fs'
import { access, constants, stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { BerthError, systemCode } from '../errors.ts'

/** The owner's read, write and enter bits. */
const OWNER_ALL = 0o700

function statFailure(folder: string, cause: unknown): BerthError {
  switch (systemCode(cause)) {
    case 'EACCES':
    case 'EPERM':
      return notWritable(folder, 'You may not enter it', cause)
    default:
      return new BerthError(
        'folder_missing',
        `There is no folder ${folder}. Check the path, or make the folder first.`,
        { cause },
      )
  }
}

function notWritable(folder: string, why: string, cause?: unknown): BerthError {
  return new BerthError(
    'folder_not_writable',
    `The folder ${folder} can't be worked in. ${why}: change its permissions (chmod u+rwx), or choose another folder.`,
    { cause },
  )
}

/** The folder's facts; throws `folder_missing` for what is none. */
async function statFolder(folder: string): Promise<Stats> {
  if (!isAbsolute(folder)) {
    throw new BerthError('folder_missing', `"${folder}" is not a full path. Give the folder's whole path.`)
  }
  const stats = await stat(folder).catch((error: unknown) => {
    throw statFailure(folder, error)
  })
  if (!stats.isDirectory()) {
    throw new BerthError('folder_missing', `${folder} is a file, not a folder. Choose the folder it is in.`)
  }
  return stats
}

/** Throws unless this process may read, write and enter the folder. */
export async function checkOwnFolder(folder: string): Promise<void> {
  await statFolder(folder)
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw notWritable(folder, 'You may not read and write it', error)
  })
}

/**
 * The `uid:gid` a container works on the folder as: its owner where user ids hold inside containers, and elsewhere (the
 * engine's virtual machine maps files to its own user) the usual first user. Never root.
 */
export async function containerUser(folder: string, idsHold: boolean): Promise<string> {
  if (!idsHold) {
    await checkOwnFolder(folder)
    return '1000:1000'
  }
  const { uid, gid, mode } = await statFolder(folder)
  if (uid === 0) {
    throw new BerthError(
      'folder_not_writable',
      `The folder ${folder} belongs to root, and Berth never runs an agent as root: give it to a user (chown) or choose another folder.`,
    )
  }
  if ((mode & OWNER_ALL) !== OWNER_ALL) throw notWritable(folder, 'Its owner may not read and write it')
  return `${uid}:${gid}`
}
