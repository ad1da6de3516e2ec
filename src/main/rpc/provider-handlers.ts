import { BerthError } from '../errors.ts'
import type { Handlers } from './dispatch.ts'
import { notBuilt } from './not-built.ts'
import type { Services } from './services.ts'

/** Providers and their models. */
export function providerHandlers({ catalog, accounts, providersChanged, afterRestart }: Services) {
  return {
    'providers.list': () => catalog.providers(),
    'providers.models': ({ providerId }) => catalog.models(providerId),
    'providers.saveCustom': (custom) => {
      const provider = catalog.saveCustom(custom)
      providersChanged()
      afterRestart(`${provider.name} is usable in running projects after a restart`)
      return provider
    },
    'providers.removeCustom': ({ providerId }) => {
      if (accounts.list().some((account) => account.providerId === providerId)) {
        throw new BerthError(
          'conflict',
          `${catalog.provider(providerId).name} still has accounts. Disconnect them first, then remove it.`,
        )
      }
      const { name } = catalog.provider(providerId)
      catalog.removeCustom(providerId)
      providersChanged()
      afterRestart(`${name} is gone from running projects after a restart`)
      return null
    },
    'providers.discover': notBuilt,
    'providers.refreshModels': notBuilt,
    'providers.findLocal': notBuilt,
  } satisfies Partial<Handlers>
}
