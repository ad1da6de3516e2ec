import type { Platform } from '../engine/types.ts'

/**
 * The npm package that holds OpenCode's executable for a platform. Names as listed in the optional dependencies of
 * `opencode-ai` 1.18.33. A CPU not known to have AVX2 gets the `-baseline` build; arm64 has only one.
 */
export function packageName(platform: Platform): string {
  const baseline = platform.arch === 'x64' && !platform.avx2 ? '-baseline' : ''
  const libc = platform.os === 'linux' && platform.libc === 'musl' ? '-musl' : ''
  return `opencode-${platform.os}-${platform.arch}${baseline}${libc}`
}

/** The file name of the executable, in the package and in the cache. */
export function executableName(platform: Platform): string {
  return platform.os === 'windows' ? 'opencode.exe' : 'opencode'
}
