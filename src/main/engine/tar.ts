import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type Docker from 'dockerode'
import { pack } from 'tar-stream'
import type { PutFile } from './types.ts'

/** Whose things become, inside. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

export const ROOT: Owner = { uid: 0, gid: 0 }

/** A path inside as tar writes it: relative to the root it is unpacked at. */
const inTar = (path: string): string => path.replace(/^\/+/, '')

/** The size of a file's content in bytes. */
export async function sizeOf({ content }: PutFile): Promise<number> {
  return typeof content === 'string' ? Buffer.byteLength(content) : (await stat(content.file)).size
}

/**
 * A tar stream of folders (owned by `folderOwner`, mode 0755) and then files (owned by root, so that what runs inside
 * can read and not change them). A file that can't be read ends the stream with its error. `onBytes` counts file
 * content.
 */
export function tarOf(
  files: readonly PutFile[],
  folders: readonly { readonly path: string; readonly owner: Owner }[],
  onBytes: (bytes: number) => void = () => {},
): Readable {
  const tar = pack()
  const fill = async (): Promise<void> => {
    for (const { path, owner } of folders) {
      tar.entry({ name: `${inTar(path)}/`, type: 'directory', mode: 0o755, ...owner })
    }
    for (const file of files) {
      const header = { name: inTar(file.path), mode: file.mode, size: await sizeOf(file), ...ROOT }
      if (typeof file.content === 'string') {
        tar.entry(header, file.content)
        onBytes(header.size)
        continue
      }
      const source = createReadStream(file.content.file)
      source.on('data', (chunk) => onBytes(chunk.length))
      await pipeline(source, tar.entry(header))
    }
    tar.finalize()
  }
  fill().catch((error: Error) => tar.destroy(error))
  return Readable.from(tar, { objectMode: false })
}

/** Unpacks a tar stream at a folder of a container, and lets go of the stream however that ends. */
export async function putTar(
  container: Docker.Container,
  tar: Readable,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await container.putArchive(tar, { path, ...(signal === undefined ? {} : { abortSignal: signal }) })
  } finally {
    tar.destroy()
  }
}
