import { chmod, mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../errors.ts'

const PARTIAL = '.partial-'

/** The folder finished executables are kept in. A file is there whole or not at all. */
export interface BinaryCache {
  /** The path of a finished executable, or undefined. */
  find(folder: string, file: string): Promise<string | undefined>
  /** Calls `fill` with a temporary path, then moves what it wrote into place. Answers with the final path. */
  put(folder: string, file: string, fill: (temporary: string) => Promise<void>): Promise<string>
}

/** False only when the system says that there is no such process. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) !== 'ESRCH'
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; its renames need no flush of one.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export function createBinaryCache(cacheDir: string): BinaryCache {
  /** Removes what fetches left behind whose process was killed. */
  const clean = async () => {
    for (const name of await readdir(cacheDir)) {
      const pid = name.startsWith(PARTIAL) ? Number(name.slice(PARTIAL.length).split('-')[0]) : Number.NaN
      if (Number.isInteger(pid) && !alive(pid))
        await rm(join(cacheDir, name), { recursive: true, force: true })
    }
  }

  return {
    async find(folder, file) {
      const path = join(cacheDir, folder, file)
      const found = await stat(path).catch(() => undefined)
      return found?.isFile() === true && found.size > 0 ? path : undefined
    },
    async put(folder, file, fill) {
      await mkdir(cacheDir, { recursive: true, mode: 0o700 })
      await clean()
      const partial = await mkdtemp(join(cacheDir, `${PARTIAL}${process.pid}-`))
      try {
        const temporary = join(partial, file)
        await fill(temporary)
        await chmod(temporary, 0o755)
        const target = join(cacheDir, folder)
        await mkdir(target, { recursive: true })
        // Only the file moves, so that another process that was faster does no harm: both wrote the same bytes.
        await rename(temporary, join(target, file))
        await syncFolder(target)
        return join(target, file)
      } finally {
        await rm(partial, { recursive: true, force: true })
      }
    },
  }
}
