import { hostHasAvx2 } from '../engine/cpu.ts'
import type { Platform } from '../engine/types.ts'
import { BerthError } from '../errors.ts'

function osOf(platform: NodeJS.Platform): Platform['os'] {
  switch (platform) {
    case 'linux':
    case 'darwin':
      return platform
    case 'win32':
      return 'windows'
    default:
      throw new BerthError(
        'opencode_unavailable',
        `There is no OpenCode for ${platform}. Use Docker instead.`,
      )
  }
}

function archOf(arch: NodeJS.Architecture): Platform['arch'] {
  if (arch === 'x64' || arch === 'arm64') return arch
  throw new BerthError('opencode_unavailable', `There is no OpenCode for ${arch} CPUs. Use another machine.`)
}

/** Node's own report names the glibc it runs on, and none on musl. */
function libcOf(): Platform['libc'] {
  if (process.platform !== 'linux') return 'none'
  const report: unknown = process.report.getReport()
  const header =
    report !== null && typeof report === 'object' && 'header' in report ? report.header : undefined
  const glibc = header !== null && typeof header === 'object' && 'glibcVersionRuntime' in header
  return glibc ? 'glibc' : 'musl'
}

/** What this machine can execute. */
export function hostPlatform(): Platform {
  return {
    os: osOf(process.platform),
    arch: archOf(process.arch),
    libc: libcOf(),
    avx2: hostHasAvx2(),
  }
}
