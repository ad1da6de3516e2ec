import { createHash, randomBytes } from 'node:crypto'
import type { VaultStatus } from '../../preload/vault.ts'
import { assertNever, toFailure } from '../errors.ts'
import type { DoctorDeps, Finding } from './doctor.ts'

function ready({ keeper, damaged = [] }: Extract<VaultStatus, { state: 'ready' }>): Finding {
  if (damaged.length === 0) {
    const by = keeper === 'keychain' ? 'the system keychain' : 'a passphrase'
    return { state: 'ok', detail: `It is open; its key is kept by ${by}.` }
  }
  const what = damaged.length === 1 ? 'one record does' : `${damaged.length} records do`
  return {
    state: 'failed',
    detail: `It is open, but ${what} not decrypt: ${damaged.join(', ')}.`,
    mend: 'berth vault mend takes them from the file as it was before; else replace the keys of those accounts.',
  }
}

function mendClosed(status: Extract<VaultStatus, { state: 'unavailable' }>): string {
  if (status.newer === true) return 'Update Berth.'
  if (status.recovery === true) return 'berth vault unlock with the recovery passphrase.'
  return status.previous === undefined
    ? 'Mend the keychain; or berth vault set-aside, and berth vault import of an export.'
    : 'berth vault restore puts the file back as it was before its last write.'
}

/** What the vault says of itself. */
export function checkVault(status: VaultStatus): Finding {
  switch (status.state) {
    case 'ready':
      return ready(status)
    case 'locked':
      return { state: 'failed', detail: 'It is locked.', mend: 'berth vault unlock' }
    case 'needs-passphrase':
      return {
        state: 'failed',
        detail: `There is none yet, and no keychain to keep its key. ${status.reason}`,
        mend: 'berth vault init makes one under a passphrase.',
      }
    case 'unavailable':
      return {
        state: 'failed',
        detail: status.reason,
        mend: mendClosed(status),
      }
    default:
      return assertNever(status)
  }
}

/** Keeps an entry in the keychain, reads it and removes it. One name per data folder, so that none is left over. */
async function tryKeychain({ dataDir, keychainFor }: DoctorDeps): Promise<void> {
  const name = `doctor-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`
  const keychain = keychainFor(name)
  const key = randomBytes(32)
  await keychain.set(key)
  try {
    const read = await keychain.get()
    if (read === undefined || !read.equals(key)) throw new Error('the entry reads back differently')
  } finally {
    await keychain.remove()
  }
}

export async function checkKeychain(deps: DoctorDeps): Promise<Finding> {
  try {
    await tryKeychain(deps)
    return { state: 'ok', detail: 'An entry was kept, read and removed.' }
  } catch (error) {
    const { code, message } = toFailure(error)
    const why = code === 'internal' ? 'The system keychain does not give back what it was given.' : message
    const vault = deps.vaultStatus()
    if ('keeper' in vault && vault.keeper === 'passphrase') {
      return { state: 'unknown', detail: `${why} The vault is kept by a passphrase and does not need it.` }
    }
    return {
      state: 'failed',
      detail: why,
      mend: 'Mend the keychain, or keep the vault by a passphrase: berth vault keeper passphrase.',
    }
  }
}
