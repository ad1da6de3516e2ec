import type { VaultStatus } from '../../preload/vault.ts'
import type { Handlers } from './dispatch.ts'
import type { Services } from './services.ts'

/** The vault: open, close, keep, mend. */
export function vaultHandlers({ vault, bringUp }: Services) {
  /** For what may have opened the vault, or given it records back that others wait for. */
  const thenBringUp = async (work: Promise<VaultStatus>): Promise<VaultStatus> => {
    await work
    return (await bringUp()).vault
  }
  return {
    'vault.unlock': ({ passphrase }) => thenBringUp(vault.unlock(passphrase)),
    'vault.lock': () => vault.lock(),
    'vault.createWithPassphrase': ({ passphrase }) => thenBringUp(vault.createWithPassphrase(passphrase)),
    'vault.rotateKey': ({ passphrase }) => vault.rotateKey(passphrase),
    'vault.changePassphrase': ({ current, next }) => vault.changePassphrase(current, next),
    'vault.keepByPassphrase': ({ passphrase }) => vault.keepByPassphrase(passphrase),
    'vault.keepByKeychain': ({ passphrase, recovery }) => vault.keepByKeychain(passphrase, { recovery }),
    'vault.setRecovery': ({ passphrase }) => vault.setRecovery(passphrase ?? undefined),
    'vault.restorePrevious': () => thenBringUp(vault.restorePrevious()),
    'vault.mendDamaged': () => thenBringUp(vault.mendDamaged()),
    'vault.discardDamaged': () => thenBringUp(vault.discardDamaged()),
    'vault.setAside': () => thenBringUp(vault.setAside()),
  } satisfies Partial<Handlers>
}
