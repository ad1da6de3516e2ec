import type { Endpoints } from '../catalog/types.ts'
import { type Finding, findingOf } from './finding.ts'
import type { Outcome, Session } from './session.ts'
import type { KeyHeader } from './vendors.ts'

/** A provider asked in the style of its SDK package. */
export interface Target {
  readonly base: string
  readonly style: Style
  /** A model it has, for a request that is refused before it costs anything. */
  readonly model: string
  /** Whether there is a key to show. */
  readonly hasKey: boolean
  /** The user's own server, where it is no surprise that no key is asked for. */
  readonly custom: boolean
}

interface Style {
  readonly key: KeyHeader
  readonly headers?: Readonly<Record<string, string>>
  readonly path: string
  /** A request for nothing: it is checked for its key first and then refused for what it lacks. */
  body(model: string): string
}

const CHAT: Style = {
  key: 'bearer',
  path: '/chat/completions',
  body: (model) => JSON.stringify({ model, messages: [], max_tokens: 1 }),
}
const RESPONSES: Style = {
  key: 'bearer',
  path: '/responses',
  body: (model) => JSON.stringify({ model, input: [], max_output_tokens: 1 }),
}
const MESSAGES: Style = {
  key: 'x-api-key',
  headers: { 'anthropic-version': '2023-06-01' },
  path: '/messages',
  body: (model) => JSON.stringify({ model, messages: [], max_tokens: 1 }),
}

/** The style and the address to ask at; undefined when the catalog has no address. */
export function styleOf({ addresses, packages }: Endpoints, base: string | undefined) {
  const [shortest] = [...addresses].sort((a, b) => a.length - b.length)
  const at = base ?? shortest
  if (at === undefined) return undefined
  const only = (name: string) => packages.length === 1 && packages[0] === name
  if (only('@ai-sdk/anthropic')) return { base: at, style: MESSAGES }
  return { base: at, style: only('@ai-sdk/openai') ? RESPONSES : CHAT }
}

const statusOf = (outcome: Outcome): number => ('answer' in outcome ? outcome.answer.status : 0)
const isRefusal = (outcome: Outcome): boolean => {
  const { verdict } = findingOf(outcome)
  return statusOf(outcome) === 401 || statusOf(outcome) === 403 || verdict === 'wrong_key'
}

/** Statuses of a request that was read and refused for being empty. */
const EMPTY = [400, 422]

/** A server of the user's own would load a model that it has, which can take minutes. */
const NO_MODEL = 'berth-asks-nothing'
const EMPTY_OR_NO_MODEL = [...EMPTY, 404]

/**
 * Asks with a request for nothing; then, if that was taken, with a made-up key to see whether the key mattered. Without
 * any, some vendors serve their free models.
 */
async function askForNothing(session: Session, target: Target, lists: boolean): Promise<Finding> {
  const { base, style, model, custom } = target
  const call = {
    method: 'POST' as const,
    url: `${base}${style.path}`,
    headers: style.headers,
    body: style.body(custom ? NO_MODEL : model),
  }
  // 404 is about the model only where the address is known to be right.
  const accepted = custom && lists ? EMPTY_OR_NO_MODEL : EMPTY
  const finding = findingOf(await session.ask({ ...call, key: style.key }), accepted)
  if (finding.verdict !== 'good') return finding
  const madeUp = await session.ask({ ...call, key: style.key, madeUp: true })
  if (isRefusal(madeUp)) return finding
  // To take any key is good for the user's own server, and says nothing where a key is wanted.
  if (custom) return { ...finding, hint: 'keyless' }
  return { ...finding, verdict: 'answer' in madeUp ? 'unclear' : 'good', hint: 'unproven' }
}

/**
 * Tries a key in at most three calls. The list of models is asked for without the key first: where that is refused, an
 * answer with it proves the key. Where the list is public it says nothing about the key, and a request for nothing does.
 */
export async function probe(session: Session, target: Target): Promise<Finding> {
  const { base, style, hasKey } = target
  const list = { method: 'GET' as const, url: `${base}/models`, headers: style.headers }
  const without = await session.ask(list)
  const open = findingOf(without)
  if (!hasKey) return open.verdict === 'good' ? { ...open, hint: 'keyless' } : open
  if (open.verdict === 'unreachable' || open.hint === 'moved' || statusOf(without) >= 500) return open
  if (isRefusal(without) || statusOf(without) === 429)
    return findingOf(await session.ask({ ...list, key: style.key }))
  const finding = await askForNothing(session, target, open.verdict === 'good')
  // A server without either address: the first answer tells more (a web page, for example).
  return finding.verdict === 'unclear' && finding.hint === undefined && open.hint !== undefined
    ? open
    : finding
}
