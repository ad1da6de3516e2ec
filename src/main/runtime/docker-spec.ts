import type { Confinement, ContainerSpec, Platform, VolumeSpec } from '../engine/types.ts'
import { serverArguments, serverEnvironment } from './environment.ts'
import type { RuntimeSpec } from './types.ts'

/** Carries the id of the project a container or volume belongs to. */
export const PROJECT_LABEL = 'dev.berth.project'
/**
 * Where the project's folder is inside. OpenCode keeps its sessions by folder, so this stays the same for every project
 * and whatever happens to the folder's name outside.
 */
export const WORKSPACE = '/workspace'
const HOME = '/home/berth'
const BINARY_FOLDER = '/opt/opencode'
const FILES_FOLDER = '/etc/berth'
/** The container's name for the machine it runs on. */
export const HOST = 'berth.internal'
const PORT = 4096

export const containerName = (projectId: string): string => `berth-${projectId}`
/** OpenCode's home: its history outlives the container. */
export const homeVolumeName = (projectId: string): string => `berth-home-${projectId}`

/** One volume per build of OpenCode, shared by all projects. */
export function binaryVolumeName(version: string, { arch, libc, avx2 }: Platform): string {
  const baseline = arch === 'x64' && !avx2 ? '-baseline' : ''
  return `berth-opencode-${version}-${arch}-${libc}${baseline}`
}

/** The volumes a project's container needs, in the order they are made. */
export function volumeSpecs(spec: RuntimeSpec, image: string): [binary: VolumeSpec, home: VolumeSpec] {
  const { file, version, platform } = spec.binary
  return [
    {
      name: binaryVolumeName(version, platform),
      image,
      files: [{ path: '/opencode', content: { file }, mode: 0o755 }],
      labels: { 'dev.berth.opencode': version },
    },
    {
      name: homeVolumeName(spec.projectId),
      image,
      files: [],
      labels: { [PROJECT_LABEL]: spec.projectId },
    },
  ]
}

/** The container of a project, on the engine's default network unless it is confined. */
export function containerSpec(
  spec: RuntimeSpec,
  image: string,
  user: string,
  confinement?: Confinement,
): ContainerSpec {
  const configFile = `${FILES_FOLDER}/opencode.json`
  const caFile = `${FILES_FOLDER}/ca.pem`
  const [binary, home] = volumeSpecs(spec, image)
  return {
    name: containerName(spec.projectId),
    image,
    command: [`${BINARY_FOLDER}/opencode`, ...serverArguments('0.0.0.0', PORT)],
    env: serverEnvironment(spec, { home: HOME, configFile, caFile, gatewayHost: HOST }),
    user,
    workingDir: WORKSPACE,
    binds: [{ hostPath: spec.folder, path: WORKSPACE, readOnly: false }],
    volumes: [
      { name: binary.name, path: BINARY_FOLDER, readOnly: true },
      { name: home.name, path: HOME, readOnly: false },
    ],
    files: [
      { path: configFile, content: spec.config, mode: 0o644 },
      { path: caFile, content: spec.caCertificate, mode: 0o644 },
    ],
    ownedFolders: [HOME],
    port: PORT,
    labels: { [PROJECT_LABEL]: spec.projectId },
    extraHosts: [`${HOST}:${confinement?.address ?? 'host-gateway'}`],
    ...(confinement === undefined ? {} : { confinement }),
  }
}
