import type { MethodName } from '../../../src/preload/contract.ts'
import type { Provider } from '../../../src/preload/shapes.ts'
import { localServers, modelsOf, providers } from './providers.ts'
import type { Handlers, TwinCore } from './twin.ts'

type ProviderMethods = Extract<MethodName, `providers.${string}`>

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms))

export function createProviderHandlers(core: TwinCore): Pick<Handlers, ProviderMethods> {
  const { emit, fail } = core
  let catalog = providers()
  const put = (provider: Provider): Provider => {
    catalog = [...catalog.filter((one) => one.id !== provider.id), provider]
    emit({ name: 'providers.changed', payload: {} })
    return provider
  }
  return {
    'providers.list': () => catalog,
    'providers.models': ({ providerId }) => modelsOf(providerId),
    'providers.saveCustom': ({ id, name, baseUrl, models, discover }) =>
      put({
        id,
        name,
        rank: 1000,
        env: [],
        methods: [{ type: 'api', label: 'API key' }],
        fields: [],
        modelCount: models.length + (discover ? 3 : 0),
        custom: true,
        baseUrl,
        ...(discover ? { discovery: { fetchedAt: Date.now(), stale: false } } : {}),
      }),
    'providers.discover': async ({ baseUrl }) => {
      await wait(500)
      if (baseUrl.includes('.20:'))
        fail('provider_unreachable', `${baseUrl} did not answer. Check the address and that the server runs.`)
      const found = localServers().find((one) => one.baseUrl === baseUrl)
      return { models: found?.models ?? localServers()[0]?.models ?? [] }
    },
    'providers.refreshModels': async ({ providerId }) => {
      await wait(500)
      const provider =
        catalog.find((one) => one.id === providerId) ?? fail('unknown_provider', `There is no ${providerId}.`)
      return put({ ...provider, discovery: { fetchedAt: Date.now(), stale: false } })
    },
    'providers.findLocal': async () => {
      await wait(400)
      return new URLSearchParams(location.search).has('bare') ? [] : localServers()
    },
    'providers.removeCustom': ({ providerId }) => {
      catalog = catalog.filter((one) => one.id !== providerId)
      emit({ name: 'providers.changed', payload: {} })
      return null
    },
  }
}
