import { BerthError } from '../../src/main/errors.ts'
import type { Keychain } from '../../src/main/vault/types.ts'

/** The system keychain in memory, for all vaults. Tests reach into `entries` and set `fault`. */
export interface FakeKeychain {
  readonly entries: Map<string, Buffer>
  readonly calls: string[]
  /** Set: every call fails with `keychain_unavailable`. */
  fault: string | undefined
  /** Set: `set` answers well and keeps nothing. */
  forgetful: boolean
  keychainFor(vaultId: string): Keychain
}

export function createFakeKeychain(): FakeKeychain {
  const entries = new Map<string, Buffer>()
  const calls: string[] = []
  const fake: FakeKeychain = { entries, calls, fault: undefined, forgetful: false, keychainFor }
  function call(name: string): void {
    calls.push(name)
    if (fake.fault !== undefined) throw new BerthError('keychain_unavailable', fake.fault)
  }
  function keychainFor(vaultId: string): Keychain {
    return {
      async get() {
        call('get')
        return entries.get(vaultId)
      },
      async set(key) {
        call('set')
        if (!fake.forgetful) entries.set(vaultId, Buffer.from(key))
      },
      async remove() {
        call('remove')
        entries.delete(vaultId)
      },
    }
  }
  return fake
}
