import type { Readable } from 'node:stream'
import pacote from 'pacote'
import { type NpmSettings, readNpmSettings } from './npm-settings.ts'

export interface PackageRequest {
  readonly name: string
  readonly version: string
  /**
   * A subresource integrity text; a tarball that differs is an error with the code `EINTEGRITY`. Absent: the one that the
   * registry publishes with the version, as npm itself does on an install without a lock file.
   */
  readonly integrity: string | undefined
  readonly signal: AbortSignal
  /** A folder for whatever must be put somewhere on the way; the caller removes it. */
  readonly scratch: string
}

/**
 * Fetches a package's tarball. `consume` gets the gzipped bytes, and may be called again from the start; what it wrote
 * is good only once `fetchPackage` has resolved, because the hash is known at the end.
 */
export type FetchPackage = (
  request: PackageRequest,
  consume: (tarball: Readable) => Promise<void>,
) => Promise<void>

/** The SHA-512 the registry publishes; anything weaker is refused as a mismatch is. */
async function publishedIntegrity(
  spec: string,
  options: Parameters<typeof pacote.manifest>[1],
): Promise<string> {
  const { _integrity: integrity } = await pacote.manifest(spec, options)
  if (integrity?.startsWith('sha512-')) return integrity
  throw Object.assign(new Error(`${spec} is published without a SHA-512`), { code: 'EINTEGRITY' })
}

/**
 * The same through npm's own library. It gets the scratch folder for its cache: 60 MB more in the user's npm cache would
 * serve nobody.
 */
export function createPackageFetch(settings: () => Promise<NpmSettings> = readNpmSettings): FetchPackage {
  return async (request, consume) => {
    const options = {
      ...(await settings()),
      cache: request.scratch,
      signal: request.signal,
      retry: { retries: 1, factor: 2, minTimeout: 500, maxTimeout: 2_000 },
    }
    const spec = `${request.name}@${request.version}`
    const integrity = request.integrity ?? (await publishedIntegrity(spec, options))
    await pacote.tarball.stream(spec, (tarball) => consume(tarball as unknown as Readable), {
      ...options,
      integrity,
    })
  }
}
