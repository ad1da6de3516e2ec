import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { BerthError, systemCode } from '../errors.ts'
import { writeAtomic, writeFailure } from '../files/atomic-file.ts'
import { parseDocument, serialise, type VaultDocument } from './document.ts'

/** What is on the disk. Only `absent` means that there is no vault. */
export type Loaded =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'present'; readonly document: VaultDocument; readonly text: string }

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Never throws: a file that cannot be read is `unreadable`, never `absent`. */
export async function loadVault(file: string): Promise<Loaded> {
  let text: string | undefined
  try {
    text = await readText(file)
  } catch (error) {
    return { kind: 'unreadable', reason: `cannot be read (${systemCode(error) ?? 'unknown error'})` }
  }
  if (text === undefined) return { kind: 'absent' }
  const { document, reason } = parseDocument(text)
  return document === undefined ? { kind: 'unreadable', reason } : { kind: 'present', document, text }
}

/** Makes the file. Throws `conflict` when there is one by now. Returns the text written. */
export async function createVaultFile(file: string, document: VaultDocument): Promise<string> {
  const text = serialise(document)
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeAtomic(file, text, true)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw writeFailure('The vault file', file, error)
    throw new BerthError('conflict', `There is a vault at ${file} already. Open that one.`, { cause: error })
  }
  return text
}

/**
 * Puts `document` in the place of what Berth last wrote, `previous`. Refuses with `conflict` when somebody else changed
 * the file in between: their records would be lost. Returns the text written.
 */
export async function replaceVaultFile(
  file: string,
  document: VaultDocument,
  previous: string,
): Promise<string> {
  const text = serialise(document)
  let found: string | undefined
  try {
    found = await readText(file)
    if (found === undefined || found === previous) await writeAtomic(file, text)
  } catch (error) {
    throw writeFailure('The vault file', file, error)
  }
  if (found === undefined || found === previous) return text
  throw new BerthError(
    'conflict',
    `The vault file ${file} was changed by something other than this Berth, so nothing was written. Restart Berth to open the file as it is now.`,
  )
}
