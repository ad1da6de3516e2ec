import { BerthError } from '../errors.ts'
import type { DoceTables, Row } from './doce-repo.ts'
import { blank, type Found, type Reading } from './found.ts'
import type { Guide } from './guide.ts'
import { isObject } from './json.ts'
import { foundKey } from './key-check.ts'
import { shownName } from './names.ts'
import { oauthEntry, providerFor, readEntry } from './opencode.ts'

/**
 * A database of doce.dev (https://github.com/pablopunk/doce.dev): `user_settings.openrouter_api_key` of its first
 * versions, and `provider_connections`, by its own plan: `provider_id`, `auth_type` (`api`, `oauth`, `wellknown`),
 * `api_key_hash`, `oauth_refresh_token`, `oauth_access_token`, `oauth_expires_at` in seconds. Other names for the same
 * are taken too.
 */
const LABEL = 'doce.dev'
/** Below this a time is in seconds. */
const AS_MILLISECONDS = 100_000_000_000

const HASHED =
  'doce.dev keeps only a hash of it, which cannot be turned back. The key itself is in its data/opencode/auth.json: import that file as one of OpenCode.'
const SEALED = 'doce.dev keeps it encrypted. Add the key in Providers.'

/** The row's value in the first of these columns that has one. */
function cellOf(row: Row, ...names: readonly string[]): string | undefined {
  return names
    .map((name) => (Object.hasOwn(row, name) ? row[name] : undefined))
    .find((value) => value?.trim())
}

const hasColumn = (row: Row, pattern: RegExp): boolean =>
  Object.entries(row).some(([name, value]) => pattern.test(name) && !['', '0', 'false'].includes(value))

function fromSettings(rows: readonly Row[]): Found[] {
  return rows.flatMap((row, index) => {
    const key = cellOf(row, 'openrouter_api_key')
    const place = `user_settings, row ${index + 1}`
    return key === undefined ? [] : [foundKey(key, { providerId: 'openrouter', label: LABEL, place })]
  })
}

/** A column that holds the credential as JSON, in OpenCode's form. */
function nested(row: Row, name: string, guide: Guide): Found | undefined {
  const text = cellOf(row, 'credentials', 'credential', 'auth', 'data', 'config')
  if (text === undefined || !text.trimStart().startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? readEntry(name, { type: 'api', ...value }, LABEL, guide) : undefined
  } catch {
    return undefined
  }
}

function login(row: Row, name: string, guide: Guide): Found | undefined {
  const expires = Number(cellOf(row, 'oauth_expires_at', 'expires_at', 'token_expires_at', 'expires') ?? 0)
  return oauthEntry(
    name,
    {
      access: cellOf(row, 'oauth_access_token', 'access_token', 'access'),
      refresh: cellOf(row, 'oauth_refresh_token', 'refresh_token', 'refresh'),
      expires: expires < AS_MILLISECONDS ? expires * 1000 : expires,
      accountId: cellOf(row, 'oauth_account_id', 'account_id'),
      enterpriseUrl: cellOf(row, 'oauth_enterprise_url', 'enterprise_url'),
    },
    LABEL,
    guide,
  )
}

function connection(row: Row, name: string, guide: Guide): Found | undefined {
  const key = cellOf(row, 'api_key', 'apikey', 'apiKey', 'key', 'token')
  if (key !== undefined) {
    const { who, note } = providerFor(name, key, guide)
    return foundKey(key, { ...who, label: LABEL, place: '', ...(note === undefined ? {} : { note }) })
  }
  return login(row, name, guide) ?? nested(row, name, guide)
}

function fromConnections(rows: readonly Row[], guide: Guide): (Found | undefined)[] {
  return rows.map((row, index) => {
    const name = cellOf(row, 'provider_id', 'provider', 'providerId') ?? ''
    const place = `provider_connections, row ${index + 1} (${shownName(name, 'no name')})`
    const isSealed = hasColumn(row, /encrypted|_enc$|cipher|sealed/i)
    const found = isSealed ? undefined : connection(row, name, guide)
    if (found !== undefined) return { ...found, place }
    const isHashed = hasColumn(row, /hash/i)
    if (!isSealed && !isHashed) return undefined
    const providerId = guide.byName(name)
    return {
      ...blank,
      type: 'api',
      secret: '',
      ...(providerId === undefined ? {} : { providerId }),
      label: LABEL,
      place,
      refused: isSealed ? SEALED : HASHED,
    }
  })
}

/** Throws `bad_request` for a database that is not of doce.dev. */
export function readDoce(tables: DoceTables, what: string, guide: Guide): Reading {
  const { user_settings: settings, provider_connections: connections } = tables
  if (settings === undefined && connections === undefined) {
    throw new BerthError(
      'bad_request',
      `${what} is a database, but not one of doce.dev: it has neither user_settings nor provider_connections.`,
    )
  }
  const rows = fromConnections(connections ?? [], guide)
  const found = [...fromSettings(settings ?? []), ...rows.flatMap((one) => one ?? [])]
  const without = rows.filter((one) => one === undefined).length
  return { found, notes: without === 0 ? [] : [`${without} of its connections have no key.`] }
}
