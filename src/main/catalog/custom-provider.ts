import type { Model, Provider } from '../../preload/shapes.ts'
import { BerthError } from '../errors.ts'
import type { CustomProvider } from './types.ts'

/** It becomes a part of a host name. */
const ID = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** The virtual host that the gateway maps to a custom provider's base URL. */
export function customHost(id: string): string {
  return `${id}.berth.internal`
}

function checkBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  const bad = (why: string) => new BerthError('bad_request', `The base URL ${why}`)
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw bad('is not an address that begins with http:// or https://, such as http://localhost:1234/v1.')
  }
  if (url.username !== '' || url.password !== '') {
    throw bad('has a login in it. Take it out and connect the provider with a key instead.')
  }
  if (url.search !== '' || url.hash !== '') throw bad('has a part after ? or #. Leave that out.')
  return url.href.replace(/\/+$/, '')
}

/** The provider as it is kept. Throws `bad_request` with what is wrong. The base URL loses slashes at its end. */
export function checkCustomProvider(provider: CustomProvider): CustomProvider {
  if (!ID.test(provider.id)) {
    throw new BerthError(
      'bad_request',
      `${JSON.stringify(provider.id)} cannot be the id of a custom provider: use a-z, 0-9 and dashes, at most 63.`,
    )
  }
  const ids = provider.models.map((model) => model.id)
  if (ids.length === 0) {
    throw new BerthError('bad_request', `${provider.name} needs at least one model. Add the id of one.`)
  }
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) {
    throw new BerthError('bad_request', `${provider.name} has the model ${twice} twice. Remove one of them.`)
  }
  return { ...provider, baseUrl: checkBaseUrl(provider.baseUrl) }
}

export function toProvider({ id, name, baseUrl, models }: CustomProvider): Provider {
  return {
    id,
    name,
    rank: 0,
    env: [],
    methods: [{ type: 'api', label: 'API key' }],
    fields: [],
    modelCount: models.length,
    custom: true,
    baseUrl,
  }
}

/** Nothing is known of a custom provider's models but their names; OpenCode takes them to be able to call tools. */
export function toModels({ models }: CustomProvider): Model[] {
  return models.map(({ id, name }) => ({ id, name, tools: true, reasoning: false }))
}
