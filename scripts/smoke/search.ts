import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import Docker from 'dockerode'

/** A place where no credential may be: its name, and how often the planted text stands there. */
export interface Finding {
  readonly place: string
  readonly found: number
}

function occurrences(haystack: Buffer, needle: string): number {
  let count = 0
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + needle.length))
    count += 1
  return count
}

/** Counts the needle in a stream, also where it lies across two chunks. */
export async function countInStream(stream: AsyncIterable<Uint8Array>, needle: string): Promise<number> {
  let count = 0
  let tail = Buffer.alloc(0)
  for await (const chunk of stream) {
    const window = Buffer.concat([tail, chunk])
    count += occurrences(window, needle)
    const last = window.lastIndexOf(needle)
    const from = Math.max(window.length - needle.length + 1, last < 0 ? 0 : last + needle.length)
    tail = window.subarray(from)
  }
  return count
}

/** Counts the needle in every file below a folder, those named in `except` left out. */
export function countInFolder(folder: string, needle: string, except: readonly string[] = []): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !except.includes(entry.name))
    .reduce((sum, entry) => sum + occurrences(readFileSync(join(entry.parentPath, entry.name)), needle), 0)
}

export const countInText = (text: string, needle: string): number => occurrences(Buffer.from(text), needle)

/** Looks in everything Docker knows of a container: inspect output (with the environment), file system and volumes. */
export async function searchContainer(socket: string, name: string, needle: string): Promise<Finding[]> {
  const container = new Docker({ socketPath: socket }).getContainer(name)
  const inspect = JSON.stringify(await container.inspect())
  const fileSystem = await container.export()
  const home = await container.getArchive({ path: '/home/berth' })
  return [
    { place: 'container inspect and environment', found: countInText(inspect, needle) },
    { place: 'container file system', found: await countInStream(Readable.from(fileSystem), needle) },
    { place: 'container home volume', found: await countInStream(Readable.from(home), needle) },
  ]
}
