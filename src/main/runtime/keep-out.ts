import { realpath } from 'node:fs/promises'
import { isAbsolute, relative, sep } from 'node:path'
import { BerthError } from '../errors.ts'

/** Without links; a path that leads nowhere stays as it is. */
const real = (path: string): Promise<string> => realpath(path).catch(() => path)

/** True when `path` is `folder` or is in it. */
function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/**
 * Throws `folder_not_writable` for a folder whose mount would bring one of the `kept` paths into a container: with
 * Berth's settings or the engine's socket in its reach, an agent could let itself out.
 */
export async function checkKeptOut(folder: string, kept: readonly string[]): Promise<void> {
  const here = await real(folder)
  for (const path of kept) {
    const there = await real(path)
    if (isWithin(here, there) || isWithin(there, here))
      throw new BerthError(
        'folder_not_writable',
        `The folder ${folder} can't be worked in, for ${path} is in its reach, which no agent may change. Choose a folder apart from it.`,
      )
  }
}

/** The file of an engine's socket, from an address such as `unix:///var/run/docker.sock`. */
export const socketFile = (address: string): string | undefined => {
  const path = address.replace(/^unix:\/\//, '')
  return path.startsWith('/') ? path : undefined
}
