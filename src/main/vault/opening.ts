import { randomBytes, randomUUID } from 'node:crypto'
import type { VaultStatus } from '../../preload/shapes.ts'
import { BerthError } from '../errors.ts'
import { deriveKey, freshScrypt, KEY_BYTES, seal, unseal } from './cipher.ts'
import { context, FORMAT, type VaultDocument, VERSION } from './document.ts'
import type { Keychain } from './types.ts'
import { createVaultFile, loadVault } from './vault-file.ts'

export interface VaultDeps {
  /** The vault's file. Its folder is made when needed. */
  readonly file: string
  /** The keychain entry of one vault, by the vault's id. */
  readonly keychainFor: (vaultId: string) => Keychain
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

type Keeper = VaultDocument['keeper']
/** What an open vault holds in memory: its key, its sealed records, and the text of its file as last written. */
export interface Opened {
  readonly key: Buffer
  readonly document: VaultDocument
  readonly text: string
}
/** How an attempt to open went. */
export type Outcome = { readonly status: VaultStatus; readonly opened?: Opened }

const CHECK_TEXT = 'berth'

const damaged = (file: string, what: string): VaultStatus => ({
  state: 'unavailable',
  code: 'vault_damaged',
  reason: `The vault file ${file} ${what}. It is kept as it is: put a good copy in its place, or move it away to begin a new vault.`,
})

export const noKeychain = (reason: string): VaultStatus => ({
  state: 'unavailable',
  code: 'keychain_unavailable',
  reason,
})

/** Opens a document with a key. Every record is tried, so that damage shows now and not at the first request. */
function openWith(file: string, key: Buffer, document: VaultDocument, text: string): Outcome {
  if (unseal(key, document.check, context(document.id, 'check')) !== CHECK_TEXT) {
    return { status: damaged(file, 'does not open with the key that is kept for it') }
  }
  for (const [id, sealed] of Object.entries(document.records)) {
    if (unseal(key, sealed, context(document.id, 'record', id)) === undefined) {
      return { status: damaged(file, `holds a damaged record (${JSON.stringify(id)})`) }
    }
  }
  return {
    status: { state: 'ready', keeper: document.keeper.type },
    opened: { key, document, text },
  }
}

function emptyDocument(id: string, key: Buffer, keeper: Keeper, createdAt: number): VaultDocument {
  const check = seal(key, CHECK_TEXT, context(id, 'check'))
  return { format: FORMAT, version: VERSION, id, createdAt, keeper, check, records: {} }
}

/** Puts a new key into the keychain and makes sure it can be had back. */
async function keepKey(keychain: Keychain, key: Buffer): Promise<void> {
  await keychain.set(key)
  const kept = await keychain.get()
  if (kept?.equals(key)) return
  await keychain.remove().catch(() => undefined)
  throw new BerthError('keychain_unavailable', 'The system keychain did not keep the key it was given.')
}

async function openWithKeychain(
  { file, keychainFor }: VaultDeps,
  document: VaultDocument,
  text: string,
): Promise<Outcome> {
  let key: Buffer | undefined
  try {
    key = await keychainFor(document.id).get()
  } catch (error) {
    if (!(error instanceof BerthError)) throw error
    return { status: noKeychain(error.message) }
  }
  if (key !== undefined) return openWith(file, key, document, text)
  const reason = `The system keychain has no key for the vault ${file} (entry Berth, ${document.id}). The vault is kept as it is: unlock or restore the keychain it was made with and try again.`
  return { status: noKeychain(reason) }
}

/** The first use. A crash between the two steps leaves a keychain entry that nothing refers to. */
async function createInKeychain({ file, keychainFor, now = Date.now }: VaultDeps): Promise<Outcome> {
  const id = randomUUID()
  const key = randomBytes(KEY_BYTES)
  try {
    await keepKey(keychainFor(id), key)
  } catch (error) {
    if (!(error instanceof BerthError) || error.code !== 'keychain_unavailable') throw error
    return { status: { state: 'needs-passphrase', reason: error.message } }
  }
  const document = emptyDocument(id, key, { type: 'keychain' }, now())
  try {
    return openWith(file, key, document, await createVaultFile(file, document))
  } catch (error) {
    await keychainFor(id)
      .remove()
      .catch(() => undefined)
    throw error
  }
}

async function openOrMake(deps: VaultDeps): Promise<Outcome> {
  const loaded = await loadVault(deps.file)
  if (loaded.kind === 'absent') return createInKeychain(deps)
  if (loaded.kind === 'unreadable') return { status: damaged(deps.file, loaded.reason) }
  const { document, text } = loaded
  if (document.keeper.type === 'passphrase') return { status: { state: 'locked' } }
  return openWithKeychain(deps, document, text)
}

/** Opens the vault with the keychain's key, making both on first use. Never throws. */
export async function attemptOpen(deps: VaultDeps): Promise<Outcome> {
  try {
    return await openOrMake(deps)
  } catch (error) {
    if (!(error instanceof BerthError)) return { status: damaged(deps.file, 'could not be opened') }
    return { status: { state: 'unavailable', code: 'vault_damaged', reason: error.message } }
  }
}

/** Opens the vault with its passphrase. Throws `wrong_passphrase`, or `bad_request` when none is wanted. */
export async function attemptUnlock({ file }: VaultDeps, passphrase: string): Promise<Outcome> {
  const loaded = await loadVault(file)
  if (loaded.kind === 'unreadable') return { status: damaged(file, loaded.reason) }
  if (loaded.kind === 'absent' || loaded.document.keeper.type !== 'passphrase') {
    throw new BerthError(
      'bad_request',
      loaded.kind === 'absent'
        ? 'There is no vault to unlock yet. Choose a passphrase for a new one.'
        : "This vault's key is in the system keychain: no passphrase opens it.",
    )
  }
  const { document, text } = loaded
  const { keeper } = loaded.document
  const wrapping = await deriveKey(passphrase, keeper.scrypt)
  const key = unseal(wrapping, keeper.wrappedKey, context(document.id, 'key'))
  if (key === undefined) {
    throw new BerthError('wrong_passphrase', 'That is not the passphrase of this vault. Try again.')
  }
  return openWith(file, Buffer.from(key, 'base64'), document, text)
}

/** Makes a vault under a passphrase. Throws `conflict` when there is one already. */
export async function attemptCreate(
  { file, now = Date.now }: VaultDeps,
  passphrase: string,
): Promise<Outcome> {
  if (passphrase.length < 8) {
    throw new BerthError('bad_request', 'The passphrase is too short. Choose one of at least 8 characters.')
  }
  if ((await loadVault(file)).kind !== 'absent') {
    throw new BerthError('conflict', `There is a vault at ${file} already. Open that one, or move it away.`)
  }
  const id = randomUUID()
  const key = randomBytes(KEY_BYTES)
  const scrypt = freshScrypt()
  const wrapping = await deriveKey(passphrase, scrypt)
  const wrappedKey = seal(wrapping, key.toString('base64'), context(id, 'key'))
  const document = emptyDocument(id, key, { type: 'passphrase', scrypt, wrappedKey }, now())
  return openWith(file, key, document, await createVaultFile(file, document))
}
