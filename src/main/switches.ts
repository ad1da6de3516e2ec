import type { Account } from '../preload/accounts.ts'
import type { Cooling, Pool, Standing } from '../preload/pools.ts'
import type { Notice } from '../preload/shapes.ts'
import { nameOf, usable } from './accounts/resolve.ts'

export interface SwitchesDeps {
  /** The accounts of a provider, in order. */
  accountsOf(providerId: string): Account[]
  standings(accountId: string): readonly Standing[]
  providerName(providerId: string): string
  /** The user wants to hear nothing of this. */
  muted(): boolean
  notify(notice: Omit<Notice, 'id'>): void
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Tells when another account takes over, or could. */
export interface Switches {
  /** `to` serves a request that usually were `from`'s. */
  took(from: Account, to: Account): void
  /** The account answered a request well. */
  served(accountId: string): void
  /** Something about how the accounts of a pool do has changed. */
  look(pool: Pool): void
  close(): void
}

/** A request may try several accounts at once after one another; the last one counts. */
const SETTLE_MS = 250
/** What is over before a person has read of it is not told. */
const SHORT_MS = 5000

const two = (value: number): string => String(value).padStart(2, '0')

/** `14:32`, with the date when it is another day's. By this machine's time zone. */
function clockText(at: number, now: number): string {
  const [date, today] = [new Date(at), new Date(now)]
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`
  if (date.toDateString() === today.toDateString()) return time
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`
}

/** `limited by Anthropic until 14:32 (quota)`. */
function whatHappened({ kind, until }: Cooling, provider: string, now: number): string {
  const time = clockText(until, now)
  switch (kind) {
    case 'quota':
      return `limited by ${provider} until ${time} (quota)`
    case 'rate':
      return `limited by ${provider} until ${time} (rate limit)`
    case 'auth':
      return `refused by ${provider}`
    case 'forbidden':
      return `not allowed by ${provider} to use this model`
  }
}

/** The newest reason the account is left alone for, over all families of models. */
function newestCooling(standings: readonly Standing[]): Cooling | undefined {
  return standings
    .flatMap(({ cooling }) => cooling ?? [])
    .reduce<Cooling | undefined>(
      (top, one) => (top === undefined || one.since > top.since ? one : top),
      undefined,
    )
}

export function createSwitches(deps: SwitchesDeps): Switches {
  const { now } = deps
  const coolingOf = (accountId: string) => newestCooling(deps.standings(accountId))
  /** By provider: who could not, and who was told to take over. */
  const told = new Map<string, { readonly from: string; readonly to: string }>()
  const settling = new Map<string, { to: Account; readonly timer: NodeJS.Timeout }>()
  /** Accounts whose place another could take, if the user let it. */
  const offered = new Set<string>()

  function tell(providerId: string, from: Account): void {
    const to = settling.get(providerId)?.to
    settling.delete(providerId)
    const cooling = coolingOf(from.id)
    // Without one it is the pool's order, which is no news.
    if (to === undefined || cooling === undefined || deps.muted()) return
    told.set(providerId, { from: from.id, to: to.id })
    const what = whatHappened(cooling, deps.providerName(providerId), now())
    deps.notify({ level: 'info', text: `${nameOf(from)} was ${what}. ${nameOf(to)} is used meanwhile.` })
  }

  function offer(from: Account, to: Account, cooling: Cooling): void {
    offered.add(from.id)
    const provider = deps.providerName(from.providerId)
    deps.notify({
      level: 'warning',
      accountId: from.id,
      text: `${nameOf(from)} is ${whatHappened(cooling, provider, now())}. ${nameOf(to)} has room. Let accounts of ${provider} take over from each other in Providers.`,
    })
  }

  return {
    took(from, to) {
      const { providerId } = from
      const waiting = settling.get(providerId)
      if (waiting !== undefined) {
        waiting.to = to
        return
      }
      const known = told.get(providerId)
      // Told of already, and that one still does: others come in by the pool's order.
      if (known?.from === from.id && (known.to === to.id || coolingOf(known.to) === undefined)) return
      if (coolingOf(from.id) === undefined) return
      const timer = setTimeout(() => tell(providerId, from), SETTLE_MS).unref()
      settling.set(providerId, { to, timer })
    },
    served(accountId) {
      // It may do well with one family of models and be left alone for another.
      if (coolingOf(accountId) !== undefined) return
      offered.delete(accountId)
      for (const [providerId, { from }] of told) if (from === accountId) told.delete(providerId)
    },
    look({ providerId, rotate }) {
      if (rotate || deps.muted()) return
      const all = deps.accountsOf(providerId)
      const active = all.find((one) => one.active)
      if (active === undefined || offered.has(active.id)) return
      const cooling = coolingOf(active.id)
      const limited = cooling?.kind === 'quota' || cooling?.kind === 'rate'
      if (cooling === undefined || !limited || cooling.until - now() < SHORT_MS) return
      const other = all.find((one) => one !== active && usable(one) && coolingOf(one.id) === undefined)
      if (other !== undefined) offer(active, other, cooling)
    },
    close() {
      for (const { timer } of settling.values()) clearTimeout(timer)
    },
  }
}
