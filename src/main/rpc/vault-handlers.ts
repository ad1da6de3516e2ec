import type { Handlers } from './dispatch.ts'
import { notBuilt } from './not-built.ts'
import type { Services } from './services.ts'

/** The vault: open, close, keep, mend. */
export function vaultHandlers(services: Services) {
  const { vault } = services
  return {
    'vault.unlock': async ({ passphrase }) => {
      await vault.unlock(passphrase)
      return (await services.bringUp()).vault
    },
    'vault.lock': () => vault.lock(),
    'vault.restorePrevious': async () => {
      await vault.restorePrevious()
      return (await services.bringUp()).vault
    },
    'vault.createWithPassphrase': async ({ passphrase }) => {
      await vault.createWithPassphrase(passphrase)
      return (await services.bringUp()).vault
    },
    'vault.rotateKey': notBuilt,
    'vault.changePassphrase': notBuilt,
    'vault.keepByPassphrase': notBuilt,
    'vault.keepByKeychain': notBuilt,
    'vault.setRecovery': notBuilt,
    'vault.mendDamaged': notBuilt,
    'vault.discardDamaged': notBuilt,
    'vault.setAside': notBuilt,
  } satisfies Partial<Handlers>
}
