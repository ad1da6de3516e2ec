import type { Credential } from '../accounts/types.ts'
import { blank, type Found, type Reading } from './found.ts'
import type { Guide, Whose } from './guide.ts'
import { isObject, type JsonObject, parseObject, textField } from './json.ts'
import { foundKey, keyProblem } from './key-check.ts'
import { counted, shownAddress, shownName } from './names.ts'

/**
 * OpenCode's `auth.json`: an object of credentials by provider id, or, for a company's login, by its address. The three
 * shapes are those `PUT /auth/{providerID}` takes: `api`, `oauth`, `wellknown`.
 */

const MOVED =
  'A login works in one place only: once Berth uses it, the tool it comes from has to sign in again.'
export const SUBSCRIPTION =
  'This is the login of a Claude subscription. Anthropic forbids other programs to use those. Use an API key from the Anthropic console.'
const LONGEST_TOKEN = 20_000
/** OpenCode's plugin for GitLab names the server in every login, GitLab's own too. */
const PUBLIC_SERVERS: Readonly<Record<string, string>> = { gitlab: 'https://gitlab.com' }

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Fields that were asked for beside the key; a tool may call `AZURE_RESOURCE_NAME` just `resourceName`. */
function metadataOf(entry: JsonObject, providerId: string | undefined, guide: Guide): Map<string, string> {
  const metadata = Object.hasOwn(entry, 'metadata') ? entry.metadata : undefined
  const fields = providerId === undefined ? [] : (guide.find(providerId)?.fields ?? [])
  const found = new Map<string, string>()
  if (!isObject(metadata)) return found
  for (const { name } of fields) {
    const own = Object.entries(metadata).find(
      ([key]) => plain(key).length >= 4 && plain(name).endsWith(plain(key)),
    )
    if (typeof own?.[1] === 'string') found.set(name, own[1])
  }
  return found
}

/** A provider by the id a tool has for it. One that Berth does not know is never guessed. */
export function providerFor(name: string, key: string, guide: Guide): { who: Whose; note?: string } {
  const providerId = guide.byName(name)
  if (providerId !== undefined) return { who: guide.decide([providerId], key) }
  const { ids, vague } = guide.byForm(key)
  const note = `Berth knows no provider called ${shownName(name, 'so')}. Add it as a custom provider, or say whose this is.`
  return { who: { candidates: [...(vague ? [] : ids), ...guide.customIds()] }, note }
}

function apiEntry(name: string, entry: JsonObject, label: string, guide: Guide): Found | undefined {
  const key = textField(entry, 'key', 'apiKey', 'api_key')
  if (key === undefined) return undefined
  const { who, note } = providerFor(name, key, guide)
  return foundKey(key, {
    ...who,
    label,
    place: shownName(name, 'an entry'),
    variables: metadataOf(entry, 'providerId' in who ? who.providerId : undefined, guide),
    ...(note === undefined ? {} : { note }),
  })
}

/** Why a login cannot be moved here. */
function loginProblem(providerId: string | undefined, entry: JsonObject, guide: Guide): string | undefined {
  if (providerId === 'anthropic') return SUBSCRIPTION
  const provider = providerId === undefined ? undefined : guide.find(providerId)
  if (provider === undefined) {
    return 'This is a login of a provider Berth does not know. A login works with its own provider only.'
  }
  if (!provider.methods.some(({ type }) => type === 'oauth')) {
    return `OpenCode has no sign-in of its own for ${provider.name}, so a plugin made this login and nothing else can use it. Connect ${provider.name} with a key.`
  }
  const server = textField(entry, 'enterpriseUrl', 'enterprise_url')
  if (server !== undefined && server !== PUBLIC_SERVERS[provider.id]) {
    return `This login is for a company's own server of ${provider.name}, which Berth cannot use. Sign in there with OpenCode itself.`
  }
  return undefined
}

