import type { Provider } from '../../preload/shapes.ts'
import type { Catalog } from '../catalog/types.ts'

/** Forms of keys that are not a provider's usual one, and whose they are. */
const OTHER_FORMS: readonly (readonly [string, readonly string[]])[] = [
  ['sk-ant-', ['anthropic']],
  ['sk-or-', ['openrouter']],
  ['sk-svcacct-', ['openai']],
  ['github_pat_', ['github-copilot', 'github-models']],
  ['gho_', ['github-copilot', 'github-models']],
  ['ghp_', ['github-copilot', 'github-models']],
  ['ghu_', ['github-copilot', 'github-models']],
  // OpenAI's keys of before 2024 begin so, and those of many that came after it.
  ['sk-', ['openai']],
]
/** Says that it is a key, and not whose. */
const VAGUE = 'sk-'

/** Whose a credential is, as far as it can be told. */
export type Whose = { readonly providerId: string } | { readonly candidates: readonly string[] }

/** What the catalog says about names, variables, hosts and forms of keys: most popular providers first. */
export interface Guide {
  /** True for a provider of the catalog or the user's own. */
  has(id: string): boolean
  find(id: string): Provider | undefined
  /** By id or name, whatever their case and dashes. */
  byName(name: string): string | undefined
  /** Providers whose key this variable holds. */
  byVariable(name: string): readonly string[]
  isField(name: string): boolean
  /** Providers that are reached at this address. */
  byAddress(url: URL): readonly string[]
  /** The provider that is reached at this host when its one field has this value. */
  byOwnHost(host: string, value: string): { readonly id: string; readonly field: string } | undefined
  /** Providers whose keys have this form; `vague` when many others' have it too. */
  byForm(key: string): { readonly ids: readonly string[]; readonly vague: boolean }
  /** Joins what a name says with what the key's form says; where they differ, the user is asked. */
  decide(named: readonly string[], key: string): Whose
  customIds(): readonly string[]
}

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

function addTo(map: Map<string, string[]>, key: string, id: string): void {
  const ids = map.get(key)
  if (ids === undefined) map.set(key, [id])
  else if (!ids.includes(id)) ids.push(id)
}

function formsOf(catalog: Catalog, ids: readonly string[]): Map<string, string[]> {
  const forms = new Map<string, string[]>()
  const known = new Set(ids)
  for (const [prefix, owners] of OTHER_FORMS) {
    for (const id of owners) if (known.has(id)) addTo(forms, prefix, id)
  }
  for (const id of ids) {
    const { prefix } = catalog.keyShape(id)
    if (prefix !== '') addTo(forms, prefix, id)
  }
  return forms
}

function originOf(address: string | undefined): string | undefined {
  return address !== undefined && URL.canParse(address) ? new URL(address).origin : undefined
}

/** Hosts of every provider; a custom one's is its own server, not the virtual host. */
function hostsOf(catalog: Catalog, providers: readonly Provider[]): Map<string, string[]> {
  const hosts = new Map<string, string[]>()
  for (const { id, custom, baseUrl } of providers) {
    const origin = custom ? originOf(baseUrl) : undefined
    if (origin !== undefined) addTo(hosts, origin, id)
    if (!custom) for (const host of catalog.hosts(id, {})) addTo(hosts, `https://${host}`, id)
  }
  return hosts
}

/**
 * Finds the provider whose host is made of one field, such as an Azure resource's. Those are picked out once: a source may name
 * very many hosts.
 */
function ownHosts(catalog: Catalog, providers: readonly Provider[]): Guide['byOwnHost'] {
  const made = providers.flatMap(({ id, custom, fields }) => {
    const [only, ...more] = fields.filter(({ required }) => required)
    if (custom || only === undefined || more.length > 0) return []
    return [{ id, field: only.name, always: new Set(catalog.hosts(id, {})) }]
  })
  return (host, value) => {
    const found = made.find(
      ({ id, field, always }) => !always.has(host) && catalog.hosts(id, { [field]: value }).includes(host),
    )
    return found === undefined ? undefined : { id: found.id, field: found.field }
  }
}

/** What the form of a key says against or for the providers its name speaks of. */
function decide(named: readonly string[], form: ReturnType<Guide['byForm']>): Whose {
  const [first] = named
  const [only] = form.ids
  if (first === undefined) {
    return only !== undefined && form.ids.length === 1 && !form.vague
      ? { providerId: only }
      : { candidates: form.ids }
  }
  if (form.vague || form.ids.length === 0) {
    return named.length === 1 ? { providerId: first } : { candidates: named }
  }
  const both = named.filter((id) => form.ids.includes(id))
  if (both.length === 1 && both[0] !== undefined) return { providerId: both[0] }
  return { candidates: both.length > 0 ? both : [...form.ids, ...named] }
}

/** Reads the whole catalog once; made anew for each look at a source. */
export function createGuide(catalog: Catalog): Guide {
  const providers = catalog.providers()
  const byId = new Map(providers.map((provider) => [provider.id, provider]))
  const forms = formsOf(catalog, [...byId.keys()])
  const prefixes = [...forms.keys()].sort((a, b) => b.length - a.length)
  const hosts = hostsOf(catalog, providers)
  const names = new Map<string, string>()
  const variables = new Map<string, string[]>()
  const fields = new Set(providers.flatMap((provider) => provider.fields.map(({ name }) => name)))
  for (const { id, name, env } of providers) {
    for (const one of [id, name]) if (!names.has(plain(one))) names.set(plain(one), id)
    for (const variable of env) addTo(variables, variable, id)
  }
  const byForm: Guide['byForm'] = (key) => {
    const prefix = prefixes.find((one) => key.startsWith(one)) ?? ''
    return { ids: forms.get(prefix) ?? [], vague: prefix === VAGUE }
  }
  return {
    has: (id) => byId.has(id),
    find: (id) => byId.get(id),
    byName: (name) => (byId.has(name) ? name : names.get(plain(name))),
    byVariable: (name) => variables.get(name) ?? [],
    isField: (name) => fields.has(name),
    byAddress: (url) => hosts.get(url.origin) ?? [],
    byOwnHost: ownHosts(catalog, providers),
    byForm,
    decide: (named, key) => decide(named, byForm(key)),
    customIds: () => providers.filter(({ custom }) => custom).map(({ id }) => id),
  }
}
