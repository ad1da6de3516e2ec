import type { Model, Provider } from '../../preload/shapes.ts'
import type { Database } from '../db/database.ts'
import { BerthError } from '../errors.ts'
import { customHost } from './custom-provider.ts'
import { type CustomProviders, createCustomProviders } from './custom-providers.ts'
import { fieldProblem, fieldsOf, keyVariables } from './fields.ts'
import { fill, hostOf } from './hosts.ts'
import { LOGIN_HOSTS, SDK_HOSTS } from './hosts-table.ts'
import { countModels, readSnapshot, type SnapshotProvider, snapshotModels } from './snapshot.ts'
import { trimEnd } from './trim-end.ts'
import type { Catalog, Endpoints } from './types.ts'
import { unsupportedReason } from './unsupported.ts'
import { keyPrefixOf, rankOf } from './vendors.ts'

export interface CatalogDeps {
  readonly db: Database
  /** The path of `catalog.json`. It is read at the first question. */
  readonly snapshotFile: string
  /** Milliseconds since the epoch; absent means the system's clock. */
  readonly now?: () => number
}

/** What OpenCode loads for a custom provider. */
const CUSTOM_PACKAGE = '@ai-sdk/openai-compatible'

type Fields = Readonly<Record<string, string>>

const byRank = (a: Provider, b: Provider): number =>
  a.rank - b.rank || a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1)

function templatesOf(id: string, provider: SnapshotProvider | undefined): string[] {
  return [...(provider?.addresses ?? []), ...(SDK_HOSTS[id] ?? []), ...(LOGIN_HOSTS[id] ?? [])]
}

function fromSnapshot(id: string, found: SnapshotProvider): Provider {
  const unsupported = unsupportedReason(id, found)
  const env = keyVariables(found.env)
  // OpenCode takes a key for every provider, also where its menu offers a login only.
  const hasKey = found.methods.some((method) => method.type === 'api')
  const key = { type: 'api' as const, label: `Token, as in ${env[0] ?? 'the environment'}` }
  return {
    id,
    name: found.name,
    rank: rankOf(id),
    env,
    methods: hasKey ? found.methods : [...found.methods, key],
    fields: unsupported === undefined ? fieldsOf(found.env, templatesOf(id, found)) : [],
    modelCount: countModels(found),
    custom: false,
    ...(unsupported === undefined ? {} : { unsupported }),
  }
}

/** The bundled part, read once when it is first asked for. */
function createBundled(snapshotFile: string) {
  let loaded: { sources: Map<string, SnapshotProvider>; providers: Map<string, Provider> } | undefined
  const models = new Map<string, Model[]>()
  const load = () => {
    if (loaded !== undefined) return loaded
    const sources = new Map(Object.entries(readSnapshot(snapshotFile).providers))
    const providers = new Map([...sources].map(([id, source]) => [id, fromSnapshot(id, source)]))
    loaded = { sources, providers }
    return loaded
  }
  return {
    providers: () => [...load().providers.values()],
    provider: (id: string) => load().providers.get(id),
    source: (id: string) => load().sources.get(id),
    models(id: string): Model[] | undefined {
      const source = load().sources.get(id)
      const found = models.get(id) ?? (source === undefined ? undefined : snapshotModels(source))
      if (found !== undefined) models.set(id, found)
      return found
    },
  }
}

function unknownProvider(id: string): BerthError {
  return new BerthError(
    'unknown_provider',
    `Berth's list of providers has no ${JSON.stringify(id)}, or has it no more. Choose another one in Providers, or add it there as a custom provider with this id.`,
  )
}

/** What keeps these fields from being an account's, as a sentence. */
function fieldsProblem(provider: Provider, fields: Fields): string | undefined {
  const missing = provider.fields.filter(({ name, required }) => required && (fields[name] ?? '') === '')
  if (missing.length > 0) {
    const labels = missing.map(({ label, name }) => `${label} (${name})`).join(' and ')
    return `An account of ${provider.name} needs its ${labels} beside the key. Fill that in.`
  }
  for (const [name, value] of Object.entries(fields)) {
    const known = provider.fields.some((field) => field.name === name)
    if (!known) return `An account of ${provider.name} has no field ${JSON.stringify(name)}. Leave it out.`
    const problem = value === '' ? undefined : fieldProblem(name, value)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** A provider and its models out of both sources. Everything throws `unknown_provider`. */
function createLookup(bundled: ReturnType<typeof createBundled>, custom: CustomProviders) {
  // A custom provider keeps its id when a later snapshot brings one of the same id: the user's word goes first.
  const provider = (id: string): Provider => {
    const found = custom.provider(id) ?? bundled.provider(id)
    if (found === undefined) throw unknownProvider(id)
    return found
  }
  const models = (id: string): Model[] => {
    const found = custom.models(id) ?? bundled.models(id)
    if (found === undefined) throw unknownProvider(id)
    return found
  }
  const providers = (): Provider[] => {
    const own = custom.providers()
    const rest = bundled.providers().filter(({ id }) => !own.some((one) => one.id === id))
    return [...own, ...rest].sort(byRank)
  }
  const hosts = (id: string, fields: Fields): string[] => {
    if (provider(id).custom) return [customHost(id)]
    const found = templatesOf(id, bundled.source(id)).map((template) => hostOf(template, fields))
    return [...new Set(found.filter((host) => host !== undefined))].sort()
  }
  const endpoints = (id: string, fields: Fields): Endpoints => {
    const { baseUrl } = provider(id)
    if (baseUrl !== undefined) return { addresses: [baseUrl], packages: [CUSTOM_PACKAGE] }
    const { addresses = [], packages = [] } = bundled.source(id) ?? {}
    const filled = addresses.map((template) => fill(template, fields)).filter((one) => one !== undefined)
    return { addresses: filled.map((address) => trimEnd(address, '/')), packages }
  }
  const model = (providerId: string, modelId: string): Model => {
    const found = models(providerId).find((one) => one.id === modelId)
    if (found !== undefined) return found
    const { name } = provider(providerId)
    throw new BerthError('unknown_model', `${name} has no model ${JSON.stringify(modelId)}. Choose another.`)
  }
  return { provider, models, providers, hosts, endpoints, model }
}

/** The bundled snapshot and the user's custom providers as one list. */
export function createCatalog({ db, snapshotFile, now = Date.now }: CatalogDeps): Catalog {
  const bundled = createBundled(snapshotFile)
  const custom = createCustomProviders(db, now)
  const lookup = createLookup(bundled, custom)
  return {
    ...lookup,
    keyShape: (id) => ({ prefix: keyPrefixOf(lookup.provider(id).id) }),
    fieldsProblem: (id, fields) => fieldsProblem(lookup.provider(id), fields),
    custom: custom.list,
    customBaseUrl: custom.baseUrl,
    saveCustom(given) {
      const taken = bundled.provider(given.id)
      if (taken !== undefined && custom.provider(given.id) === undefined) {
        throw new BerthError(
          'conflict',
          `${given.id} is the id of ${taken.name} in the catalog. Choose another id.`,
        )
      }
      return custom.save(given)
    },
    removeCustom(id) {
      if (!custom.remove(id)) throw unknownProvider(id)
    },
    discovering: custom.discovering,
    keepDiscovery: custom.keepDiscovery,
  }
}
