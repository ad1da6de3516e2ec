import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'

const UNPACKERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
}

/** True when a body with this content coding (RFC 9110 §8.4) is not the text itself. */
export const isPacked = (encoding: string | string[] | undefined): boolean =>
  encoding !== undefined && String(encoding).trim().toLowerCase() !== 'identity'

/** Unpacks a body as it comes. Undefined for a coding nobody asked for and hardly anybody uses. */
export function createUnpacker(encoding: string | string[] | undefined): Transform | undefined {
  const name = String(encoding).trim().toLowerCase()
  return Object.hasOwn(UNPACKERS, name) ? UNPACKERS[name]?.() : undefined
}
