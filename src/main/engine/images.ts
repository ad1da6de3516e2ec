import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import type { LocalImage } from '../../preload/shapes.ts'
import { BerthError, isAbort } from '../errors.ts'
import { engineMessage, engineStatusCode, translate } from './failures.ts'
import { isImageName, withTag } from './image-name.ts'
import { followPull } from './pull.ts'
import type { Run } from './types.ts'

/** What Docker says when the registry is at fault rather than the name. */
const UNREACHABLE =
  /dial tcp|no such host|connection refused|i\/o timeout|timeout|TLS|EOF|network is unreachable|context deadline exceeded|toomanyrequests|proxyconnect/i

/** Images with a name, newest first. */
export async function listImages(docker: Docker): Promise<LocalImage[]> {
  const images = await docker.listImages()
  return images
    .flatMap((image) =>
      (image.RepoTags ?? [])
        .filter((name) => name !== '<none>:<none>')
        .map((name) => ({ name, size: image.Size, createdAt: image.Created * 1000 })),
    )
    .toSorted((a, b) => b.createdAt - a.createdAt || a.name.localeCompare(b.name))
}

/** `image_not_found` with the names there are, for a choice to be offered. */
export async function imageNotFound(docker: Docker, why: string, cause?: unknown): Promise<BerthError> {
  // The list is a service beside the error: without it the error still says what happened.
  const local = await listImages(docker).catch(() => [])
  const localImages = local.map((image) => image.name)
  const next =
    localImages.length > 0
      ? `Choose one of the images already here: ${localImages.slice(0, 5).join(', ')}${localImages.length > 5 ? ', …' : ''}.`
      : 'No image is here yet: check the name, or connect to the internet and try again.'
  return new BerthError('image_not_found', `${why} ${next}`, { data: { localImages }, cause })
}

/** True when the image is here. */
export async function hasImage(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getImage(name).inspect()
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

/** The engine's answer for an image it has not; 400 for a name that it can't have. */
export function isMissing(error: unknown): boolean {
  const status = engineStatusCode(error)
  return status === 404 || (status === 400 && /no such image|invalid reference/i.test(engineMessage(error)))
}

/** Throws `image_not_found` for a name that can't be one, before it becomes part of a request. */
export async function checkImageName(docker: Docker, name: string): Promise<void> {
  if (!isImageName(name)) throw await imageNotFound(docker, `"${name}" is not an image name.`)
}

function reasonFor(name: string, words: string): string {
  if (/invalid reference format|invalid repository name/i.test(words)) {
    return `"${name}" is not an image name (${words}).`
  }
  return UNREACHABLE.test(words)
    ? `The image ${name} is not here, and its registry can't be reached (${words}).`
    : `The image ${name} was not found (${words}).`
}

/** Fetches the image when it is absent. See `Engine.ensureImage`. */
export async function ensureImage(docker: Docker, address: string, name: string, run: Run): Promise<void> {
  await checkImageName(docker, name)
  if (await hasImage(docker, name)) return
  run.signal.throwIfAborted()
  run.progress({ text: `Downloading ${name}`, unit: 'bytes', done: 0 })
  try {
    const stream = (await docker.createImage({
      fromImage: withTag(name),
      abortSignal: run.signal,
    })) as Readable
    const stop = (): void => void stream.destroy(run.signal.reason)
    run.signal.addEventListener('abort', stop, { once: true })
    await followPull(name, stream, run.progress).finally(() => run.signal.removeEventListener('abort', stop))
  } catch (error) {
    if (run.signal.aborted) throw run.signal.reason
    throw await pullFailure(docker, address, name, error)
  }
  if (!(await hasImage(docker, name))) {
    throw await imageNotFound(docker, `The download of ${name} ended without the image.`)
  }
}

async function pullFailure(docker: Docker, address: string, name: string, error: unknown): Promise<Error> {
  const translated = translate(error, { what: `fetch the image ${name}`, address, image: name })
  // What the engine itself suffers (gone, disk full) keeps its code; the rest is about the image.
  if (isAbort(translated)) return translated
  if (!(translated instanceof BerthError) || translated.code !== 'engine_error') return translated
  const words = engineMessage(error)
  if (/no space left/i.test(words)) return translated
  return imageNotFound(docker, reasonFor(name, words), error)
}
