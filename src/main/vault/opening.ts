import { randomUUID } from 'node:crypto'
import type { VaultStatus } from '../../preload/vault.ts'
import { BerthError } from '../errors.ts'
import { openerOf } from './cipher.ts'
import type { Head, VaultDocument } from './document.ts'
import {
  checkPassphrase,
  entryName,
  fits,
  freshKey,
  type KeeperChoice,
  type KeychainFor,
  keepKey,
  makeHead,
  unwrapKey,
  wrapOf,
} from './keys.ts'
import { type Opened, openDocument, readyStatus } from './opened.ts'
import { fingerprintOf, loadPrevious, loadVault, previousOf, saveVault } from './vault-file.ts'
import { withWriteLock } from './write-lock.ts'

export interface VaultDeps {
  /** The vault's file. Its folder is made when needed. */
  readonly file: string
  /** The keychain entry of one of a vault's keys, by name. */
  readonly keychainFor: KeychainFor
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** After how many milliseconds without use the vault locks itself; 0 (the default) for never. */
  readonly idleMs?: () => number
  /** Told of what the vault does by itself: it was made, with its key in the keychain, or it locked after time without use. */
  readonly onOwnAct?: (act: 'created' | 'locked') => void
}

/** How an attempt to open went. */
export type Outcome = { readonly status: VaultStatus; readonly opened?: Opened }

export const noKeychain = (reason: string): VaultStatus => ({
  state: 'unavailable',
  code: 'keychain_unavailable',
  reason,
})

/** The status of a file that does not open, with what could be put in its place. Nothing is put there by itself. */
export async function damaged(file: string, what: string): Promise<Outcome> {
  const previous = await loadPrevious(file)
  const offer =
    previous === undefined
      ? 'put a good copy in its place, or set it aside to begin a new vault'
      : 'its previous state can be put in its place, or a copy of your own'
  return {
    status: {
      state: 'unavailable',
      code: 'vault_damaged',
      reason: `The vault file ${file} ${what}. It is kept as it is: ${offer}.`,
      ...(previous === undefined
        ? {}
        : { previous: { savedAt: previous.savedAt, records: previous.records } }),
    },
  }
}

/** The status of a file that is no vault of this Berth's. An older state of a newer Berth's is not offered: nothing is lost. */
async function unreadable(
  file: string,
  { reason, newer }: { readonly reason: string; readonly newer?: boolean },
): Promise<Outcome> {
  if (newer !== true) return damaged(file, reason)
  const said = `The vault file ${file} ${reason}. It is kept as it is: update Berth to open it.`
  return { status: { state: 'unavailable', code: 'vault_damaged', reason: said, newer } }
}

/** Opens a document with a key; the wrong one is damage, for it was kept for this vault. */
export async function openWith(
  file: string,
  key: Buffer,
  document: VaultDocument,
  text: string,
): Promise<Outcome> {
  if (!fits(key, document.head)) return damaged(file, 'does not open with the key that is kept for it')
  const opened = openDocument(key, document, fingerprintOf(text))
  return { status: readyStatus(opened), opened }
}

export function lockedStatus({ keeper }: Head): VaultStatus {
  return { state: 'locked', keeper: keeper.type }
}

async function openWithKeychain(
  { file, keychainFor }: VaultDeps,
  document: VaultDocument,
  text: string,
): Promise<Outcome> {
  const { head } = document
  const name = entryName(head.id, head.keyNumber)
  const recovery = wrapOf(head.keeper) === undefined ? {} : { recovery: true as const }
  let reason: string
  try {
    const key = await keychainFor(name).get()
    if (key !== undefined) return await openWith(file, key, document, text)
    const how =
      recovery.recovery === undefined
        ? 'unlock or restore the keychain it was made with and try again, or set the vault aside and import an export'
        : 'open it with its recovery passphrase, or restore the keychain it was made with and try again'
    reason = `The system keychain has no key for the vault ${file} (entry Berth, ${name}). The vault is kept as it is: ${how}.`
  } catch (error) {
    if (!(error instanceof BerthError)) throw error
    reason = error.message
  }
  return { status: { state: 'unavailable', code: 'keychain_unavailable', reason, ...recovery } }
}

/**
 * Makes the vault's file. Only under the write lock. A crash before the file is there leaves a keychain entry
 * that nothing refers to.
 */
async function create(
  { file, keychainFor, now = Date.now }: VaultDeps,
  choice: KeeperChoice,
): Promise<Outcome> {
  const key = freshKey()
  const head = await makeHead({ id: randomUUID(), createdAt: now(), keyNumber: 1 }, key, choice)
  const entry = keychainFor(entryName(head.id, 1))
  if (choice.type === 'keychain') await keepKey(entry, key)
  try {
    const fingerprint = await saveVault(file, head, { lines: [], damaged: false })
    const opened: Opened = { key, opener: openerOf(key), head, records: new Map(), damage: [], fingerprint }
    return { status: readyStatus(opened), opened }
  } catch (error) {
    if (choice.type === 'keychain') await entry.remove().catch(() => undefined)
    throw error
  }
}

