import type { Account } from '../../preload/accounts.ts'
import type { Provider } from '../../preload/shapes.ts'
import { BerthError } from '../errors.ts'
import type { Place } from './types.ts'

const IDLE: ReadonlySet<Account['state']> = new Set(['disabled', 'revoked', 'expired'])

/** Whether requests may go by it. One whose last request failed may: the trouble can be over. */
export const usable = ({ state }: Account): boolean => !IDLE.has(state)

export function nameOf({ namespace, label }: { namespace: string; label: string }): string {
  return namespace === '' ? label : `${namespace} / ${label}`
}

/** What mends an account that cannot be used, up to the other way out. */
function remedy({ state, type }: Account): string {
  if (state === 'disabled') return 'Enable it'
  return type === 'oauth' ? 'Sign in again' : 'Replace its key'
}

function none(provider: Provider, active: Account | undefined, passed: readonly string[]): BerthError {
  const why =
    active === undefined
      ? `There is no account for ${provider.name}. Connect it in Providers.`
      : `The account ${nameOf(active)} of ${provider.name} is ${active.state}. ${remedy(active)} in Providers, or choose another account there.`
  return new BerthError('no_credential', [why, ...passed].join(' '), { data: { providerId: provider.id } })
}

/** Where a pin may be that fits the place, the narrowest first. */
function places({ projectId, modelId }: Place): { where: string; place: Place }[] {
  return [
    ...(projectId && modelId ? [{ where: 'this project and model', place: { projectId, modelId } }] : []),
    ...(projectId ? [{ where: 'this project', place: { projectId } }] : []),
    ...(modelId ? [{ where: 'this model', place: { modelId } }] : []),
  ]
}

/** The account for a request, and why in one sentence. */
export interface Resolved {
  readonly account: Account
  readonly reason: string
  readonly pinned: boolean
}

/** What is looked at for a request: there may be many accounts, and requests come often. */
export interface Directory {
  /** The account that is pinned to exactly this place, by its id. */
  pinnedAt(place: Place): string | undefined
  find(accountId: string): Account | undefined
  active(): Account | undefined
  /** In order, those that may serve in place of an active account that cannot be used; none unless the user allows that. */
  mayTakeOver(): readonly Account[]
}

/** The next after the active account that can be used, round to the first. */
function standIn(active: Account | undefined, directory: Directory): Account | undefined {
  const ready = directory.mayTakeOver().filter(usable)
  return ready.find(({ position }) => position > (active?.position ?? -1)) ?? ready[0]
}

/**
 * Picks the account for a request of a provider: the pinned one, of the narrowest pin that fits and whose account can be
 * used, else the active one, else one that may take over from it. The reason names every pin that was passed over. Throws
 * `no_credential`.
 */
export function pick(provider: Provider, directory: Directory, place: Place): Resolved {
  const passed: string[] = []
  for (const { where, place: here } of places(place)) {
    const id = directory.pinnedAt(here)
    const pinned = id === undefined ? undefined : directory.find(id)
    if (pinned?.providerId !== provider.id) continue
    if (usable(pinned)) {
      const reason = [`${nameOf(pinned)} is pinned for ${where}.`, ...passed].join(' ')
      return { account: pinned, reason, pinned: true }
    }
    passed.push(`${nameOf(pinned)} is pinned for ${where}, but is ${pinned.state}.`)
  }
  const active = directory.active()
  if (active !== undefined && usable(active)) {
    const reason = [`${nameOf(active)} is the active account of ${provider.name}.`, ...passed].join(' ')
    return { account: active, reason, pinned: false }
  }
  const other = standIn(active, directory)
  if (active === undefined || other === undefined) throw none(provider, active, passed)
  const why = `${nameOf(other)} serves because ${nameOf(active)}, the active account of ${provider.name}, is ${active.state}.`
  return { account: other, reason: [why, ...passed].join(' '), pinned: false }
}
