import type { NamedModel } from '../catalog/types.ts'
import { BerthError } from '../errors.ts'
import type { CallUpstream, UpstreamAnswer } from '../upstream-call.ts'
import { findingOf } from './finding.ts'
import { vendorWords } from './hide.ts'
import { at, parseJson, textAt } from './json.ts'

/** Asks the server at a base URL which models it has. */
export type ListModels = (baseUrl: string, key?: string) => Promise<NamedModel[]>

const MAX_MODELS = 2000
/** A list with prices and descriptions takes some kB for each model. */
const MAX_BYTES = 4 * 1024 * 1024
const LONGEST_ID = 300
const LONGEST_NAME = 200
const TIMEOUT_MS = 10_000
/** A shorter key is a word, which a model may be called by. */
const SHORTEST_KEY = 12

const BY_HAND = 'Check the base URL, which often ends in /v1, or type in the ids of the models.'

function failed(code: 'provider_error' | 'credential_rejected', address: string, rest: string): BerthError {
  return new BerthError(code, `${address} ${rest}`)
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

/** `{data: […]}` as OpenAI has it, null in place of an empty list (Ollama), `{models: […]}`, or a bare list (Together). */
function entriesOf(json: unknown): readonly unknown[] | undefined {
  if (isList(json)) return json
  for (const place of ['data', 'models']) {
    const value = at(json, place)
    if (isList(value)) return value
    if (value === null) return []
  }
  return undefined
}

function toModel(entry: unknown): NamedModel[] {
  const id = typeof entry === 'string' ? entry : textAt(entry, ['id', 'name', 'model'])
  if (id === undefined || id.length > LONGEST_ID || /[\p{Cc}\p{Cf}]|^\s|\s$/u.test(id)) return []
  const name = textAt(entry, ['name', 'display_name'])
    ?.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
  return [{ id, name: name === undefined || name === '' ? id : name.slice(0, LONGEST_NAME) }]
}

/** The models in an answer's JSON, each id once; undefined when it is no list of models. */
export function readModels(json: unknown): NamedModel[] | undefined {
  const entries = entriesOf(json)
  if (entries === undefined) return undefined
  const models = new Map<string, NamedModel>()
  for (const model of entries.flatMap(toModel)) if (!models.has(model.id)) models.set(model.id, model)
  return entries.length > 0 && models.size === 0 ? undefined : [...models.values()]
}

/** Without what a server made of the key it was shown: the list is kept, and seen by everybody. */
function withoutKey(models: readonly NamedModel[], key: string): NamedModel[] {
  const secret = key.toLowerCase()
  const isOpen = (text: string): boolean =>
    secret.length < SHORTEST_KEY || !text.toLowerCase().includes(secret)
  return models
    .filter(({ id }) => isOpen(id))
    .map((model) => (isOpen(model.name) ? model : { ...model, name: model.id }))
}

/** Throws what is wrong with an answer that is no success. */
function refuse(answer: UpstreamAnswer, address: string, key: string): never {
  const { status } = answer
  const { verdict, words, hint } = findingOf({ answer })
  const own = vendorWords(words, [key])
  const said = own === '' ? `(${status})` : `(${status}: ${own})`
  if (status === 401 || status === 403 || verdict === 'wrong_key') {
    const next = key === '' ? 'Give it a key.' : 'Check the key.'
    throw failed('credential_rejected', address, `refused to list its models ${said}. ${next}`)
  }
  if (hint === 'moved')
    throw failed('provider_error', address, `sends requests on to another address ${said}. Use that one.`)
  if (status === 404 || status === 405)
    throw failed('provider_error', address, `has no list of models (${status}). ${BY_HAND}`)
  throw failed('provider_error', address, `did not list its models ${said}. Try again later.`)
}

function readAnswer(answer: UpstreamAnswer, address: string, key: string): NamedModel[] {
  if (answer.status < 200 || answer.status >= 300) return refuse(answer, address, key)
  if (Buffer.byteLength(answer.text) >= MAX_BYTES) {
    const rest = `answered with more than ${MAX_BYTES / 1024 / 1024} MB, which is too much for a list of models. ${BY_HAND}`
    throw failed('provider_error', address, rest)
  }
  if (findingOf({ answer }).hint === 'web_page')
    throw failed(
      'provider_error',
      address,
      `answered with a web page in place of a list of models. ${BY_HAND}`,
    )
  const models = readModels(parseJson(answer.text))
  if (models === undefined)
    throw failed('provider_error', address, `answered with something that is no list of models. ${BY_HAND}`)
  if (models.length > MAX_MODELS) {
    const rest = `lists ${models.length} models, and Berth takes at most ${MAX_MODELS}. Type in the ids of those you use.`
    throw failed('provider_error', address, rest)
  }
  return withoutKey(models, key)
}

/**
 * `GET <base URL>/models`. Throws `provider_unreachable`, `credential_rejected` or `provider_error` with a sentence that
 * names the address. Answers above 4 MB or 2,000 models are refused whole: half a list would look like a whole one.
 */
export function createListModels(call: CallUpstream): ListModels {
  return async (baseUrl, key = '') => {
    const url = `${baseUrl}/models`
    const answer = await call({
      method: 'GET',
      url,
      headers: {
        accept: 'application/json',
        'user-agent': 'Berth',
        ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
      },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
    })
    return readAnswer(answer, url, key)
  }
}
