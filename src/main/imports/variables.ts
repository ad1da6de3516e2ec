import { knownPrefix } from '../catalog/vendors.ts'
import type { Found, Reading } from './found.ts'
import type { Guide, Whose } from './guide.ts'
import { foundKey, looksLikeKey, referenceOf } from './key-check.ts'
import { listed, shownAddress, shownName } from './names.ts'

/** A variable of an environment or a `.env` file. */
export interface Variable {
  readonly name: string
  readonly value: string
  /** Absent for the environment, which has no lines. */
  readonly line?: number
}

const KEY_NAME = /(?:^|_)(?:API_?KEY|API_?TOKEN|AUTH_?TOKEN|ACCESS_?KEY|SECRET_?KEY)S?$/i
/** Names that say where a key's requests go, beside the key's own. */
const BASES = ['_BASE_URL', '_API_BASE', '_API_BASE_URL', '_API_URL', '_BASE', '_ENDPOINT']

/** The address that the variables send this key's requests to, when they name one. */
function addressFor(name: string, values: ReadonlyMap<string, string>): URL | undefined {
  const stem = name.replace(/_(?:API_)?(?:KEY|TOKEN)$/, '')
  if (stem === name) return undefined
  const text = BASES.map((base) => values.get(`${stem}${base}`)).find(
    (one) => one !== undefined && one !== '',
  )
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined
}

/** Whose the key is. A vendor's name on a key for another server must not send it to that vendor. */
function whose(
  variable: Variable,
  key: string,
  guide: Guide,
  values: ReadonlyMap<string, string>,
): { who: Whose; note?: string } {
  const named = guide.byVariable(variable.name)
  const who = guide.decide(named, key)
  const address = addressFor(variable.name, values)
  if (address === undefined || !/^https?:$/.test(address.protocol)) return { who }
  const there = guide.byAddress(address)
  if (there.length === 0) {
    const note = `Its variables send it to ${shownAddress(address)}, which is no provider Berth knows. Add that as a custom provider, or say whose key it is.`
    return { who: { candidates: guide.customIds() }, note }
  }
  if (there.some((id) => named.includes(id))) return { who }
  return { who: guide.decide(there, key) }
}

function isStray({ name, value }: Variable): boolean {
  const prefix = knownPrefix(value)
  return looksLikeKey(value) && (KEY_NAME.test(name) || (prefix !== '' && value.length > prefix.length + 12))
}

/** The value a variable stands for, or why it has none. */
function resolved(value: string, values: ReadonlyMap<string, string>): { key: string; refused?: string } {
  const name = referenceOf(value)
  const other = name === undefined ? undefined : values.get(name)
  if (name === undefined) {
    return /\$\{|\$\(/.test(value)
      ? { key: value, refused: 'Its value is put together from other variables. Paste the key itself.' }
      : { key: value }
  }
  if (other !== undefined && other !== '' && referenceOf(other) === undefined) return { key: other }
  return {
    key: value,
    refused: `It stands for the variable ${shownName(name, 'of another name')}, which has no value here.`,
  }
}

function strayNote(strays: readonly Variable[]): string[] {
  if (strays.length === 0) return []
  const names = listed(
    strays.map(({ name, line }) => shownName(name, line === undefined ? '…' : `line ${line}`)),
  )
  const what = strays.length === 1 ? 'This variable looks' : 'These variables look'
  return [`${what} like a key, and no provider of the catalog reads a variable of that name: ${names}.`]
}

/** The accounts that variables hold, by the names the catalog's providers read. */
export function readVariables(
  variables: readonly Variable[],
  guide: Guide,
  { label, noun }: { readonly label: string | undefined; readonly noun: string },
): Reading {
  const values = new Map(variables.map(({ name, value }) => [name, value.trim()]))
  const fields = new Map([...values].filter(([name, value]) => value !== '' && guide.isField(name)))
  const found: Found[] = []
  const empty: string[] = []
  const strays: Variable[] = []
  for (const variable of variables) {
    const value = variable.value.trim()
    const isNamed = guide.byVariable(variable.name).length > 0
    if (isNamed && value === '') empty.push(variable.name)
    else if (isNamed) {
      const { key, refused } = resolved(value, values)
      const { who, note } = whose(variable, key, guide, values)
      const place = variable.line === undefined ? variable.name : `${variable.name}, line ${variable.line}`
      const rest = { ...who, label: label ?? variable.name, place, variables: fields }
      found.push(
        foundKey(key, {
          ...rest,
          ...(refused === undefined ? {} : { refused }),
          ...(note === undefined ? {} : { note }),
        }),
      )
    } else if (!guide.isField(variable.name) && isStray(variable)) strays.push(variable)
  }
  const notes = strayNote(strays)
  if (empty.length > 0) notes.push(`Without a value in ${noun}: ${listed(empty)}.`)
  return { found, notes }
}

/** The accounts in an environment. */
export function readEnvironment(env: Readonly<NodeJS.ProcessEnv>, guide: Guide): Reading {
  const variables = Object.entries(env).map(([name, value]) => ({ name, value: value ?? '' }))
  return readVariables(variables, guide, { label: undefined, noun: 'the environment' })
}
