import type Docker from 'dockerode'
import { BerthError } from '../errors.ts'
import { engineStatusCode } from './failures.ts'
import { addressOf } from './gateway-address.ts'
import { BERTH_LABEL } from './labels.ts'
import { infoOfThisMachine, isPodman } from './platform.ts'
import type { Confinement } from './types.ts'

/** One for all projects of an engine. */
export const CONFINED_NETWORK = 'berth-confined'
/** Its interface on this machine: a name that stays, for the user's firewall. Two networks cannot have the same. */
export const CONFINED_BRIDGE = 'berth0'
/** Refused because another had the name, or the bridge, first. */
const TAKEN = new Set([403, 409])

const OPTIONS = {
  Name: CONFINED_NETWORK,
  CheckDuplicate: true,
  Driver: 'bridge',
  // Nothing goes out and nothing is published; this machine and the containers reach each other by address
  // (docs.docker.com/engine/network/drivers/bridge).
  Internal: true,
  EnableIPv6: false,
  Options: {
    'com.docker.network.bridge.name': CONFINED_BRIDGE,
    'com.docker.network.bridge.enable_icc': 'false',
  },
  Labels: { [BERTH_LABEL]: '1' },
} satisfies Docker.NetworkCreateOptions

/**
 * Whether projects can be confined here: with Docker Engine of this very machine and not rootless, for the network's own
 * address must be one of this machine's, where the gateway listens.
 */
export async function canConfine(docker: Docker): Promise<boolean> {
  const info = await infoOfThisMachine(docker)
  if (info === undefined || info.SecurityOptions?.some((option) => /rootless/.test(option))) return false
  return !isPodman(await docker.version())
}

async function find(docker: Docker): Promise<Docker.NetworkInspectInfo | undefined> {
  try {
    return await docker.getNetwork(CONFINED_NETWORK).inspect()
  } catch (error) {
    if (engineStatusCode(error) === 404) return undefined
    throw error
  }
}

/** Whoever comes second finds what the first made, be it in another process. */
async function make(docker: Docker): Promise<Docker.NetworkInspectInfo | undefined> {
  try {
    await docker.createNetwork(OPTIONS)
  } catch (error) {
    if (!TAKEN.has(engineStatusCode(error) ?? 0) || (await find(docker)) === undefined) throw error
  }
  return find(docker)
}

/** A network of that name which lets something out would be a promise broken. */
function isOurs({ Internal, Options, Labels }: Docker.NetworkInspectInfo): boolean {
  const wanted = Object.entries(OPTIONS.Options)
  // The engine may answer null for either.
  const fits = wanted.every(([name, value]) => Options?.[name] === value)
  return Internal && Labels?.[BERTH_LABEL] !== undefined && fits
}

/** See `Engine.confinement`. Nothing is noted anywhere: the network is found by its name. */
export async function ensureConfinement(docker: Docker): Promise<Confinement> {
  const network = (await find(docker)) ?? (await make(docker))
  if (network !== undefined && !isOurs(network)) {
    throw new BerthError(
      'engine_error',
      `Docker has a network ${CONFINED_NETWORK} that Berth did not make, or that was changed. Remove it (docker network rm ${CONFINED_NETWORK}), then start the project again.`,
    )
  }
  const address = network === undefined ? undefined : await addressOf(network)
  if (network !== undefined && address !== undefined) {
    return { network: CONFINED_NETWORK, id: network.Id, address }
  }
  throw new BerthError(
    'engine_error',
    `Docker's network ${CONFINED_NETWORK} has no address on this machine where the gateway could listen. Update Docker and start the project again, or choose Anywhere for where it may go.`,
  )
}

/** The network, if it is there and of use. */
export async function findConfinement(docker: Docker): Promise<Confinement | undefined> {
  const network = await find(docker)
  if (network === undefined || !isOurs(network)) return undefined
  const address = await addressOf(network)
  return address === undefined ? undefined : { network: CONFINED_NETWORK, id: network.Id, address }
}

/** Takes the network away when it is Berth's and no container is on it, running or not. */
export async function removeConfinement(docker: Docker): Promise<void> {
  const network = await find(docker)
  if (network === undefined || !isOurs(network)) return
  const left = await docker.listContainers({ all: true, filters: { network: [network.Id] } })
  if (left.length > 0) return
  try {
    await docker.getNetwork(network.Id).remove()
  } catch (error) {
    // A container came on it meanwhile, or another Berth was first.
    if (![403, 404, 409].includes(engineStatusCode(error) ?? 0)) throw error
  }
}
