import type { ParsedInput } from '../../preload/contract.ts'
import { cleanKey } from '../accounts/key.ts'
import { checkBaseUrl } from '../catalog/custom-provider.ts'
import { BerthError } from '../errors.ts'
import type { Handlers } from './dispatch.ts'
import type { Services } from './services.ts'

/** What these methods need of the services. */
export interface ProviderServices
  extends Pick<
    Services,
    'catalog' | 'discovery' | 'listModels' | 'findLocal' | 'activeKey' | 'providersChanged' | 'afterRestart'
  > {
  readonly accounts: Pick<Services['accounts'], 'list'>
}

/**
 * The key to ask a server for its models with: the one given, or that of the provider's account. A kept key goes to its
 * provider's own server only, whatever address a form holds. Throws `bad_request` for another one.
 */
function keyFor({ catalog, activeKey }: ProviderServices, given: ParsedInput<'providers.discover'>) {
  const { key, providerId, baseUrl } = given
  if (key !== undefined && key.trim() !== '') return cleanKey(key)
  const kept = providerId === undefined ? undefined : activeKey(providerId)
  if (providerId === undefined || kept === undefined) return undefined
  const provider = catalog.provider(providerId)
  if (provider.baseUrl !== undefined && new URL(provider.baseUrl).origin === new URL(baseUrl).origin)
    return kept
  throw new BerthError(
    'bad_request',
    `The key of ${provider.name} is for its own server and was not sent to ${new URL(baseUrl).origin}. Give a key to ask there, or save the new base URL first.`,
  )
}

/** Models that custom providers' servers are asked for, and servers on this machine. */
function discoveryHandlers(services: ProviderServices) {
  const { catalog, discovery, listModels, findLocal, providersChanged, afterRestart } = services
  return {
    'providers.discover': async (given) => {
      const baseUrl = checkBaseUrl(given.baseUrl)
      return { models: await listModels(baseUrl, keyFor(services, { ...given, baseUrl })) }
    },
    'providers.refreshModels': async ({ providerId }) => {
      const before = catalog.provider(providerId)
      if (before.discovery === undefined) {
        throw new BerthError(
          'bad_request',
          `${before.name} does not ask its server for models. Only custom providers can: switch that on where you edit it.`,
        )
      }
      const models = JSON.stringify(catalog.models(providerId))
      await discovery.refresh(providerId)
      const after = catalog.provider(providerId)
      providersChanged()
      if (JSON.stringify(catalog.models(providerId)) !== models)
        afterRestart(`The new models of ${after.name} are usable in running projects after a restart`)
      return after
    },
    'providers.findLocal': () => findLocal(),
  } satisfies Partial<Handlers>
}

/** Providers and their models. */
export function providerHandlers(services: ProviderServices) {
  const { catalog, accounts, discovery, providersChanged, afterRestart } = services
  return {
    'providers.list': () => {
      discovery.refreshStale()
      return catalog.providers()
    },
    'providers.models': ({ providerId }) => {
      discovery.refreshStale()
      return catalog.models(providerId)
    },
    'providers.saveCustom': async (custom) => {
      catalog.saveCustom(custom)
      providersChanged()
      if (custom.discover) {
        await discovery.refresh(custom.id)
        providersChanged()
      }
      const provider = catalog.provider(custom.id)
      afterRestart(`${provider.name} is usable in running projects after a restart`)
      return provider
    },
    'providers.removeCustom': ({ providerId }) => {
      const { name } = catalog.provider(providerId)
      if (accounts.list().some((account) => account.providerId === providerId)) {
        throw new BerthError('conflict', `${name} still has accounts. Disconnect them first, then remove it.`)
      }
      catalog.removeCustom(providerId)
      providersChanged()
      afterRestart(`${name} is gone from running projects after a restart`)
      return null
    },
    ...discoveryHandlers(services),
  } satisfies Partial<Handlers>
}
