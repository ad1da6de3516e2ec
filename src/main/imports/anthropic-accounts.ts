import { blank, type Found, type Reading } from './found.ts'
import { field, isObject, type JsonObject, parseObject, textField } from './json.ts'
import { foundKey } from './key-check.ts'
import { counted, shownName } from './names.ts'
import { SUBSCRIPTION } from './opencode.ts'

/**
 * The accounts files of the plugins that give OpenCode several Anthropic accounts. They differ in how they call things:
 * `access`, `refresh`, `expires`, `name` (oc-anthropic-multi-account), `accessToken`, `refreshToken`, `email`
 * (opencode-anthropic-multi-account), `refreshToken`, `label` (opencode-anthropic-auth and its kin). Nearly all they
 * hold are logins of Claude subscriptions, which are listed and refused.
 */
const TOKENS = ['refresh', 'refreshToken', 'refresh_token', 'access', 'accessToken', 'access_token']
const KEYS = ['apiKey', 'api_key', 'key']

function readAccount(name: string | undefined, entry: JsonObject, index: number): Found | undefined {
  const place = `account ${index + 1}`
  const label = shownName(name ?? textField(entry, 'label', 'name', 'email'), `Anthropic ${index + 1}`)
  const key = textField(entry, ...KEYS)
  if (key !== undefined) return foundKey(key, { providerId: 'anthropic', label, place })
  const token = textField(entry, ...TOKENS)
  if (token === undefined) return undefined
  return {
    ...blank,
    type: 'oauth',
    providerId: 'anthropic',
    secret: token,
    label,
    place,
    refused: SUBSCRIPTION,
  }
}

/** The list of accounts, or an object of them by name. */
function accountsOf(file: JsonObject): (readonly [string | undefined, unknown])[] {
  const accounts = field(file, 'accounts') ?? file
  return Array.isArray(accounts)
    ? accounts.map((entry) => [undefined, entry] as const)
    : isObject(accounts)
      ? Object.entries(accounts).filter(([, entry]) => isObject(entry))
      : []
}

/** Throws `bad_request` for what is no JSON. */
export function readAnthropicAccounts(text: string, what: string): Reading {
  const entries = accountsOf(parseObject(text, what))
  const found = entries.flatMap(([name, entry], index) =>
    isObject(entry) ? (readAccount(name, entry, index) ?? []) : [],
  )
  const odd = entries.length - found.length
  const notes = odd === 0 ? [] : [`${counted(odd, 'entry has', 'entries have')} neither a key nor a login.`]
  return { found, notes }
}
