import type { Readable } from 'node:stream'
import pacote from 'pacote'
import { type NpmSettings, readNpmSettings } from './npm-settings.ts'

export interface PackageRequest {
  readonly name: string
  readonly version: string
  /** A subresource integrity text; a tarball that differs is an error with the code `EINTEGRITY`. */
  readonly integrity: string
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

/**
 * The same through npm's own library. It gets the scratch folder for its cache: 60 MB more in the user's npm cache would
 * serve nobody.
 */
export function createPackageFetch(settings: () => Promise<NpmSettings> = readNpmSettings): FetchPackage {
  return async (request, consume) => {
    const options = {
      ...(await settings()),
      cache: request.scratch,
      integrity: request.integrity,
      signal: request.signal,
      retry: { retries: 1, factor: 2, minTimeout: 500, maxTimeout: 2_000 },
    }
    await pacote.tarball.stream(
      `${request.name}@${request.version}`,
      (tarball) => consume(tarball as unknown as Readable),
      options,
    )
  }
}
