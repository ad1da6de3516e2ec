import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type Docker from 'dockerode'
import { BERTH_LABEL, PORT_LABEL, SPEC_LABEL } from './labels.ts'
import type { Owner } from './tar.ts'
import type { ContainerSpec, PutFile } from './types.ts'

/** Enough for builds and test runs, and an end for a fork bomb. */
const PIDS_LIMIT = 4096
/** Bounds what logs take on the engine's disk. */
const LOG_CONFIG = { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } }

/** What the engine can do that containers of ours make use of. */
export interface EngineTraits {
  /** It has an init to reap processes with. */
  readonly init: boolean
  /** SELinux labels keep containers out of the user's folders unless they are switched off for the container. */
  readonly selinux: boolean
}

export async function traitsOf(docker: Docker): Promise<EngineTraits> {
  const info = await docker.info()
  const options: readonly string[] = info.SecurityOptions ?? []
  return { init: Boolean(info.InitBinary), selinux: options.some((option) => /selinux/.test(option)) }
}

/** Reads `uid:gid`. Root is refused here, whoever asks. */
export function ownerOf(user: string): Owner {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(user) ?? []
  if (uid === undefined || gid === undefined || Number(uid) === 0) {
    throw new Error(`a container's user is uid:gid and never root, not "${user}"`)
  }
  return { uid: Number(uid), gid: Number(gid) }
}

async function contentKey({ path, mode, content }: PutFile): Promise<unknown> {
  if (typeof content === 'string') return [path, mode, content]
  const { size, mtimeMs } = await stat(content.file)
  return [path, mode, size, mtimeMs]
}

function sorted(map: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** A hash of everything a container is made from. It covers secrets of high entropy only, so it gives none away. */
export async function hashOf(spec: ContainerSpec): Promise<string> {
  const files = await Promise.all(spec.files.map(contentKey))
  const whole = { ...spec, files, env: sorted(spec.env), labels: sorted(spec.labels) }
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(whole).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .digest('hex')
}

function mountsOf({ binds, volumes }: ContainerSpec): Docker.MountSettings[] {
  return [
    // A mount, unlike a bind, fails when the folder is missing instead of making one that root owns.
    ...binds.map(({ hostPath, path, readOnly }) => ({
      Type: 'bind' as const,
      Source: hostPath,
      Target: path,
      ReadOnly: readOnly,
    })),
    ...volumes.map(({ name, path, readOnly }) => ({
      Type: 'volume' as const,
      Source: name,
      Target: path,
      ReadOnly: readOnly,
      VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: {} } },
    })),
  ]
}

/** An empty port lets the engine choose one that is free at that moment. */
function published(port: string): Docker.HostConfig {
  return { PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] } }
}

/**
 * On the confined network no port can be published. Names are resolved by the gateway: the engine's own resolver would ask
 * this machine's name server even from a network that lets nothing out (CVE-2024-29018), so it is given one that is not
 * there, and not waited for.
 */
export function confinedTo(network: string): Docker.HostConfig {
  return {
    NetworkMode: network,
    Dns: ['127.0.0.1'],
    DnsOptions: ['timeout:1', 'attempts:1'],
    DnsSearch: ['.'],
  }
}

/** What the engine is told to make. */
export function createOptions(
  spec: ContainerSpec,
  hash: string,
  traits: EngineTraits,
): Docker.ContainerCreateOptions {
  const port = `${spec.port}/tcp`
  return {
    name: spec.name,
    Image: spec.image,
    // As the entrypoint, it takes the place of the image's own entrypoint and command both.
    Entrypoint: [...spec.command],
    Env: sorted(spec.env).map(([name, value]) => `${name}=${value}`),
    User: spec.user,
    WorkingDir: spec.workingDir,
    Labels: { ...spec.labels, [BERTH_LABEL]: '1', [SPEC_LABEL]: hash, [PORT_LABEL]: String(spec.port) },
    ExposedPorts: { [port]: {} },
    HostConfig: {
      Mounts: mountsOf(spec),
      ...(spec.confinement === undefined ? published(port) : confinedTo(spec.confinement.network)),
      SecurityOpt: ['no-new-privileges', ...(traits.selinux ? ['label=disable'] : [])],
      CapDrop: ['ALL'],
      PidsLimit: PIDS_LIMIT,
      Init: traits.init,
      RestartPolicy: { Name: 'no' },
      ExtraHosts: [...spec.extraHosts],
      LogConfig: LOG_CONFIG,
    },
  }
}
