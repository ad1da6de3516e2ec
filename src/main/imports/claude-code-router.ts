import { type Found, MOST_ITEMS, type Reading } from './found.ts'
import type { Guide } from './guide.ts'
import { field, isObject, type JsonObject, parseLooseObject, textField } from './json.ts'
import { foundKey, referenceOf } from './key-check.ts'
import { counted, shownAddress, shownName } from './names.ts'

/**
 * The config of claude-code-router, JSON5: `Providers` with `name`, `api_base_url`, `api_key` and `models`, where a value
 * may be `$NAME` or `${NAME}` for a variable. https://github.com/musistudio/claude-code-router#2-configuration
 */

interface Env {
  readonly guide: Guide
  readonly env: Readonly<NodeJS.ProcessEnv>
}

/** The base URL to fill in for a custom provider: requests go to a path below it. */
function baseOf(url: URL): string {
  const base = new URL(url.href)
  base.pathname = url.pathname.replace(/\/(?:chat\/completions|messages|responses|completions)\/*$/, '')
  return shownAddress(base)
}

/** A provider whose host has a part of the account's own in it, such as the name of an Azure resource. */
function byFilledHost(url: URL, guide: Guide): Pick<Found, 'providerId' | 'fields'> | undefined {
  const [first = ''] = url.hostname.split('.')
  const found = guide.byOwnHost(url.hostname, first)
  return found === undefined ? undefined : { providerId: found.id, fields: { [found.field]: first } }
}

function ownerOf(entry: JsonObject, key: string, { guide }: Env): Partial<Found> {
  const address = textField(entry, 'api_base_url', 'apiBaseUrl', 'baseUrl', 'base_url') ?? ''
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return { refused: 'It has no address that tells where its key belongs. Add the key in Providers.' }
  }
  const there = guide.byAddress(url)
  if (there.length > 0) return guide.decide(there, key)
  const filled = byFilledHost(url, guide)
  if (filled !== undefined) return filled
  return {
    refused: `Berth knows no provider at ${url.host}. Add it as a custom provider with the base URL ${baseOf(url)}, then import again.`,
  }
}

/** The text a value stands for; the variable's name where it has none. */
function resolvedValue(text: string, env: Env['env']): { text: string } | { missing: string } {
  const name = referenceOf(text)
  if (name === undefined) return { text }
  const value = Object.hasOwn(env, name) ? env[name] : undefined
  return value === undefined || value === '' ? { missing: name } : { text: value }
}

const keyOf = (entry: JsonObject) => textField(entry, 'api_key', 'apiKey', 'apikey')

function readProvider(entry: JsonObject, given: string, index: number, env: Env): Found {
  const name = shownName(textField(entry, 'name'), `provider ${index + 1}`)
  const value = resolvedValue(given, env.env)
  const rest = { label: name === `provider ${index + 1}` ? 'claude-code-router' : name, place: name }
  if ('missing' in value) {
    const refused = `Its key is the variable ${value.missing}, which Berth was started without. Add the key in Providers.`
    return foundKey(given, { ...rest, refused })
  }
  return foundKey(value.text, { ...rest, ...ownerOf(entry, value.text, env) })
}

/** Stands for one of those that are only counted: to look up the host of each would take long. */
const LEFT = foundKey('', { label: '', place: '', refused: 'There are too many.' })

/** Throws `bad_request` for what is no JSON5. Only as many as are taken from a source are looked at. */
export function readRouterConfig(text: string, what: string, env: Env): Reading {
  const list = field(parseLooseObject(text, what), 'Providers', 'providers')
  const entries = Array.isArray(list) ? list : []
  const found: Found[] = []
  for (const [index, entry] of entries.entries()) {
    const given = isObject(entry) ? keyOf(entry) : undefined
    if (given === undefined) continue
    found.push(found.length < MOST_ITEMS ? readProvider(entry, given, index, env) : LEFT)
  }
  const without = entries.length - found.length
  if (entries.length === 0) return { found, notes: ['There are no providers in it.'] }
  const notes = without === 0 ? [] : [`${counted(without, 'provider has', 'providers have')} no key.`]
  return { found, notes }
}
