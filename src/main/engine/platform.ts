import { hostname, release } from 'node:os'
import type Docker from 'dockerode'
import { BerthError } from '../errors.ts'
import { hostHasAvx2 } from './cpu.ts'
import { hasPath, removeHelpers, withHelper } from './helper.ts'
import { checkImageName, imageNotFound, isMissing } from './images.ts'
import type { Platform } from './types.ts'

/** The loaders by which a C library is known (System V ABI supplements; musl's INSTALL). */
const LOADERS = {
  x64: { glibc: ['/lib64/ld-linux-x86-64.so.2'], musl: '/lib/ld-musl-x86_64.so.1' },
  arm64: {
    glibc: ['/lib/ld-linux-aarch64.so.1', '/lib64/ld-linux-aarch64.so.1'],
    musl: '/lib/ld-musl-aarch64.so.1',
  },
} as const

const PURPOSE = 'platform'
/** A look takes a moment; a helper this old was left by a crash. */
const FORGOTTEN_AFTER_S = 600

interface DockerInfo {
  readonly OperatingSystem: string
  readonly KernelVersion: string
  readonly Name: string
  readonly SecurityOptions?: readonly string[] | null
}

/** OpenCode's musl builds are linked to these (seen with `readelf -d`); a bare Alpine has neither. */
const MUSL_NEEDS = ['/usr/lib/libstdc++.so.6', '/usr/lib/libgcc_s.so.1']

/** What the engine says of itself when it runs on this very machine and kernel. */
export async function infoOfThisMachine(docker: Docker): Promise<DockerInfo | undefined> {
  if (process.platform !== 'linux') return undefined
  const info: DockerInfo = await docker.info()
  const virtual = /docker desktop/i.test(info.OperatingSystem)
  const isHere = !virtual && info.KernelVersion === release() && info.Name === hostname()
  return isHere ? info : undefined
}

/** True when the engine runs on this very machine and kernel, so that what is known here holds in a container. */
export async function isThisMachine(docker: Docker): Promise<boolean> {
  return (await infoOfThisMachine(docker)) !== undefined
}

/** Podman serves the same interface, and its networks know other options. */
export function isPodman({ Components = [] }: Docker.DockerVersion): boolean {
  return Components.some(({ Name }) => /podman/i.test(Name))
}

function archOf(image: string, name: string): 'x64' | 'arm64' {
  if (name === 'amd64') return 'x64'
  if (name === 'arm64') return 'arm64'
  throw new BerthError(
    'image_unsuitable',
    `The image ${image} is made for ${name}, and OpenCode needs amd64 or arm64. Choose another image.`,
  )
}

async function isMusl(container: Docker.Container, arch: 'x64' | 'arm64'): Promise<boolean> {
  if (!(await hasPath(container, LOADERS[arch].musl))) return false
  // Debian can carry musl beside its own library, and Alpine a look-alike of glibc's loader.
  return (await hasPath(container, '/etc/alpine-release')) || !(await hasAny(container, LOADERS[arch].glibc))
}

async function hasAny(container: Docker.Container, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (await hasPath(container, path)) return true
  return false
}

async function libcOf(
  container: Docker.Container,
  image: string,
  arch: 'x64' | 'arm64',
): Promise<'glibc' | 'musl'> {
  if (await isMusl(container, arch)) {
    for (const path of MUSL_NEEDS) {
      if (await hasPath(container, path)) continue
      throw new BerthError(
        'image_unsuitable',
        `The image ${image} lacks ${path}, which OpenCode needs. Add it to the image (apk add libstdc++ libgcc), or choose another image.`,
      )
    }
    return 'musl'
  }
  if (await hasAny(container, LOADERS[arch].glibc)) return 'glibc'
  throw new BerthError(
    'image_unsuitable',
    `The image ${image} has no C library OpenCode can use. Choose a Debian, Ubuntu, Fedora or Alpine based image.`,
  )
}

/** See `Engine.platform`. `known` remembers answers by image id, which names its content for ever. */
export async function platformOf(
  docker: Docker,
  image: string,
  known: Map<string, Platform>,
): Promise<Platform> {
  await checkImageName(docker, image)
  const found = await docker
    .getImage(image)
    .inspect()
    .catch(async (error: unknown) => {
      if (!isMissing(error)) throw error
      throw await imageNotFound(docker, `The image ${image} is not here.`, error)
    })
  const before = known.get(found.Id)
  if (before !== undefined) return before
  if (found.Os !== 'linux') {
    throw new BerthError('image_unsuitable', `The image ${image} is not a Linux image. Choose another one.`)
  }
  const arch = archOf(image, found.Architecture)
  await removeHelpers(docker, PURPOSE, FORGOTTEN_AFTER_S)
  const libc = await withHelper(docker, { image: found.Id, purpose: PURPOSE }, (container) =>
    libcOf(container, image, arch),
  )
  // Unknown counts as no: the baseline build runs everywhere.
  const avx2 = arch === 'arm64' || ((await isThisMachine(docker)) && hostHasAvx2())
  const platform: Platform = { os: 'linux', arch, libc, avx2 }
  known.set(found.Id, platform)
  return platform
}
