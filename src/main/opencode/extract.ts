import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract as tarExtract } from 'tar-stream'

/**
 * Writes one file out of a gzipped tar stream to `target`, replacing what is there, and reads the stream to its end.
 * `onBytes` is told how much of the file is written, in bytes. Throws when the file is not in the archive.
 */
export async function extractFile(
  tarball: Readable,
  name: string,
  target: string,
  signal: AbortSignal,
  onBytes: (done: number, total: number) => void,
): Promise<void> {
  const tar = tarExtract()
  let found = false
  const reading = (async () => {
    for await (const entry of tar) {
      if (entry.header.name !== name || entry.header.type !== 'file') {
        entry.resume()
        continue
      }
      found = true
      await pipeline(entry, counted(entry.header.size ?? 0, onBytes), createWriteStream(target), { signal })
    }
  })()
  // Both are awaited together: whichever fails first takes the other down, and neither goes unheard.
  await Promise.all([pipeline(tarball, createGunzip(), tar, { signal }), reading])
  if (!found) throw new Error(`the package does not hold ${name}`)
  await flush(target)
}

function counted(total: number, onBytes: (done: number, total: number) => void): Transform {
  let done = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length
      onBytes(done, total)
      next(null, chunk)
    },
  })
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