function loginOf(entry: JsonObject): Extract<Credential, { type: 'oauth' }> | undefined {
  const access = textField(entry, 'access', 'accessToken', 'access_token', 'oauth_access_token') ?? ''
  const refresh = textField(entry, 'refresh', 'refreshToken', 'refresh_token', 'oauth_refresh_token') ?? ''
  if (access === '' && refresh === '') return undefined
  const at = ['expires', 'expiresAt', 'expires_at', 'oauth_expires_at'].map((name) =>
    Number(entry[name] ?? 0),
  )
  const expires = at.find((one) => Number.isSafeInteger(one) && one > 0) ?? 0
  const accountId = textField(entry, 'accountId', 'accountID', 'account_id')
  return { type: 'oauth', access, refresh, expires, ...(accountId === undefined ? {} : { accountId }) }
}

/** A sign-in's tokens as an item; undefined when the entry has none. */
export function oauthEntry(name: string, entry: JsonObject, label: string, guide: Guide): Found | undefined {
  const credential = loginOf(entry)
  if (credential === undefined) return undefined
  const { access, refresh } = credential
  const providerId = guide.byName(name)
  const isSound = [access, refresh].every((token) => token.length <= LONGEST_TOKEN && /^[!-~]*$/.test(token))
  const tokens = [access, refresh].filter((token) => token !== '')
  const refused =
    loginProblem(providerId, entry, guide) ??
    (isSound ? undefined : 'Its tokens have characters in them that no token has.') ??
    tokens.map(keyProblem).find((problem) => problem !== undefined)
  return {
    ...blank,
    type: 'oauth',
    ...(providerId === undefined ? {} : { providerId }),
    credential,
    secret: refresh === '' ? access : refresh,
    label,
    place: shownName(name, 'an entry'),
    ...(refused === undefined ? { note: MOVED } : { refused }),
  }
}

/**
 * A company's login: a token for the variable `key`, for servers that its address names. It is no vendor's, so the user
 * says which provider gets it.
 */
function wellknownEntry(name: string, entry: JsonObject, label: string, guide: Guide): Found | undefined {
  const token = textField(entry, 'token')
  if (token === undefined) return undefined
  const variable = textField(entry, 'key') ?? ''
  const url = URL.canParse(name) ? new URL(name) : undefined
  const near = url === undefined ? [] : guide.byAddress(url)
  const candidates = [...new Set([...near, ...guide.customIds(), ...guide.byVariable(variable)])]
  const from = url === undefined ? 'a company' : shownAddress(url)
  const named = shownName(variable, '')
  const note = `This token is a login at ${from}${named === '' ? '' : ` for ${named}`}. Berth sends it to the provider you choose and to no other.`
  return foundKey(token, {
    type: 'wellknown',
    candidates,
    label: url === undefined ? label : shownName(url.hostname, label),
    place: url === undefined ? shownName(name, 'an entry') : from,
    note,
  })
}

/** One credential in OpenCode's form, whatever file it is in. */
export function readEntry(name: string, entry: unknown, label: string, guide: Guide): Found | undefined {
  if (!isObject(entry)) return undefined
  switch (entry.type) {
    case 'api':
      return apiEntry(name, entry, label, guide)
    case 'oauth':
      return oauthEntry(name, entry, label, guide)
    case 'wellknown':
      return wellknownEntry(name, entry, label, guide)
    default:
      return undefined
  }
}

/** Throws `bad_request` for what is no JSON object. */
export function readOpenCode(text: string, what: string, guide: Guide): Reading {
  const entries = Object.entries(parseObject(text, what))
  const found = entries.flatMap(([name, entry]) => readEntry(name, entry, 'OpenCode', guide) ?? [])
  const odd = entries.length - found.length
  const notes =
    odd === 0
      ? []
      : [
          `${counted(odd, 'entry makes', 'entries make')} no sense as a login of OpenCode and ${odd === 1 ? 'is' : 'are'} left out.`,
        ]
  return { found, notes }
}
