import { randomBytes } from 'node:crypto'
import { BerthError } from '../errors.ts'
import { deriveKey, freshScrypt, KEY_BYTES, seal, unseal } from './cipher.ts'
import { context, type Head, type Keeper, type Wrap } from './document.ts'
import type { Keychain } from './types.ts'

/** Keychain entries by name; see `entryName`. */
export type KeychainFor = (name: string) => Keychain

/** Who shall keep a vault's key. A recovery passphrase opens a keychain's vault when the entry is gone. */
export type KeeperChoice =
  | { readonly type: 'keychain'; readonly recovery?: string | undefined }
  | { readonly type: 'passphrase'; readonly passphrase: string }

const CHECK_TEXT = 'berth'
const SHORTEST_PASSPHRASE = 8

/**
 * The keychain entry of one of a vault's keys. Each key has its own, so that a new one is kept before the file is sealed
 * with it while the old one still opens the file: there is no moment at which the file's key is in no entry.
 */
export const entryName = (vaultId: string, keyNumber: number): string =>
  keyNumber === 1 ? vaultId : `${vaultId}.${keyNumber}`

export const freshKey = (): Buffer => randomBytes(KEY_BYTES)

/** Throws `bad_request` for a passphrase that is too short to protect anything. */
export function checkPassphrase(passphrase: string): void {
  if (passphrase.length >= SHORTEST_PASSPHRASE) return
  throw new BerthError(
    'bad_request',
    `The passphrase is too short. Choose one of at least ${SHORTEST_PASSPHRASE} characters.`,
  )
}

export async function wrapKey(vaultId: string, key: Buffer, passphrase: string): Promise<Wrap> {
  checkPassphrase(passphrase)
  const scrypt = freshScrypt()
  const wrapping = await deriveKey(passphrase, scrypt)
  return { scrypt, wrappedKey: seal(wrapping, key.toString('base64'), context(vaultId, 'key')) }
}

/** The key, or undefined when it is not this passphrase. Takes about half a second either way. */
export async function unwrapKey(
  vaultId: string,
  wrap: Wrap,
  passphrase: string,
): Promise<Buffer | undefined> {
  const wrapping = await deriveKey(passphrase, wrap.scrypt)
  const text = unseal(wrapping, wrap.wrappedKey, context(vaultId, 'key'))
  return text === undefined ? undefined : Buffer.from(text, 'base64')
}

/** What a passphrase opens, where one does. */
export function wrapOf(keeper: Keeper): Wrap | undefined {
  return keeper.type === 'passphrase' ? keeper : keeper.recovery
}

/** Puts a key into the keychain and makes sure that it can be had back. Throws `keychain_unavailable`. */
export async function keepKey(keychain: Keychain, key: Buffer): Promise<void> {
  await keychain.set(key)
  const kept = await keychain.get()
  if (kept?.equals(key)) return
  await keychain.remove().catch(() => undefined)
  throw new BerthError('keychain_unavailable', 'The system keychain did not keep the key it was given.')
}

/** The head of a vault with this key. Nothing is kept anywhere yet. */
export async function makeHead(
  of: Pick<Head, 'id' | 'createdAt' | 'keyNumber'>,
  key: Buffer,
  choice: KeeperChoice,
): Promise<Head> {
  const { id, createdAt, keyNumber } = of
  const check = seal(key, CHECK_TEXT, context(id, 'check'))
  if (choice.type === 'passphrase') {
    const keeper: Keeper = { type: 'passphrase', ...(await wrapKey(id, key, choice.passphrase)) }
    return { id, createdAt, keyNumber, keeper, check }
  }
  const recovery = choice.recovery === undefined ? {} : { recovery: await wrapKey(id, key, choice.recovery) }
  return { id, createdAt, keyNumber, keeper: { type: 'keychain', ...recovery }, check }
}

export function fits(key: Buffer, head: Head): boolean {
  return unseal(key, head.check, context(head.id, 'check')) === CHECK_TEXT
}
