import { AsyncEntry } from '@napi-rs/keyring'
import { BerthError } from '../errors.ts'
import type { Keychain } from './types.ts'

const SERVICE = 'Berth'
/** A keychain that asks the user something may never answer; so long may it take. */
const DEADLINE_MS = 20_000

/** What the user can do about it, by system. */
function advice(): string {
  if (process.platform === 'darwin') return 'Unlock the login keychain in Keychain Access and try again.'
  if (process.platform === 'win32') return 'Sign in to Windows again and try again.'
  return 'Start or unlock a Secret Service (GNOME Keyring, KWallet or KeePassXC) and try again.'
}

function unavailable(what: string, cause: unknown): BerthError {
  return new BerthError('keychain_unavailable', `The system keychain ${what}. ${advice()}`, { cause })
}

/** Settles with `work`, or fails with `keychain_unavailable` at the deadline; a late answer is then ignored. */
async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  deadlineMs: number,
): Promise<Awaited<T>> {
  const signal = AbortSignal.timeout(deadlineMs)
  const late = new Promise<never>((_, fail) => {
    signal.addEventListener('abort', () => fail(signal.reason), { once: true })
  })
  try {
    return await Promise.race([work(signal), late])
  } catch (error) {
    if (signal.aborted) throw unavailable(`did not answer within ${Math.round(deadlineMs / 1000)} s`, error)
    throw unavailable('cannot be reached', error)
  }
}

/** The part of `@napi-rs/keyring`'s AsyncEntry that is used. */
export type KeychainEntry = Pick<AsyncEntry, 'getPassword' | 'setPassword' | 'deletePassword'>

/**
 * The operating system's keychain entry of one vault: service `Berth`, account = the vault's id. On Linux it is pinned
 * to the Secret Service, for the library's own choice falls back to a kernel store that a reboot empties.
 */
export function createOsKeychain(
  vaultId: string,
  options: { readonly deadlineMs?: number; readonly entry?: () => KeychainEntry } = {},
): Keychain {
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS
  // Made for each call: on Linux the constructor itself throws while there is no Secret Service.
  const entry =
    options.entry ?? (() => new AsyncEntry(SERVICE, vaultId, { linux: { store: 'secret-service' } }))
  const ask = <T>(work: (entry: KeychainEntry, signal: AbortSignal) => Promise<T>) =>
    withDeadline(async (signal) => work(entry(), signal), deadlineMs)
  return {
    async get() {
      const text = await ask((kept, signal) => kept.getPassword(signal))
      return text === null || text === undefined ? undefined : Buffer.from(text, 'base64')
    },
    set: (key) => ask((kept, signal) => kept.setPassword(key.toString('base64'), signal)),
    async remove() {
      await ask((kept, signal) => kept.deletePassword(signal))
    },
  }
}
