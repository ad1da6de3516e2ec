import type { Confinement, ContainerState, Engine } from '../engine/types.ts'
import { BerthError } from '../errors.ts'
import type { Log } from '../log/log.ts'
import { containerName, containerSpec, homeVolumeName, volumeSpecs } from './docker-spec.ts'
import { exitedAtBoot, LAST_LINES } from './exited.ts'
import { containerUser } from './folder.ts'
import { checkKeptOut, socketFile } from './keep-out.ts'
import type { Runtime, RuntimeState } from './types.ts'

const STOP_GRACE_SECONDS = 5
/** Ended by SIGINT, SIGKILL or SIGTERM, as Berth, the engine's shutdown or the user's own `docker stop` does it. */
const STOPPED_FROM_OUTSIDE = new Set([130, 137, 143])

export interface DockerRuntimeDeps {
  readonly engine: Engine
  readonly log: Log
  /** Berth's own folders, which no container may reach. */
  readonly keepOut: readonly string[]
  /** Lets the gateway listen at one more address of this machine. */
  listenAt(address: string): Promise<void>
}

const endpointOf = ({ host, hostPort }: { readonly host: string; readonly hostPort: number }): string =>
  `http://${host}:${hostPort}`

function needImage(image: string | undefined): string {
  if (image !== undefined && image !== '') return image
  throw new BerthError('image_not_found', 'This project has no image to run in. Choose one in its settings.')
}

function wasStopped(state: Extract<ContainerState, { state: 'exited' }>): boolean {
  return STOPPED_FROM_OUTSIDE.has(state.exitCode) && !state.outOfMemory
}

/** Runs each project's OpenCode in a container of its own. */
export function createDockerRuntime({ engine, log, keepOut, listenAt }: DockerRuntimeDeps): Runtime {
  async function userFor(folder: string): Promise<string> {
    const user = await containerUser(folder, process.platform === 'linux')
    const status = engine.status()
    const socket = status.state === 'ready' ? socketFile(status.address) : undefined
    await checkKeptOut(folder, socket === undefined ? keepOut : [...keepOut, socket])
    return user
  }

  /** Before the container is there: what is in it asks for the gateway at once. */
  async function confine(): Promise<Confinement | undefined> {
    const confinement = await engine.confinement()
    if (confinement !== undefined) await listenAt(confinement.address)
    return confinement
  }

  async function lastWords(projectId: string): Promise<string> {
    const lines = await engine.logs(containerName(projectId), { tail: LAST_LINES })
    return lines.map((line) => line.text).join('\n')
  }

  async function toRuntimeState(projectId: string, state: ContainerState): Promise<RuntimeState> {
    switch (state.state) {
      case 'absent':
        return { state: 'absent' }
      case 'created':
        return { state: 'stopped' }
      case 'running':
        return { state: 'running', endpoint: endpointOf(state) }
      case 'exited': {
        if (wasStopped(state)) return { state: 'stopped' }
        const output = await lastWords(projectId)
        const why = state.outOfMemory ? `${output}\nIt ran out of memory.` : output
        return { state: 'exited', exitCode: state.exitCode, output: why }
      }
    }
  }

  return {
    kind: 'docker',
    isolated: true,
    checkFolder: async (folder) => void (await userFor(folder)),
    async prepare({ image }, run) {
      const name = needImage(image)
      await engine.ensureImage(name, run)
      return engine.platform(name)
    },
    async start(spec, run) {
      const image = needImage(spec.image)
      const user = await userFor(spec.folder)
      for (const volume of volumeSpecs(spec, image)) await engine.ensureVolume(volume, run)
      const confinement = spec.confined ? await confine() : undefined
      const state = await engine.start(containerSpec(spec, image, user, confinement), run)
      if (state.state === 'running') return { endpoint: endpointOf(state) }
      log.warn({ projectId: spec.projectId, exitCode: state.exitCode }, 'the container ended at once')
      throw exitedAtBoot(state.exitCode, await lastWords(spec.projectId))
    },
    inspect: async (projectId) => toRuntimeState(projectId, await engine.inspect(containerName(projectId))),
    stop: (projectId) => engine.stop(containerName(projectId), STOP_GRACE_SECONDS),
    async remove(projectId) {
      // The container first: a volume in use can't be removed.
      await engine.remove(containerName(projectId))
      await engine.removeVolume(homeVolumeName(projectId))
    },
    logs: (projectId, tail) => engine.logs(containerName(projectId), { tail }),
    followLogs: (projectId, signal, onLine) => engine.followLogs(containerName(projectId), signal, onLine),
  }
}
