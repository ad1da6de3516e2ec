import type Docker from 'dockerode'
import { BerthError } from '../errors.ts'
import { CONFINED_NETWORK } from './confinement.ts'
import { engineStatusCode } from './failures.ts'
import { removeContainer } from './helper.ts'
import { imageNotFound, isMissing } from './images.ts'
import { BERTH_LABEL, HELPER_LABEL, PORT_LABEL, SPEC_LABEL } from './labels.ts'
import { createOptions, hashOf, ownerOf, traitsOf } from './spec.ts'
import { putTar, tarOf } from './tar.ts'
import type { ContainerSpec, ContainerState, Run, StartedContainer } from './types.ts'

/** What the engine says of a container; undefined when there is none. */
async function details(docker: Docker, name: string): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await docker.getContainer(name).inspect()
  } catch (error) {
    if (engineStatusCode(error) === 404) return undefined
    throw error
  }
}

interface Place {
  readonly host: string
  readonly hostPort: number
}

function placeOf(host: string | undefined, port: string | undefined): Place | undefined {
  const hostPort = Number(port)
  return host && Number.isInteger(hostPort) && hostPort > 0 ? { host, hostPort } : undefined
}

/** Where a running container is reached: at its published port, or at its own address where nothing is published. */
function reachedAt({ Config, NetworkSettings }: Docker.ContainerInspectInfo): Place | undefined {
  const bindings = Object.values(NetworkSettings.Ports ?? {}).flatMap((list) => list ?? [])
  const published = bindings.find((binding) => binding.HostIp === '127.0.0.1')
  if (published !== undefined) return placeOf(published.HostIp, published.HostPort)
  return placeOf(NetworkSettings.Networks?.[CONFINED_NETWORK]?.IPAddress, Config.Labels?.[PORT_LABEL])
}

function stateOf(info: Docker.ContainerInspectInfo | undefined): ContainerState {
  if (info === undefined) return { state: 'absent' }
  const { Id: id } = info
  const labels = info.Config.Labels ?? {}
  const { Running: running, Status: status, ExitCode: exitCode, OOMKilled: outOfMemory } = info.State
  if (running) {
    const place = reachedAt(info)
    if (place !== undefined) return { state: 'running', id, ...place, labels }
    throw new BerthError(
      'engine_error',
      `Docker runs ${info.Name.slice(1)} without publishing its port. Stop the project and start it again.`,
    )
  }
  if (status === 'created') return { state: 'created' }
  return status === 'removing' ? { state: 'absent' } : { state: 'exited', id, exitCode, outOfMemory, labels }
}

export async function inspectContainer(docker: Docker, name: string): Promise<ContainerState> {
  return stateOf(await details(docker, name))
}

/** Removes a container and waits until its name is free. One that is not there is as good. */
export async function removeByName(docker: Docker, name: string): Promise<void> {
  const container = docker.getContainer(name)
  await removeContainer(container)
  try {
    // Another removal may be under way; then this waits for its end.
    await container.wait({ condition: 'removed' })
  } catch (error) {
    if (engineStatusCode(error) !== 404) throw error
  }
}

/** Stops a container; one that is stopped or gone is as good. */
export async function stopContainer(docker: Docker, name: string, graceSeconds: number): Promise<void> {
  try {
    await docker.getContainer(name).stop({ t: graceSeconds })
  } catch (error) {
    const status = engineStatusCode(error)
    if (status !== 304 && status !== 404) throw error
  }
}

/** Makes the container with its files, and not yet running. */
async function create(docker: Docker, spec: ContainerSpec, hash: string): Promise<void> {
  const owner = ownerOf(spec.user)
  try {
    await docker.createContainer(createOptions(spec, hash, await traitsOf(docker)))
  } catch (error) {
    if (!isMissing(error)) throw error
    throw await imageNotFound(docker, `The image ${spec.image} is not here.`, error)
  }
  const folders = spec.ownedFolders.map((path) => ({ path, owner }))
  await putTar(docker.getContainer(spec.name), tarOf(spec.files, folders), '/')
}

/**
 * See `Engine.start`. A container that was made and never ran is made again, for a crash may have come before its files
 * were in it.
 */
export async function startContainer(
  docker: Docker,
  spec: ContainerSpec,
  run: Run,
): Promise<StartedContainer> {
  const hash = await hashOf(spec)
  const before = stateOf(await details(docker, spec.name))
  const same = 'labels' in before && before.labels[SPEC_LABEL] === hash
  if (before.state === 'running' && same) return before
  run.signal.throwIfAborted()
  if (!same) {
    await removeByName(docker, spec.name)
    run.signal.throwIfAborted()
    await create(docker, spec, hash)
  }
  run.signal.throwIfAborted()
  await startByName(docker, spec.name)
  const after = stateOf(await details(docker, spec.name))
  if (after.state === 'running' || after.state === 'exited') return after
  throw new BerthError('engine_error', `Docker did not start ${spec.name}. Try again.`)
}

async function startByName(docker: Docker, name: string): Promise<void> {
  try {
    await docker.getContainer(name).start()
  } catch (error) {
    if (engineStatusCode(error) !== 304) throw error
  }
}

/** Every container with Berth's label, helpers aside. */
export async function listContainers(
  docker: Docker,
): Promise<{ name: string; labels: Record<string, string>; running: boolean }[]> {
  const all = await docker.listContainers({ all: true, filters: { label: [`${BERTH_LABEL}=1`] } })
  return all
    .filter((container) => container.Labels[HELPER_LABEL] === undefined)
    .map((container) => ({
      name: (container.Names[0] ?? container.Id).replace(/^\//, ''),
      labels: container.Labels,
      running: container.State === 'running',
    }))
}
