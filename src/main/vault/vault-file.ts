import { randomUUID } from 'node:crypto'
import { open, readFile, stat } from 'node:fs/promises'
import { type BerthError, systemCode } from '../errors.ts'
import { replaceKeeping, writeAtomic, writeFailure } from '../files/atomic-file.ts'
import {
  type Head,
  NEWER,
  type ParsedVault,
  parseJson,
  parseLines,
  serialise,
  type VaultDocument,
  versionOf,
} from './document.ts'
import { parseFirstFormat } from './first-format.ts'

/** Enough for the head's revision, which differs in every file. */
const BEGINNING = 1024

/** What is on the disk. Only `absent` means that there is no vault. */
export type Loaded =
  | { readonly kind: 'absent' }
  /** `newer`: nothing is wrong with it, but a later Berth wrote it. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly newer?: boolean }
  | { readonly kind: 'present'; readonly document: VaultDocument; readonly text: string }

/** The file as it was before the last write. */
export const previousOf = (file: string): string => `${file}.previous`

/** Tells one state of the file from another by little reading. */
export const fingerprintOf = (text: string): string => `${text.length}:${text.slice(0, BEGINNING)}`

/** Reads a vault's file. Never throws, and never takes a damaged or foreign file for an empty vault. */
export function parseVault(text: string): ParsedVault {
  if (text.trim() === '') return { reason: 'is empty' }
  // Only the first format is one JSON value over several lines; reading all of a large file for that would be waste.
  if (!/^\s*\{\s*\n/.test(text)) return parseLines(text)
  const json = parseJson(text)
  const version = versionOf(json)
  if (version === 1) return parseFirstFormat(json)
  if (version !== undefined) return { reason: NEWER }
  return parseLines(text)
}

/** Never throws: a file that cannot be read is `unreadable`, never `absent`. */
export async function loadVault(file: string): Promise<Loaded> {
  let text: string
  try {
    text = await readFile(file, 'latin1')
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return { kind: 'absent' }
    return { kind: 'unreadable', reason: `cannot be read (${code ?? 'unknown error'})` }
  }
  const { document, reason } = parseVault(text)
  if (document !== undefined) return { kind: 'present', document, text }
  return { kind: 'unreadable', reason, newer: reason === NEWER }
}

/** The fingerprint of what is on the disk; undefined when there is no file. */
export async function readFingerprint(file: string): Promise<string | undefined> {
  try {
    const handle = await open(file, 'r')
    try {
      const { size } = await handle.stat()
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(BEGINNING), 0, BEGINNING, 0)
      return `${size}:${buffer.toString('latin1', 0, bytesRead)}`
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw failure(file, error)
  }
}

const failure = (file: string, error: unknown): BerthError => writeFailure('The vault file', file, error)

/**
 * Puts these lines in the file's place and keeps the file it replaces as the previous generation. Only under the
 * write lock. Returns the new fingerprint once all is on the disk.
 *
 * A file with damaged records does not become the previous generation: the one there is may be all that has them whole.
 */
export async function saveVault(
  file: string,
  head: Head,
  { lines, damaged }: { readonly lines: readonly string[]; readonly damaged: boolean },
): Promise<string> {
  const text = serialise(head, lines, randomUUID())
  const bytes = Buffer.from(text, 'latin1')
  try {
    await (damaged ? writeAtomic(file, bytes) : replaceKeeping(file, bytes, previousOf(file)))
  } catch (error) {
    throw failure(file, error)
  }
  return fingerprintOf(text)
}

/** The previous generation of a vault, when it can be read. */
export async function loadPrevious(
  file: string,
): Promise<{ text: string; savedAt: number; records: number } | undefined> {
  const loaded = await loadVault(previousOf(file))
  if (loaded.kind !== 'present') return undefined
  const { mtimeMs } = await stat(previousOf(file))
  return { text: loaded.text, savedAt: Math.round(mtimeMs), records: loaded.document.records.length }
}
