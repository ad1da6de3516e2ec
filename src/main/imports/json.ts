import JSON5 from 'json5'
import { BerthError } from '../errors.ts'

/** Foreign JSON, one level at a time: nothing here walks down by itself, so depth is no danger. */

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object's own property of the first of these names that it has. */
export function field(object: JsonObject, ...names: readonly string[]): unknown {
  const name = names.find((one) => Object.hasOwn(object, one))
  return name === undefined ? undefined : object[name]
}

/** The same, when it is a text with something in it. */
export function textField(object: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return undefined
}

function parsed(what: string, parse: () => unknown): JsonObject {
  let value: unknown
  try {
    value = parse()
  } catch {
    // Left out of the error on purpose: a parser's message may quote what it read.
    throw new BerthError('bad_request', `${what} is not JSON, or is cut off. Choose another file.`)
  }
  if (isObject(value)) return value
  if (Array.isArray(value)) return { accounts: value }
  throw new BerthError(
    'bad_request',
    `${what} is JSON, but there are no accounts in it. Choose another file.`,
  )
}

/**
 * A JSON file's object; an array is taken as its `accounts`. Throws `bad_request`.
 * @param what begins the sentence, for example a path
 */
export function parseObject(text: string, what: string): JsonObject {
  return parsed(what, () => JSON.parse(text))
}

/** The same for JSON5: with comments, commas at the end and names without quotes. */
export function parseLooseObject(text: string, what: string): JsonObject {
  return parsed(what, () => JSON5.parse(text))
}
