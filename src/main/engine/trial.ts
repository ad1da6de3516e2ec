import { setTimeout as pause } from 'node:timers/promises'
import type Docker from 'dockerode'
import { removeContainer, removeHelpers } from './helper.ts'
import { imageNotFound, isMissing } from './images.ts'
import { BERTH_LABEL, HELPER_LABEL } from './labels.ts'
import { readLogs } from './log-stream.ts'
import { confinedTo, traitsOf } from './spec.ts'
import type { TrialResult, TrialSpec } from './types.ts'

/** Nobody's: a trial owns nothing. */
const NOBODY = '65534:65534'
const MAX_LINES = 200
const MEMORY_BYTES = 256 * 1024 * 1024
/** A crash of Berth can leave a trial behind; the next one of its purpose removes it when it is this much older than it may be. */
const FORGOTTEN_AFTER_S = 60

async function create(docker: Docker, spec: TrialSpec): Promise<Docker.Container> {
  const [command = '', ...rest] = spec.command
  const { selinux } = await traitsOf(docker)
  try {
    return await docker.createContainer({
      Image: spec.image,
      Entrypoint: [command],
      Cmd: rest,
      Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
      User: NOBODY,
      WorkingDir: '/',
      Labels: { [BERTH_LABEL]: '1', [HELPER_LABEL]: spec.purpose },
      HostConfig: {
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges', ...(selinux ? ['label=disable'] : [])],
        PidsLimit: 64,
        Memory: MEMORY_BYTES,
        ExtraHosts: [...spec.extraHosts],
        ...(spec.confinement === undefined ? {} : confinedTo(spec.confinement.network)),
        RestartPolicy: { Name: 'no' },
      },
    })
  } catch (error) {
    if (!isMissing(error)) throw error
    throw await imageNotFound(docker, `The image ${spec.image} is not here.`, error)
  }
}

/** See `Engine.trial`. */
export async function runTrial(docker: Docker, spec: TrialSpec): Promise<TrialResult> {
  await removeHelpers(docker, spec.purpose, spec.timeoutMs / 1000 + FORGOTTEN_AFTER_S)
  const container = await create(docker, spec)
  const over = new AbortController()
  try {
    await container.start()
    const ended = container.wait().then((answer: { StatusCode: number }) => answer.StatusCode)
    const late = pause(spec.timeoutMs, undefined, { signal: over.signal }).catch(() => undefined)
    const exitCode = await Promise.race([ended, late])
    // At the deadline the wait goes on until the container is removed below, and then ends in whatever way.
    ended.catch(() => {})
    const lines = await readLogs(docker, container.id, MAX_LINES)
    return { exitCode, output: lines.map((line) => line.text).join('\n') }
  } finally {
    over.abort()
    await removeContainer(container)
  }
}
