import { homedir } from 'node:os'
import { join } from 'node:path'
import { createBinaries } from '../../src/main/opencode/binary.ts'
import { OPENCODE_VERSION } from '../../src/main/opencode/types.ts'

/** How many bytes pass between two lines of progress. */
const STEP = 32 * 1024 * 1024

function hostPlatform() {
  const os = process.platform === 'win32' ? 'windows' : process.platform
  const { arch } = process
  if ((os !== 'linux' && os !== 'darwin' && os !== 'windows') || (arch !== 'x64' && arch !== 'arm64')) {
    throw new Error(`OpenCode is not made for ${process.platform} ${arch}`)
  }
  // Without AVX2 it runs everywhere, and speed does not matter here.
  return { os, arch, libc: os === 'linux' ? 'glibc' : 'none', avx2: false } as const
}

/** The OpenCode binary to ask: the one given, or the version Berth runs, fetched into `cacheDir` when it is not there. */
export function findOpenCode(
  given: string | undefined,
  cacheDir = join(homedir(), '.cache', 'berth'),
): Promise<string> {
  if (given !== undefined) return Promise.resolve(given)
  let told = 0
  return createBinaries({ cacheDir }).ensure(hostPlatform(), {
    signal: new AbortController().signal,
    progress({ done, total }) {
      if (done - told < STEP) return
      told = done
      console.log(`Fetching OpenCode ${OPENCODE_VERSION}: ${Math.round((done / (total ?? done)) * 100)} %`)
    },
  })
}
