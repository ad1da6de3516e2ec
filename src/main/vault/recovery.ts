import { BerthError } from '../errors.ts'
import { moveAway, writeAtomic, writeFailure } from '../files/atomic-file.ts'
import { fits } from './keys.ts'
import { type Opened, openDocument } from './opened.ts'
import type { VaultDeps } from './opening.ts'
import { loadPrevious, loadVault, previousOf } from './vault-file.ts'
import { withWriteLock } from './write-lock.ts'

/** `vault.json.damaged-20260131T120000000Z`: a name that is free and says when. */
function asideName(file: string, word: string, now: number): string {
  return `${file}.${word}-${new Date(now).toISOString().replaceAll(/[-:.]/g, '')}`
}

/**
 * Puts the previous generation in the place of a file that does not open, and keeps that under another name. Throws
 * `not_found` when there is no previous generation that can be read. A crash leaves the one file or the other, or
 * none and the offer to do it again.
 */
export async function putPreviousBack({ file, now = Date.now }: VaultDeps): Promise<void> {
  await withWriteLock(file, async () => {
    const previous = await loadPrevious(file)
    if (previous === undefined) {
      throw new BerthError('not_found', `There is no earlier state of the vault ${file} that can be read.`)
    }
    try {
      await moveAway(file, asideName(file, 'damaged', now()))
      await writeAtomic(file, Buffer.from(previous.text, 'latin1'))
    } catch (error) {
      throw writeFailure('The vault file', file, error)
    }
  })
}

/** Moves a vault that cannot be opened away, with its previous generation, so that a new one can be made. */
export async function moveVaultAside({ file, now = Date.now }: VaultDeps): Promise<void> {
  await withWriteLock(file, async () => {
    const aside = asideName(file, 'kept', now())
    try {
      await moveAway(file, aside)
      await moveAway(previousOf(file), previousOf(aside))
    } catch (error) {
      throw writeFailure('The vault file', file, error)
    }
  })
}

/** The open vault with what is damaged taken from the previous generation, where it opens there. */
export async function mendedFromPrevious({ file }: VaultDeps, opened: Opened): Promise<Opened> {
  const previous = await loadVault(previousOf(file))
  if (previous.kind !== 'present' || !fits(opened.key, previous.document.head)) return opened
  const found = openDocument(opened.key, previous.document, '').records
  const records = new Map(opened.records)
  const damage = opened.damage.filter(({ id }) => {
    const good = id === undefined || records.has(id) ? undefined : found.get(id)
    if (good !== undefined) records.set(good.id, good)
    return good === undefined
  })
  return { ...opened, records, damage }
}
