import { copyFile, mkdir, mkdtemp, realpath, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BerthError } from '../errors.ts'
import { tooLarge, withFile } from './read-file.ts'

const LARGEST_DATABASE = 200_000_000
const MAGIC = 'SQLite format 3\0'
/** Files in which SQLite keeps what is not in the database itself yet. */
const COMPANIONS = ['-wal', '-journal']

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path)
    return found.isFile() ? found.size : 0
  } catch {
    return 0
  }
}

/** Throws what `withFile` throws, and `bad_request` for what is no database. */
async function check(path: string): Promise<void> {
  const head = await withFile(path, LARGEST_DATABASE, async (handle) => {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0)
    return buffer.toString('latin1', 0, bytesRead)
  })
  if (head === MAGIC) return
  throw new BerthError(
    'bad_request',
    `${path} is not a SQLite database. Choose the one of doce.dev, usually data/db.sqlite in its folder.`,
  )
}

/**
 * Gives a SQLite file to `read` in a way that neither changes it nor makes files beside it: as an unchanging one where
 * everything is in it, else as a copy with what SQLite keeps beside it. The copy is in `scratchDir`, for this user alone,
 * and gone afterwards. Throws `not_found`, and `bad_request` for what is no database.
 */
export async function withDatabase<T>(
  given: string,
  scratchDir: string,
  read: (location: string | URL) => T,
): Promise<T> {
  const path = await realpath(given).catch(() => given)
  await check(path)
  const companions: string[] = []
  for (const end of COMPANIONS) {
    const size = await sizeOf(path + end)
    if (size > LARGEST_DATABASE) throw tooLarge(path + end, LARGEST_DATABASE)
    if (size > 0) companions.push(end)
  }
  if (companions.length === 0) {
    const url = pathToFileURL(path)
    // "immutable": SQLite takes no locks and makes no files. https://sqlite.org/c3ref/open.html
    url.searchParams.set('immutable', '1')
    return read(url)
  }
  await mkdir(scratchDir, { recursive: true, mode: 0o700 })
  const folder = await mkdtemp(join(scratchDir, 'copy-'))
  try {
    const copy = join(folder, 'db.sqlite')
    for (const end of ['', ...companions]) await copyFile(path + end, copy + end)
    return read(copy)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
