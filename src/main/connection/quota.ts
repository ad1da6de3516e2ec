import { createHash } from 'node:crypto'
import PQueue from 'p-queue'
import type { Account } from '../../preload/accounts.ts'
import type { QuotaWindow } from '../../preload/pools.ts'
import { secretsOf } from '../accounts/credential.ts'
import { nameOf, usable } from '../accounts/resolve.ts'
import type { Accounts, Credential } from '../accounts/types.ts'
import type { Catalog } from '../catalog/types.ts'
import { BerthError } from '../errors.ts'
import type { CallUpstream } from '../upstream-call.ts'
import { vendorWords } from './hide.ts'
import { QUOTA_ENDPOINTS, type QuotaQuestion, windowsIn } from './quota-endpoints.ts'
import { type Outcome, openSession, type Session } from './session.ts'
import { readAnswer } from './verdict.ts'

/** A vendor is asked about one account at most so often, whatever it answered. */
const AGAIN_MS = 60_000
/** A page may have many accounts. */
const AT_ONCE = 4

/** What came of asking a vendor about an account. */
export interface Asked {
  /** When it was asked; absent where it was not. */
  readonly at?: number
  /** Why nothing, or not everything, was told, as a sentence. */
  readonly problem?: string
  /** What it told just now. `whole`: it was asked for everything and answered everything. */
  readonly told?: { readonly windows: readonly QuotaWindow[]; readonly whole: boolean }
}

/**
 * Asks an account's vendor what is left, at most once a minute; asked sooner, it says how the last time went. Never for an
 * account that no request would use. It changes nothing about the account, whatever the vendor says. Throws `not_found`, and
 * what the vault throws.
 */
export type AskQuota = (accountId: string) => Promise<Asked>

export interface AskQuotaDeps {
  readonly call: CallUpstream
  readonly catalog: Pick<Catalog, 'provider' | 'hosts' | 'custom'>
  readonly accounts: Pick<Accounts, 'get' | 'credential'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Whether a provider's vendor can be asked what is left. A custom provider may have a vendor's id and another server. */
export const asksQuota = (catalog: Pick<Catalog, 'custom'>, providerId: string): boolean =>
  Object.hasOwn(QUOTA_ENDPOINTS, providerId) && !catalog.custom().some(({ id }) => id === providerId)

/** Tells credentials apart without keeping one. */
const printOf = (credential: Credential): string =>
  createHash('sha256').update(JSON.stringify(credential)).digest('hex')

function problemOf(outcome: Outcome, name: string, secrets: readonly string[]): string {
  if ('error' in outcome) return outcome.error?.message ?? `${name} did not answer in time.`
  const { answer } = outcome
  const { status } = answer
  if (status >= 200 && status < 300) return `${name} answered in a way that Berth does not understand.`
  if (status >= 300 && status < 400)
    return `${name} sent the question elsewhere, which Berth does not follow.`
  const words = vendorWords(readAnswer(answer).words, secrets)
  const said = words === '' ? `${status}` : `${status}: ${words}`
  if (status === 401 || status === 403) return `${name} does not tell this key what is left (${said}).`
  if (status === 429) return `${name} was asked too often (${said}).`
  return `${name} answered with an error (${said}).`
}

interface Asking {
  readonly session: Session
  readonly name: string
  readonly secrets: readonly string[]
  readonly now: () => number
}

async function askOne({ session, name, secrets, now }: Asking, question: QuotaQuestion) {
  const { method, url, key } = question
  const outcome = await session.ask({ method, url, key })
  const good = 'answer' in outcome && outcome.answer.status >= 200 && outcome.answer.status < 300
  const windows = good ? windowsIn(question, outcome.answer.text, now()) : undefined
  return windows ?? problemOf(outcome, name, secrets)
}

async function askAll(asking: Asking, questions: readonly QuotaQuestion[], at: number): Promise<Asked> {
  const windows: QuotaWindow[] = []
  let problem: string | undefined
  for (const question of questions) {
    const told = await askOne(asking, question)
    if (typeof told === 'string') problem ??= told
    else windows.push(...told)
  }
  const told = { windows, whole: problem === undefined }
  return { at, told, ...(problem === undefined ? {} : { problem }) }
}

function askVendor(deps: AskQuotaDeps, account: Account, credential: Credential, at: number): Promise<Asked> {
  const { call, catalog, now } = deps
  const { name } = catalog.provider(account.providerId)
  const hosts = catalog.hosts(account.providerId, account.fields)
  const secrets = secretsOf(credential)
  const session = openSession({
    call,
    now,
    secret: secrets[0] ?? '',
    name,
    allows: ({ protocol, host }) => protocol === 'https:' && hosts.includes(host),
  })
  return askAll({ session, name, secrets, now }, QUOTA_ENDPOINTS[account.providerId] ?? [], at)
}

/** Undefined when it cannot be read any more, or the account is gone. */
function printNow(accounts: AskQuotaDeps['accounts'], id: string): string | undefined {
  try {
    return printOf(accounts.credential(id))
  } catch (error) {
    if (error instanceof BerthError) return undefined
    throw error
  }
}

export function createAskQuota(deps: AskQuotaDeps): AskQuota {
  const { accounts, catalog, now } = deps
  const queue = new PQueue({ concurrency: AT_ONCE })
  const running = new Map<string, Promise<Asked>>()
  const last = new Map<string, { readonly at: number; readonly problem: string | undefined }>()

  async function ask(account: Account, credential: Credential, print: string): Promise<Asked> {
    const isStill = () => printNow(accounts, account.id) === print
    // Its turn may come after the vault was locked, or the account went.
    if (!isStill()) return {}
    const at = now()
    const asked = await askVendor(deps, account, credential, at)
    // A key that was replaced meanwhile must not be shown with what was said of the one before.
    return isStill() ? asked : { at }
  }

  /** How the last time went, while it is too early for another. */
  function early(key: string): Asked | undefined {
    for (const [one, { at }] of last) if (now() - at >= AGAIN_MS) last.delete(one)
    const before = last.get(key)
    if (before === undefined) return undefined
    return { at: before.at, ...(before.problem === undefined ? {} : { problem: before.problem }) }
  }

  return async (accountId) => {
    const account = accounts.get(accountId)
    if (!asksQuota(catalog, account.providerId)) return {}
    if (!usable(account)) return { problem: `${nameOf(account)} is ${account.state}.` }
    const credential = accounts.credential(accountId)
    if (credential.type !== 'api') return {}
    const print = printOf(credential)
    const key = `${accountId} ${print}`
    const under = running.get(key)
    if (under !== undefined) return under
    const before = early(key)
    if (before !== undefined) return before
    const asking = queue.add(() => ask(account, credential, print))
    running.set(key, asking)
    try {
      const asked = await asking
      if (asked.at !== undefined) last.set(key, { at: asked.at, problem: asked.problem })
      return asked
    } finally {
      running.delete(key)
    }
  }
}
