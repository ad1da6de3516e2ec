import type Docker from 'dockerode'
import { engineStatusCode } from './failures.ts'
import { BERTH_LABEL, HELPER_LABEL } from './labels.ts'

export interface HelperSpec {
  readonly image: string
  /** What it is for: a volume's name, or `platform`. */
  readonly purpose: string
  readonly volume?: { readonly name: string; readonly path: string }
}

/** Removes a container; one that is gone already, or going, is as good. */
export async function removeContainer(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true })
  } catch (error) {
    const status = engineStatusCode(error)
    if (status !== 404 && status !== 409) throw error
  }
}

/** Removes what a crash left of helpers for this purpose: those at least this old, in seconds. */
export async function removeHelpers(docker: Docker, purpose: string, minAge = 0): Promise<void> {
  const filters = { label: [`${HELPER_LABEL}=${purpose}`] }
  const left = await docker.listContainers({ all: true, filters })
  for (const { Id, Created } of left) {
    if (Date.now() / 1000 - Created >= minAge) await removeContainer(docker.getContainer(Id))
  }
}

/**
 * Lends `act` a container of the image that is made, never started, and always removed: the way to look into an image
 * and to read and fill a volume without running anything.
 */
export async function withHelper<T>(
  docker: Docker,
  { image, purpose, volume }: HelperSpec,
  act: (container: Docker.Container) => Promise<T>,
): Promise<T> {
  const container = await docker.createContainer({
    Image: image,
    // Never run; but an image without a command of its own would not make a container.
    Entrypoint: ['/never-started'],
    Labels: { [BERTH_LABEL]: '1', [HELPER_LABEL]: purpose },
    HostConfig: {
      NetworkMode: 'none',
      Mounts:
        volume === undefined
          ? []
          : [
              {
                Type: 'volume',
                Source: volume.name,
                Target: volume.path,
                VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: {} } },
              },
            ],
    },
  })
  try {
    return await act(container)
  } finally {
    await removeContainer(container)
  }
}

/** True when the path is in the container. Reads the link itself, not what it leads to. */
export async function hasPath(container: Docker.Container, path: string): Promise<boolean> {
  try {
    const answer: unknown = await container.infoArchive({ path })
    drain(answer)
    return true
  } catch (error) {
    if (engineStatusCode(error) === 404) return false
    throw error
  }
}

/** Lets go of an answer without a body, so that its connection ends. */
function drain(answer: unknown): void {
  if (answer !== null && typeof answer === 'object' && 'resume' in answer) {
    if (typeof answer.resume === 'function') answer.resume()
  }
}
