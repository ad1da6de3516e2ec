import { dirname, join } from 'node:path'
import pinned from '../../../resources/opencode-integrity.json' with { type: 'json' }
import type { Platform, Run } from '../engine/types.ts'
import type { Log } from '../log/log.ts'
import { createBinaryCache } from './binary-cache.ts'
import { unavailable } from './binary-errors.ts'
import { extractFile } from './extract.ts'
import { createPackageFetch, type FetchPackage } from './package-fetch.ts'
import { executableName, packageName } from './platform.ts'
import { createSharedWork } from './shared-work.ts'
import { type Binaries, OPENCODE_VERSION } from './types.ts'

export interface BinariesOptions {
  /** Holds `opencode-<version>-<platform>/opencode[.exe]`; made when absent. */
  readonly cacheDir: string
  readonly log?: Log
  /** Default: npm's own library with the user's npm settings. */
  readonly fetchPackage?: FetchPackage
  /** Pinned integrity per package name. Default: the hashes in `resources/opencode-integrity.json`. */
  readonly integrity?: Readonly<Record<string, string>>
}

/** How often progress is told: every so many bytes. */
const PROGRESS_STEP = 1024 * 1024

/**
 * Gets OpenCode's executable through npm, checks it against the hash pinned for its package (where none is pinned,
 * against the one the registry publishes), and keeps it.
 */
export function createBinaries(options: BinariesOptions): Binaries {
  const { cacheDir, log } = options
  const fetchPackage = options.fetchPackage ?? createPackageFetch()
  const integrity: Readonly<Record<string, string>> = options.integrity ?? pinned.packages
  const cache = createBinaryCache(cacheDir)
  const shared = createSharedWork<string>()

  const fetchInto = async (
    temporary: string,
    name: string,
    hash: string | undefined,
    file: string,
    run: Run,
  ) => {
    let told = 0
    const tell = (done: number, total: number) => {
      if (done < total && done - told < PROGRESS_STEP && done > told) return
      told = done
      run.progress({ text: `Fetching OpenCode ${OPENCODE_VERSION}`, unit: 'bytes', done, total })
    }
    run.progress({ text: `Fetching OpenCode ${OPENCODE_VERSION}`, unit: 'bytes', done: 0 })
    await fetchPackage(
      {
        name,
        version: OPENCODE_VERSION,
        integrity: hash,
        signal: run.signal,
        scratch: join(dirname(temporary), 'npm'),
      },
      (tarball) => extractFile(tarball, `package/bin/${file}`, temporary, run.signal, tell),
    )
  }

  const fetchOnce = async (name: string, folder: string, file: string, run: Run) => {
    const hash = integrity[name]
    const what = `OpenCode ${OPENCODE_VERSION} (${name})`
    log?.info({ package: name, version: OPENCODE_VERSION }, 'fetching OpenCode')
    try {
      return await cache.put(folder, file, (temporary) => fetchInto(temporary, name, hash, file, run))
    } catch (error) {
      log?.warn({ package: name, error: String(error) }, 'OpenCode was not fetched')
      throw unavailable(error, what, cacheDir, run.signal)
    }
  }

  const placeOf = (platform: Platform) => {
    const name = packageName(platform)
    const folder = `opencode-${OPENCODE_VERSION}-${name.slice('opencode-'.length)}`
    return { name, folder, file: executableName(platform) }
  }

  return {
    version: OPENCODE_VERSION,
    async ensure(platform: Platform, run: Run) {
      const { name, folder, file } = placeOf(platform)
      const cached = await cache.find(folder, file)
      if (cached !== undefined) return cached
      return shared.join(name, run, (all) => fetchOnce(name, folder, file, all))
    },
    async find(platform) {
      const { folder, file } = placeOf(platform)
      return cache.find(folder, file)
    },
  }
}
