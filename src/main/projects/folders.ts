import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, isAbsolute, join, parse, resolve } from 'node:path'
import type { FolderCheck, FolderListing } from '../../preload/shapes.ts'
import { BerthError, systemCode } from '../errors.ts'
import type { Runtime } from '../runtime/types.ts'

/** The path in its plain form. Throws `bad_request` for one that does not start at the root. */
export function plainPath(path: string): string {
  const expanded = path === '~' || /^~[\\/]/.test(path) ? join(homedir(), path.slice(1)) : path
  if (!isAbsolute(expanded) || expanded.includes('\0')) {
    throw new BerthError('bad_request', `“${path}” is not a full path. Give one from the root on.`)
  }
  return resolve(expanded)
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    // A link to nowhere, or one that may not be followed.
    return false
  }
}

function unreadable(path: string, error: unknown): BerthError {
  const code = systemCode(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new BerthError('folder_missing', `There is no folder ${path}. Choose another one.`, {
      cause: error,
    })
  }
  return new BerthError(
    'folder_not_writable',
    `The folder ${path} may not be read (${code ?? 'unknown reason'}). Change its permissions or choose another one.`,
    { cause: error },
  )
}

/**
 * The folders inside a folder, hidden ones left out, by name. Without a path: the home folder. Throws `folder_missing`
 * or `folder_not_writable`.
 */
export async function listFolders(path: string = homedir()): Promise<FolderListing> {
  const here = plainPath(path)
  try {
    const entries = await readdir(here, { withFileTypes: true })
    const visible = entries.filter((entry) => !entry.name.startsWith('.'))
    const kept = await Promise.all(
      visible.map(
        async (entry) =>
          entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(join(here, entry.name)))),
      ),
    )
    const folders = visible
      .filter((_entry, index) => kept[index])
      .map((entry) => join(here, entry.name))
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    return { path: here, ...(parse(here).root === here ? {} : { parent: dirname(here) }), folders }
  } catch (error) {
    throw unreadable(here, error)
  }
}

/** Whether a project can work in a folder. Throws what `Runtime.checkFolder` throws. */
export async function checkFolder(path: string, runtime: Pick<Runtime, 'checkFolder'>): Promise<FolderCheck> {
  const here = plainPath(path)
  await runtime.checkFolder(here)
  return { path: here, suggestedName: basename(here) || 'project' }
}
