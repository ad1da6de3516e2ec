import type { Discovery, Model, Provider } from '../../preload/shapes.ts'
import { BerthError } from '../errors.ts'
import type { StoredCustomProvider } from './custom-provider-repo.ts'
import { trimEnd } from './trim-end.ts'
import type { CustomProvider, NamedModel, NewCustomProvider } from './types.ts'

/** It becomes a part of a host name. */
const ID = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

const DAY = 24 * 60 * 60 * 1000

/** The virtual host that the gateway maps to a custom provider's base URL. */
export function customHost(id: string): string {
  return `${id}.berth.internal`
}

/** A base URL as it is kept, without slashes at its end. Throws `bad_request` with what is wrong. */
export function checkBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  const bad = (why: string) => new BerthError('bad_request', `The base URL ${why}`)
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw bad('is not an address that begins with http:// or https://, such as http://localhost:1234/v1.')
  }
  if (url.username !== '' || url.password !== '') {
    throw bad('has a login in it. Take it out and connect the provider with a key instead.')
  }
  if (url.search !== '' || url.hash !== '') throw bad('has a part after ? or #. Leave that out.')
  return trimEnd(url.href, '/')
}

/** The provider as it is kept. Throws `bad_request` with what is wrong. The base URL loses slashes at its end. */
export function checkCustomProvider(provider: NewCustomProvider): NewCustomProvider {
  if (!ID.test(provider.id)) {
    throw new BerthError(
      'bad_request',
      `${JSON.stringify(provider.id)} cannot be the id of a custom provider: use a-z, 0-9 and dashes, at most 63.`,
    )
  }
  const ids = provider.models.map((model) => model.id)
  if (ids.length === 0 && provider.discover !== true) {
    throw new BerthError(
      'bad_request',
      `${provider.name} needs at least one model. Add the id of one, or let Berth ask its server.`,
    )
  }
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) {
    throw new BerthError('bad_request', `${provider.name} has the model ${twice} twice. Remove one of them.`)
  }
  return { ...provider, baseUrl: checkBaseUrl(provider.baseUrl) }
}

const same = (a: NamedModel) => (b: NamedModel) => a.id === b.id && a.name === b.name

/**
 * What is written for a provider that is saved, and whether what its server said still holds. A form shows typed and
 * found models as one list, so those the server supplies are not kept as typed ones: they go when the server's go.
 */
export function toStored(
  provider: NewCustomProvider,
  before: StoredCustomProvider | undefined,
): { stored: StoredCustomProvider; keepFound: boolean } {
  const { id, name, baseUrl, models } = provider
  if (provider.discover !== true) return { stored: { id, name, baseUrl, models }, keepFound: false }
  const keepFound = before?.discovery !== undefined && before.baseUrl === baseUrl
  const discovery = (keepFound ? before.discovery : undefined) ?? { models: [] }
  const typed = models.filter((model) => !discovery.models.some(same(model)))
  return { stored: { id, name, baseUrl, models: typed, discovery }, keepFound }
}

/** Typed and found models as one list; what the user typed goes first and names a model that is in both. */
export function toCustom({ id, name, baseUrl, models, discovery }: StoredCustomProvider): CustomProvider {
  const typed = new Set(models.map((model) => model.id))
  const found = (discovery?.models ?? []).filter((model) => !typed.has(model.id))
  return { id, name, baseUrl, models: [...models, ...found] }
}

/** True when it is a day or more since the server answered, or the clock was set back by that much. */
export function isStale(fetchedAt: number | undefined, now: number): boolean {
  return fetchedAt === undefined || Math.abs(now - fetchedAt) >= DAY
}

function discoveryOf({ discovery }: StoredCustomProvider, now: number): Discovery | undefined {
  if (discovery === undefined) return undefined
  const { fetchedAt, problem } = discovery
  return {
    stale: isStale(fetchedAt, now),
    ...(fetchedAt === undefined ? {} : { fetchedAt }),
    ...(problem === undefined ? {} : { problem }),
  }
}

export function toProvider(stored: StoredCustomProvider, now: number): Provider {
  const { id, name, baseUrl } = stored
  const discovery = discoveryOf(stored, now)
  return {
    id,
    name,
    rank: 0,
    env: [],
    methods: [{ type: 'api', label: 'API key' }],
    fields: [],
    modelCount: toCustom(stored).models.length,
    custom: true,
    baseUrl,
    ...(discovery === undefined ? {} : { discovery }),
  }
}

/** Nothing is known of a custom provider's models but their names; OpenCode takes them to be able to call tools. */
export function toModels(stored: StoredCustomProvider): Model[] {
  return toCustom(stored).models.map(({ id, name }) => ({ id, name, tools: true, reasoning: false }))
}
