import type { Account, ConnectionCheck } from '../../preload/accounts.ts'
import { BerthError } from '../errors.ts'
import { scrub } from '../log/scrub.ts'
import { withoutEmpty } from './adding.ts'
import { type Context, checkName, get, providerName, secretsIfReadable } from './context.ts'
import { nameOf, usable } from './resolve.ts'

/** How often the time of the last use is written, for it changes with every request. */
const USED_STEP_MS = 5000
const LONGEST_ERROR = 500

export function rename(context: Context, id: string, name: { namespace: string; label: string }): Account {
  checkName(context, { ...get(context, id), ...name }, id)
  context.repo.rename(id, name)
  return get(context, id)
}

export function setFields(context: Context, id: string, fields: Readonly<Record<string, string>>): Account {
  const problem = context.catalog.fieldsProblem(get(context, id).providerId, fields)
  if (problem !== undefined) throw new BerthError('bad_request', problem)
  context.repo.setFields(id, withoutEmpty(fields))
  return get(context, id)
}

export function activate(context: Context, id: string): Account {
  const account = get(context, id)
  if (!usable(account)) {
    const mend = account.state === 'disabled' ? 'Enable it first.' : 'Replace its key or login first.'
    throw new BerthError(
      'conflict',
      `The account ${nameOf(account)} of ${providerName(context, account.providerId)} is ${account.state}. ${mend}`,
    )
  }
  context.repo.activate(account)
  return get(context, id)
}

export function setEnabled(context: Context, id: string, enabled: boolean): Account {
  context.repo.setEnabled(get(context, id), enabled)
  return get(context, id)
}

export function reorder(context: Context, providerId: string, ids: readonly string[]): Account[] {
  const own = new Set(context.repo.own(providerId).map(({ id }) => id))
  if (ids.length !== own.size || new Set(ids).size !== own.size || !ids.every((id) => own.has(id))) {
    throw new BerthError(
      'bad_request',
      `The order has to name every account of ${providerName(context, providerId)} once. Accounts have come or gone meanwhile; look again.`,
    )
  }
  context.repo.reorder(ids)
  return context.repo.own(providerId)
}

/** A vendor's words without the account's secrets and anything else that looks like one. */
function safe(context: Context, id: string, message: string): string {
  const clean = secretsIfReadable(context, id).reduce(
    (text, secret) => text.replaceAll(secret, '[secret]'),
    message,
  )
  return scrub(clean).slice(0, LONGEST_ERROR)
}

/** Updates the row of an account that may be gone by now. True when something visible changed. */
export function markUsed({ repo, now }: Context, id: string): boolean {
  const account = repo.find(id)
  if (account === undefined) return false
  const before = repo.stateOf(id)
  const state = before === 'revoked' ? before : 'connected'
  const fresh = now() - (account.lastUsedAt ?? 0) < USED_STEP_MS
  if (fresh && state === before && account.lastError === undefined) return false
  repo.setUsed(id, state, now())
  return true
}

/** True when something visible changed. */
export function markRejected(context: Context, id: string, message: string): boolean {
  const { repo } = context
  const account = repo.find(id)
  const before = repo.stateOf(id)
  if (account === undefined || before === 'revoked') return false
  const lastError = safe(context, id, message)
  const state = before === 'expired' ? before : 'error'
  if (state === before && lastError === account.lastError) return false
  repo.setState(id, state, lastError)
  return true
}

/** True when something visible changed. */
export function retire(context: Context, id: string, message: string): boolean {
  const { repo } = context
  if (repo.find(id) === undefined) return false
  repo.setState(id, 'revoked', safe(context, id, message))
  return true
}

/** The state a test shows; undefined where it shows nothing of the account. */
function stateAfter({ verdict }: ConnectionCheck): Account['state'] | undefined {
  switch (verdict) {
    case 'good':
      return 'connected'
    case 'expired':
    case 'revoked':
      return verdict
    case 'wrong_key':
    case 'no_credit':
    case 'wrong_region':
    case 'forbidden':
      return 'error'
    case 'rate_limited':
    case 'unreachable':
    case 'unclear':
      return undefined
  }
}

export function markChecked(context: Context, id: string, check: ConnectionCheck): Account {
  const { repo, now } = context
  get(context, id)
  const state = stateAfter(check)
  const lastError = state === 'connected' ? null : safe(context, id, check.message)
  if (state !== undefined) repo.setState(id, state, lastError)
  repo.setChecked(id, now(), check.identity)
  return get(context, id)
}
