import { homedir } from 'node:os'
import type Docker from 'dockerode'
import { BerthError } from '../errors.ts'
import type { Log } from '../log/log.ts'
import { candidates } from './candidates.ts'
import {
  CONFINED_NETWORK,
  canConfine,
  ensureConfinement,
  findConfinement,
  removeConfinement,
} from './confinement.ts'
import { connect } from './connect.ts'
import {
  inspectContainer,
  listContainers,
  removeByName,
  startContainer,
  stopContainer,
} from './containers.ts'
import { translate } from './failures.ts'
import { hostGatewayAddress } from './gateway-address.ts'
import { ensureImage, listImages } from './images.ts'
import { followLogs, readLogs } from './log-stream.ts'
import { platformOf } from './platform.ts'
import { runTrial } from './trial.ts'
import type { Engine, Gateways, Platform } from './types.ts'
import { ensureVolume, removeVolume } from './volumes.ts'
import { createWatch } from './watch.ts'

export interface EngineDeps {
  /** Where the engine is, by the settings; absent, it is looked for. */
  readonly address: string | undefined
  readonly log: Log
  /** Absent: the process's own. Read for `DOCKER_HOST` and its like. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Absent: the user's home folder. Docker's settings and some sockets are there. */
  readonly home?: string
}

/** The Docker engine of this installation. Its status is `checking` until the first `check` or act. */
export function createEngine({ address, log, env = process.env, home = homedir() }: EngineDeps): Engine {
  const places = { address, env, home, platform: process.platform }
  const watch = createWatch({ candidates: () => candidates(places), connect, log, now: Date.now })
  const platforms = new Map<string, Platform>()
  const underWay = new Map<string, Promise<unknown>>()

  /** Does one thing with the engine, and says what it was if that fails. */
  async function using<T>(
    what: string,
    act: (docker: Docker, address: string) => Promise<T>,
    image?: string,
  ): Promise<T> {
    const { docker, address: at } = await watch.client()
    try {
      return await act(docker, at)
    } catch (cause) {
      const error = translate(cause, { what, address: at, ...(image === undefined ? {} : { image }) })
      if (error instanceof BerthError && /^engine_(unavailable|denied)$/.test(error.code)) void watch.check()
      throw error
    }
  }

  /** Two projects starting at once may want one volume or network: the second waits for the first, then finds it made. */
  function oneAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = underWay.get(name) ?? Promise.resolve()
    const mine = before.catch(() => {}).then(work)
    underWay.set(name, mine)
    const forget = (): void => {
      if (underWay.get(name) === mine) underWay.delete(name)
    }
    mine.then(forget, forget)
    return mine
  }

  const confinement = () =>
    oneAtATime(CONFINED_NETWORK, () =>
      using(`make the network ${CONFINED_NETWORK}`, async (docker) =>
        (await canConfine(docker)) ? ensureConfinement(docker) : undefined,
      ),
    )

  /** What has been done is not undone by a network that stays: the next one to leave it takes it away. */
  async function leaveNoNetwork(): Promise<void> {
    const act = () => using(`remove the network ${CONFINED_NETWORK}`, removeConfinement)
    await oneAtATime(CONFINED_NETWORK, act).catch((err: unknown) => log.warn({ err }, 'a network stays'))
  }

  const gateways = async (docker: Docker): Promise<Gateways> => ({
    usual: await hostGatewayAddress(docker),
    confined: await findConfinement(docker),
  })

  return {
    status: watch.status,
    check: watch.check,
    onStatus: watch.onStatus,
    close: watch.close,
    images: () => using('list its images', listImages),
    ensureImage: (name, run) =>
      using(`fetch the image ${name}`, (docker, at) => ensureImage(docker, at, name, run), name),
    platform: (image) =>
      using(`look into the image ${image}`, (docker) => platformOf(docker, image, platforms), image),
    ensureVolume: (spec, run) =>
      oneAtATime(spec.name, () =>
        using(`fill the volume ${spec.name}`, (docker) => ensureVolume(docker, spec, run), spec.image),
      ),
    removeVolume: (name) => using(`remove the volume ${name}`, (docker) => removeVolume(docker, name)),
    inspect: (name) => using(`inspect ${name}`, (docker) => inspectContainer(docker, name)),
    async start(spec, run) {
      const act = (docker: Docker) => startContainer(docker, spec, run)
      const state = await using(`start ${spec.name}`, act, spec.image)
      if (spec.confinement === undefined) await leaveNoNetwork()
      return state
    },
    stop: (name, grace) => using(`stop ${name}`, (docker) => stopContainer(docker, name, grace)),
    async remove(name) {
      await using(`remove ${name}`, (docker) => removeByName(docker, name))
      await leaveNoNetwork()
    },
    logs: (name, { tail }) => using(`read the log of ${name}`, (docker) => readLogs(docker, name, tail)),
    followLogs: (name, signal, onLine) =>
      using(`follow the log of ${name}`, (docker) => followLogs(docker, name, signal, onLine)),
    list: () => using('list its containers', listContainers),
    trial: (spec) => using(`try out ${spec.image}`, (docker) => runTrial(docker, spec), spec.image),
    gateways: () => using('inspect its networks', gateways),
    confinement,
  }
}
