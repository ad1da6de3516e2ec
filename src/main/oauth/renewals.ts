import { createHash } from 'node:crypto'
import type { Account } from '../../preload/accounts.ts'
import { nameOf } from '../accounts/resolve.ts'
import type { Accounts, Login } from '../accounts/types.ts'
import type { Catalog } from '../catalog/types.ts'
import { BerthError } from '../errors.ts'
import type { Log } from '../log/log.ts'
import type { CallUpstream } from '../upstream-call.ts'
import { type Exchanged, exchangeToken } from './exchange-token.ts'
import { LOGIN_PROVIDERS } from './login-providers.ts'

/** Why a login was not renewed. */
export interface NotRenewed {
  /** A sentence: what happened, and what to do. */
  readonly message: string
  /** It may go better later, without anybody doing anything. */
  readonly isPassing: boolean
}

export interface RenewalsDeps {
  readonly call: CallUpstream
  readonly accounts: Pick<Accounts, 'find' | 'credential' | 'keepRenewed' | 'retire' | 'markRejected'>
  readonly catalog: Pick<Catalog, 'provider' | 'custom'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly onRenewed: (account: Account) => void
  /** The vendor does not renew the login any more, and no request goes by the account. */
  readonly onEnded: (account: Account, message: string) => void
  readonly log: Log
}

/**
 * Renews an account's login at its vendor, unless that was done, or tried, a moment ago: then it answers as that time. All who
 * ask while it is under way wait for the one. Answers with why not; with nothing when the vault has the new tokens. Never
 * fails.
 */
export type Renew = (accountId: string) => Promise<NotRenewed | undefined>

/** A vendor is asked about one login at most so often. Milliseconds. */
const AGAIN_MS = 30_000

/** How it went the last time, for as long as the account has the login it ended with. */
interface Last {
  readonly at: number
  readonly print: string
  readonly problem: NotRenewed | undefined
}

/** Tells logins apart without keeping one. */
const printOf = (login: Login): string => createHash('sha256').update(JSON.stringify(login)).digest('hex')
const isSame = (one: Login, other: Login): boolean => printOf(one) === printOf(other)

const passing = (message: string): NotRenewed => ({ message, isPassing: true })

function passingFrom(error: unknown, name: string, log: Log): NotRenewed {
  if (error instanceof BerthError) return passing(`${name} could not be renewed: ${error.message}`)
  log.warn({ err: error }, 'a login could not be renewed')
  return passing(`${name} could not be renewed. Look into the log, and try again.`)
}

/** The login as it is in the vault; undefined for a key, or an account that is gone. Throws what the vault throws. */
function loginOf(accounts: RenewalsDeps['accounts'], accountId: string): Login | undefined {
  if (accounts.find(accountId) === undefined) return undefined
  const credential = accounts.credential(accountId)
  return credential.type === 'oauth' ? credential : undefined
}

/** Asks the vendor. A problem that is none of the vendor's or the way there is thrown. */
async function ask(deps: RenewalsDeps, account: Account, login: Login): Promise<Exchanged> {
  const { catalog, call, now } = deps
  const isCustom = catalog.custom().some(({ id }) => id === account.providerId)
  const provider = isCustom ? undefined : LOGIN_PROVIDERS[account.providerId]
  const url = provider?.endpoint(login, account.fields)
  if (provider === undefined || url === undefined || login.refresh === '')
    return { came: 'trouble', problem: 'Berth knows no place to renew it at. Sign in again in Providers.' }
  try {
    return await exchangeToken(call, { provider, url, login }, now)
  } catch (error) {
    if (error instanceof BerthError) return { came: 'trouble', problem: error.message }
    throw error
  }
}

export function createRenew(deps: RenewalsDeps): Renew {
  const { accounts, catalog, now, log } = deps
  const running = new Map<string, Promise<NotRenewed | undefined>>()
  const lasts = new Map<string, Last>()
  /** What the vendor gave and the vault did not take. The login before is of no use any more. */
  const unsaved = new Map<string, { readonly before: Login; readonly after: Login }>()

  const nameFor = (account: Account): string =>
    `The login of ${nameOf(account)} (${catalog.provider(account.providerId).name})`

  function recently(accountId: string, login: Login): Last | undefined {
    const last = lasts.get(accountId)
    if (last === undefined || last.print !== printOf(login)) return undefined
    return Math.abs(now() - last.at) < AGAIN_MS ? last : undefined
  }

  /** Nobody is given the new tokens before they are on the disk. */
  async function keep(account: Account, before: Login, after: Login): Promise<NotRenewed | undefined> {
    const { id } = account
    unsaved.set(id, { before, after })
    const isKept = await accounts.keepRenewed(id, before, after)
    unsaved.delete(id)
    if (isKept) {
      lasts.set(id, { at: now(), print: printOf(after), problem: undefined })
      deps.onRenewed(account)
    }
    // Another login or a key may have been put in its place meanwhile: then that is the one to use.
    return accounts.find(id) === undefined ? passing(`${nameFor(account)} was removed.`) : undefined
  }

  /** The vendor said something of this login only: not of one that took its place meanwhile. */
  function note(account: Account, login: Login, problem: NotRenewed): void {
    const current = loginOf(accounts, account.id)
    if (current === undefined || !isSame(current, login)) return
    lasts.set(account.id, { at: now(), print: printOf(login), problem })
    if (problem.isPassing) {
      accounts.markRejected(account.id, problem.message)
      return
    }
    accounts.retire(account.id, problem.message)
    deps.onEnded(account, problem.message)
  }

  function problemOf(account: Account, exchanged: Exclude<Exchanged, { came: 'tokens' }>): NotRenewed {
    if (exchanged.came === 'trouble')
      return passing(`${nameFor(account)} could not be renewed: ${exchanged.problem}`)
    const said = exchanged.code === '' ? '' : ` (${exchanged.code})`
    const { name } = catalog.provider(account.providerId)
    const message = `${name} does not renew the login of ${nameOf(account)} any more${said}. Sign in again in Providers, or use a key instead.`
    return { message, isPassing: false }
  }

  async function renew(account: Account): Promise<NotRenewed | undefined> {
    const login = loginOf(accounts, account.id)
    if (login === undefined) return passing(`${nameFor(account)} is gone.`)
    const left = unsaved.get(account.id)
    if (left !== undefined && isSame(left.before, login)) return keep(account, login, left.after)
    unsaved.delete(account.id)
    const last = recently(account.id, login)
    if (last !== undefined) return last.problem
    const exchanged = await ask(deps, account, login)
    if (exchanged.came === 'tokens') return keep(account, login, exchanged.login)
    const problem = problemOf(account, exchanged)
    note(account, login, problem)
    return problem
  }

  async function safely(accountId: string): Promise<NotRenewed | undefined> {
    const account = accounts.find(accountId)
    if (account === undefined) {
      for (const kept of [lasts, unsaved]) kept.delete(accountId)
      return passing('The account was removed.')
    }
    try {
      return await renew(account)
    } catch (error) {
      return passingFrom(error, `The login of ${nameOf(account)}`, log)
    }
  }

  return (accountId) => {
    const under = running.get(accountId)
    if (under !== undefined) return under
    const started = safely(accountId).finally(() => running.delete(accountId))
    running.set(accountId, started)
    return started
  }
}
