import type { Transform } from 'node:stream'
import {
  brotliDecompressSync,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
  gunzipSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib'

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

const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = constants
type Sync = (bytes: Buffer, maxOutputLength: number) => Buffer
const gunzip: Sync = (bytes, maxOutputLength) =>
  gunzipSync(bytes, { finishFlush: Z_SYNC_FLUSH, maxOutputLength })

const AT_ONCE: Readonly<Record<string, Sync>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  deflate: (bytes, maxOutputLength) => inflateSync(bytes, { finishFlush: Z_SYNC_FLUSH, maxOutputLength }),
  br: (bytes, maxOutputLength) =>
    brotliDecompressSync(bytes, { finishFlush: BROTLI_OPERATION_FLUSH, maxOutputLength }),
  zstd: (bytes, maxOutputLength) => zstdDecompressSync(bytes, { finishFlush: ZSTD_e_flush, maxOutputLength }),
}

/**
 * The text of a short body, or of its beginning. Empty for one that is damaged, packed in an unknown way, or unpacks to
 * more than `most` bytes: what takes so much room tells nothing that is worth it.
 */
export function unpackedText(encoding: string | string[] | undefined, bytes: Buffer, most: number): string {
  if (!isPacked(encoding)) return bytes.toString('utf8')
  const name = String(encoding).trim().toLowerCase()
  const unpack = Object.hasOwn(AT_ONCE, name) ? AT_ONCE[name] : undefined
  try {
    return unpack?.(bytes, most).toString('utf8') ?? ''
  } catch {
    return ''
  }
}
