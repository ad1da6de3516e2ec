import { BerthError } from '../errors.ts'
import { openerOf } from './cipher.ts'
import { type Head, headSchema } from './document.ts'
import { entryName, fits, freshKey, type KeeperChoice, keepKey, makeHead } from './keys.ts'
import { linesOf, type Opened, openDocument, openRecord, sealRecord } from './opened.ts'
import type { VaultDeps } from './opening.ts'
import { fingerprintOf, loadVault, readFingerprint, saveVault } from './vault-file.ts'

/** The key in memory does not open the file any more: another Berth changed it. */
export class KeyChanged extends Error {
  readonly head: Head

  constructor(head: Head) {
    super("the vault's key was changed by another process")
    this.head = head
  }
}

const conflict = (file: string, what: string): BerthError =>
  new BerthError(
    'conflict',
    `The vault file ${file} ${what} since this Berth opened it, so nothing was written. Restart Berth to open the file as it is now.`,
  )

async function newerKey({ keychainFor }: VaultDeps, head: Head): Promise<Buffer | undefined> {
  if (head.keeper.type === 'passphrase') return undefined
  return keychainFor(entryName(head.id, head.keyNumber))
    .get()
    .catch(() => undefined)
}

/**
 * The vault as it is on the disk now: with what other processes wrote since. Only under the write lock. A file that was
 * taken away is written anew from memory. Throws `KeyChanged`, `vault_damaged`, or `conflict` for another vault's file.
 */
export async function catchUp(deps: VaultDeps, opened: Opened): Promise<Opened> {
  const { file } = deps
  const found = await readFingerprint(file)
  if (found === undefined || found === opened.fingerprint) return opened
  const loaded = await loadVault(file)
  if (loaded.kind === 'absent') return opened
  if (loaded.kind === 'unreadable') {
    throw new BerthError(
      'vault_damaged',
      `The vault file ${file} ${loaded.reason} since this Berth opened it, so nothing was written. It is kept as it is.`,
    )
  }
  const { document, text } = loaded
  if (document.head.id !== opened.head.id) throw conflict(file, 'was replaced by another vault')
  if (fits(opened.key, document.head)) return openDocument(opened.key, document, fingerprintOf(text))
  const key = await newerKey(deps, document.head)
  if (key === undefined || !fits(key, document.head)) throw new KeyChanged(document.head)
  return openDocument(key, document, fingerprintOf(text))
}

/** Writes an open vault to its file. Only under the write lock. */
export async function save({ file }: VaultDeps, opened: Opened): Promise<Opened> {
  const content = { lines: linesOf(opened), damaged: opened.damage.length > 0 }
  return { ...opened, fingerprint: await saveVault(file, opened.head, content) }
}

/** Nothing may be sealed under a new key while some of it cannot be read: the old key would be gone for good. */
function demandWhole({ damage }: Opened): void {
  if (damage.length === 0) return
  throw new BerthError(
    'vault_damaged',
    'The vault has damaged records, so its key stays as it is. Enter those secrets anew, or discard the damaged records, and try again.',
  )
}

function resealed(opened: Opened, key: Buffer, head: Head): Opened {
  const records = new Map<string, ReturnType<typeof sealRecord>>()
  for (const [id, record] of opened.records) {
    const secret = openRecord(opened.opener, opened.head.id, record)
    if (secret === undefined) throw new BerthError('vault_damaged', `The vault record ${id} does not open.`)
    records.set(id, sealRecord({ key, head }, id, record.version + 1, secret))
  }
  return { ...opened, key, opener: openerOf(key), head, records }
}

/** Takes a new key's entry back, unless the file was replaced after all: then it is the key of all there is. */
async function undoEntry({ file, keychainFor }: VaultDeps, head: Head): Promise<void> {
  const loaded = await loadVault(file)
  if (loaded.kind !== 'present' || loaded.document.head.keyNumber >= head.keyNumber) return
  await keychainFor(entryName(head.id, head.keyNumber))
    .remove()
    .catch(() => undefined)
}

/**
 * Gives the vault a new key and its keeper: how the key is rotated, a passphrase changed and the keeper moved. Only
 * under the write lock. The new key is kept before the file is sealed with it, and the old one until then, so that it
 * can end at any point: the file opens with the one or the other. `finishRekey` then clears up.
 */
export async function rekey(deps: VaultDeps, opened: Opened, choice: KeeperChoice): Promise<Opened> {
  demandWhole(opened)
  const { id, createdAt, keyNumber, keeper } = opened.head
  const key = freshKey()
  const made = await makeHead({ id, createdAt, keyNumber: keyNumber + 1 }, key, choice)
  const head = headSchema.parse({ ...made, unfinished: keeper.type })
  const next = resealed(opened, key, head)
  if (choice.type !== 'keychain') return save(deps, next)
  await keepKey(deps.keychainFor(entryName(id, head.keyNumber)), key)
  try {
    return await save(deps, next)
  } catch (error) {
    await undoEntry(deps, head)
    throw error
  }
}

/**
 * Ends a change of the key: forgets the old key, and writes once more, so that the previous generation opens with
 * the new one too and not with the old passphrase. Only under the write lock. Throws `keychain_unavailable`; it is then done
 * the next time.
 */
export async function finishRekey(deps: VaultDeps, opened: Opened): Promise<Opened> {
  const { unfinished, ...head } = opened.head
  if (unfinished === undefined) return opened
  if (unfinished === 'keychain') await deps.keychainFor(entryName(head.id, head.keyNumber - 1)).remove()
  return save(deps, { ...opened, head })
}
