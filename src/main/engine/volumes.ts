import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type Docker from 'dockerode'
import { extract } from 'tar-stream'
import { BerthError } from '../errors.ts'
import { engineMessage, engineStatusCode } from './failures.ts'
import { removeHelpers, withHelper } from './helper.ts'
import { BERTH_LABEL } from './labels.ts'
import { putTar, sizeOf, tarOf } from './tar.ts'
import type { PutFile, Run, VolumeSpec } from './types.ts'

const MOUNT = '/volume'
/** Written last: a volume without it was not filled to its end. It holds the digest of what it was filled with. */
const MARKER = '.berth-complete'

/** Names what the files are by path, mode and content, or size for a file that is streamed. */
async function digestOf(files: readonly PutFile[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) {
    const content = typeof file.content === 'string' ? file.content : ''
    hash.update(JSON.stringify([file.path, file.mode, await sizeOf(file), content]))
  }
  return hash.digest('hex')
}

/** A small file's text; undefined when it is not there. */
async function readText(container: Docker.Container, path: string): Promise<string | undefined> {
  try {
    const tar = (await container.getArchive({ path })) as Readable
    for await (const entry of tar.pipe(extract())) return (await text(entry)).slice(0, 1_000)
    return undefined
  } catch (error) {
    if (engineStatusCode(error) === 404) return undefined
    throw error
  }
}

async function volumeExists(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getVolume(name).inspect()
    return true
  } catch (error) {
    if (engineStatusCode(error) === 404) return false
    throw error
  }
}

async function fill(docker: Docker, { name, image, files }: VolumeSpec, digest: string, run: Run) {
  const sizes = await Promise.all(files.map(sizeOf))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  let done = 0
  const tell = (bytes: number): void => {
    done += bytes
    run.progress({ text: `Filling ${name}`, unit: 'bytes', done, total })
  }
  const volume = { name, path: MOUNT }
  await withHelper(docker, { image, purpose: name, volume }, async (container) => {
    await putTar(container, tarOf(files, [], tell), MOUNT, run.signal)
    run.signal.throwIfAborted()
    await putTar(container, tarOf([{ path: MARKER, content: digest, mode: 0o644 }], []), MOUNT)
  })
}

/**
 * See `Engine.ensureVolume`. Whatever crash comes between two lines: without the marker the next call makes the volume
 * anew.
 */
export async function ensureVolume(docker: Docker, spec: VolumeSpec, run: Run): Promise<void> {
  const { name, image, files } = spec
  const labels = { ...spec.labels, [BERTH_LABEL]: '1' }
  const make = () => docker.createVolume({ Name: name, Labels: labels })
  if (files.length === 0) {
    await make()
    return
  }
  const digest = await digestOf(files)
  if (await volumeExists(docker, name)) {
    await removeHelpers(docker, name)
    const volume = { name, path: MOUNT }
    const marker = await withHelper(docker, { image, purpose: name, volume }, (container) =>
      readText(container, `${MOUNT}/${MARKER}`),
    )
    if (marker === digest) return
    await removeVolume(docker, name)
  }
  run.signal.throwIfAborted()
  await make()
  await fill(docker, spec, digest, run)
}

/** Removes a volume; one that is not there is as good. */
export async function removeVolume(docker: Docker, name: string): Promise<void> {
  try {
    await docker.getVolume(name).remove()
  } catch (error) {
    const status = engineStatusCode(error)
    if (status === 404) return
    if (status !== 409) throw error
    throw new BerthError(
      'conflict',
      `The volume ${name} can't be replaced while a container uses it (${engineMessage(error)}). Stop the projects that use it, then try again.`,
      { cause: error },
    )
  }
}
