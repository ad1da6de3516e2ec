import type { Account } from '../../preload/accounts.ts'
import type { Project } from '../../preload/shapes.ts'
import { BerthError } from '../errors.ts'
import type { Link } from './link.ts'

/** Every way an account can be written, its id first. */
export function accountNames(account: Account): string[] {
  const { id, providerId, namespace, label } = account
  const short = namespace === '' ? [label] : [label, `${namespace}/${label}`]
  return [id, ...short, ...short.map((name) => `${providerId}:${name}`)]
}

/** The one way to write an account that is like no other's as long as labels are. */
export function accountName({ providerId, namespace, label }: Account): string {
  return `${providerId}:${namespace === '' ? label : `${namespace}/${label}`}`
}

/** One match, an error that lists several, or an error that says where to look. */
function only<T>(found: readonly T[], kind: string, wanted: string, nameOf: (one: T) => string): T {
  const [first, ...others] = found
  if (first === undefined) {
    throw new BerthError('not_found', `There is no ${kind} "${wanted}". berth ${kind}s list shows them.`)
  }
  if (others.length === 0) return first
  const list = found.map(nameOf).join(', ')
  throw new BerthError('bad_request', `"${wanted}" fits ${found.length} ${kind}s: ${list}. Name one of them.`)
}

/** By id, label, `namespace/label`, or either after `provider:`. An id wins over a label; case counts only in ids. */
export function matchAccount(accounts: readonly Account[], wanted: string): Account {
  const byId = accounts.find(({ id }) => id === wanted)
  if (byId !== undefined) return byId
  const low = wanted.toLowerCase()
  const names = (account: Account) => accountNames(account).slice(1)
  const found = accounts.filter((account) => names(account).some((name) => name.toLowerCase() === low))
  return only(found, 'account', wanted, (one) => `${accountName(one)} (${one.id})`)
}

/** By id or name. */
function matchProject(projects: readonly Project[], wanted: string): Project {
  const byId = projects.find(({ id }) => id === wanted)
  if (byId !== undefined) return byId
  const low = wanted.toLowerCase()
  const found = projects.filter(({ name }) => name.toLowerCase() === low)
  return only(found, 'project', wanted, ({ name, id }) => `${name} (${id})`)
}

export async function findAccount(link: Link, wanted: string): Promise<Account> {
  return matchAccount(await link.call('accounts.list', {}), wanted)
}

export async function findProject(link: Link, wanted: string): Promise<Project> {
  return matchProject(await link.call('projects.list', {}), wanted)
}