async function createInKeychain(deps: VaultDeps): Promise<Outcome> {
  try {
    const made = await create(deps, { type: 'keychain' })
    deps.onOwnAct?.('created')
    return made
  } catch (error) {
    if (!(error instanceof BerthError) || error.code !== 'keychain_unavailable') throw error
    return { status: { state: 'needs-passphrase', reason: error.message } }
  }
}

/** What is to be done without a file. A vault that is gone but has a previous state was not asked for anew. */
async function withoutFile(deps: VaultDeps): Promise<Outcome> {
  const { kind } = await loadVault(previousOf(deps.file))
  return kind === 'absent' ? createInKeychain(deps) : damaged(deps.file, 'is gone')
}

async function openPresent(deps: VaultDeps, document: VaultDocument, text: string): Promise<Outcome> {
  if (document.head.keeper.type === 'passphrase') return { status: lockedStatus(document.head) }
  return openWithKeychain(deps, document, text)
}

async function openOrMake(deps: VaultDeps): Promise<Outcome> {
  const loaded = await loadVault(deps.file)
  if (loaded.kind === 'unreadable') return unreadable(deps.file, loaded)
  if (loaded.kind === 'present') return openPresent(deps, loaded.document, loaded.text)
  return withWriteLock(deps.file, async () => {
    // Another Berth may have made it by now.
    const again = await loadVault(deps.file)
    if (again.kind === 'unreadable') return unreadable(deps.file, again)
    return again.kind === 'absent' ? withoutFile(deps) : openPresent(deps, again.document, again.text)
  })
}

/** Opens the vault with the keychain's key, making both on first use. Never throws. */
export async function attemptOpen(deps: VaultDeps): Promise<Outcome> {
  try {
    return await openOrMake(deps)
  } catch (error) {
    if (!(error instanceof BerthError)) return damaged(deps.file, 'could not be opened')
    return { status: { state: 'unavailable', code: 'vault_damaged', reason: error.message } }
  }
}

/** The keychain lost its entry and the recovery passphrase opened the vault: the key goes back, where that is possible. */
async function mendKeychain({ keychainFor }: VaultDeps, { key, head }: Opened): Promise<void> {
  const keychain = keychainFor(entryName(head.id, head.keyNumber))
  try {
    if ((await keychain.get()) === undefined) await keepKey(keychain, key)
  } catch {
    // The vault is open all the same, and the next start asks for the passphrase again.
  }
}

/**
 * Opens the vault with its passphrase, or its recovery passphrase; without one, with the keychain. Throws
 * `wrong_passphrase`, or `bad_request` when none is wanted.
 */
export async function attemptUnlock(deps: VaultDeps, passphrase: string | undefined): Promise<Outcome> {
  const { file } = deps
  const loaded = await loadVault(file)
  if (loaded.kind === 'unreadable') return unreadable(file, loaded)
  if (loaded.kind === 'absent') {
    throw new BerthError('bad_request', 'There is no vault to unlock yet. Choose a passphrase for a new one.')
  }
  const { document, text } = loaded
  const { id, keeper } = document.head
  if (passphrase === undefined && keeper.type === 'keychain') return openWithKeychain(deps, document, text)
  const wrap = wrapOf(keeper)
  if (passphrase === undefined || wrap === undefined) {
    throw new BerthError(
      'bad_request',
      wrap === undefined
        ? "This vault's key is in the system keychain: no passphrase opens it."
        : 'This vault opens with its passphrase. Enter it.',
    )
  }
  const key = await unwrapKey(id, wrap, passphrase)
  if (key === undefined) {
    throw new BerthError('wrong_passphrase', 'That is not the passphrase of this vault. Try again.')
  }
  const outcome = await openWith(file, key, document, text)
  if (keeper.type === 'keychain' && outcome.opened !== undefined) await mendKeychain(deps, outcome.opened)
  return outcome
}

/** Makes a vault under a passphrase. Throws `conflict` when there is one already. */
export async function attemptCreate(deps: VaultDeps, passphrase: string): Promise<Outcome> {
  checkPassphrase(passphrase)
  return withWriteLock(deps.file, async () => {
    for (const file of [deps.file, previousOf(deps.file)]) {
      if ((await loadVault(file)).kind === 'absent') continue
      throw new BerthError('conflict', `There is a vault at ${file} already. Open that one, or set it aside.`)
    }
    return create(deps, { type: 'passphrase', passphrase })
  })
}
