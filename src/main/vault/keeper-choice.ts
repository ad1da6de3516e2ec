import { BerthError } from '../errors.ts'
import type { Head } from './document.ts'
import { checkPassphrase, type KeeperChoice, unwrapKey, wrapOf } from './keys.ts'

/** Which keeper a vault is to have next, from the one it has. Each throws `bad_request` where it does not suit. */

const bad = (message: string): BerthError => new BerthError('bad_request', message)

const inKeychain = (): BerthError =>
  bad("This vault's key is in the system keychain, not under a passphrase.")
const underPassphrase = (): BerthError => bad("This vault's key is under a passphrase, not in the keychain.")

/** Throws `wrong_passphrase`. */
async function prove({ id, keeper }: Head, passphrase: string): Promise<void> {
  const wrap = wrapOf(keeper)
  if (wrap === undefined) throw bad('No passphrase opens this vault: its key is in the system keychain.')
  if ((await unwrapKey(id, wrap, passphrase)) !== undefined) return
  throw new BerthError('wrong_passphrase', 'That is not the passphrase of this vault. Nothing was changed.')
}

const like = ({ keeper }: Head, passphrase: string): KeeperChoice =>
  keeper.type === 'keychain' ? { type: 'keychain', recovery: passphrase } : { type: 'passphrase', passphrase }

export async function sameKeeper(head: Head, passphrase: string | undefined): Promise<KeeperChoice> {
  if (wrapOf(head.keeper) === undefined) return { type: 'keychain' }
  if (passphrase === undefined)
    throw bad('Enter the passphrase, so that it opens the vault with its new key too.')
  await prove(head, passphrase)
  return like(head, passphrase)
}

export async function otherPassphrase(head: Head, current: string, next: string): Promise<KeeperChoice> {
  checkPassphrase(next)
  await prove(head, current)
  return like(head, next)
}

export async function toPassphrase({ keeper }: Head, passphrase: string): Promise<KeeperChoice> {
  if (keeper.type === 'passphrase') throw underPassphrase()
  checkPassphrase(passphrase)
  return { type: 'passphrase', passphrase }
}

export async function toKeychain(head: Head, passphrase: string, recovery: boolean): Promise<KeeperChoice> {
  if (head.keeper.type === 'keychain') throw inKeychain()
  await prove(head, passphrase)
  return { type: 'keychain', recovery: recovery ? passphrase : undefined }
}

export async function withRecovery({ keeper }: Head, passphrase: string | undefined): Promise<KeeperChoice> {
  if (keeper.type === 'passphrase') throw underPassphrase()
  if (passphrase !== undefined) checkPassphrase(passphrase)
  return { type: 'keychain', recovery: passphrase }
}
