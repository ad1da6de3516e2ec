import type { Budget } from '../../../preload/usage.ts'
import { BerthError } from '../../errors.ts'
import { limitText } from '../../usage/words.ts'
import type { Link } from '../link.ts'
import { accountName } from '../names.ts'

/** A budget, with what its project or account is called. */
export interface NamedBudget {
  readonly budget: Budget
  readonly name: string
}

export async function namedBudgets(link: Link, given?: readonly Budget[]): Promise<NamedBudget[]> {
  const budgets = given ?? (await link.call('budgets.list', {}))
  const projects = await link.call('projects.list', {})
  const accounts = await link.call('accounts.list', {})
  return budgets.map((budget) => {
    const { scope, targetId } = budget
    const account = accounts.find(({ id }) => id === targetId)
    const of = account === undefined ? undefined : accountName(account)
    const name = scope === 'project' ? projects.find(({ id }) => id === targetId)?.name : of
    return { budget, name: name ?? targetId }
  })
}

/** By id, or by what its project or account is called where that has no other budget. Case counts only in ids. */
export async function findBudget(link: Link, wanted: string): Promise<NamedBudget> {
  const all = await namedBudgets(link)
  const low = wanted.toLowerCase()
  const byId = all.filter(({ budget }) => budget.id === wanted)
  const found = byId.length > 0 ? byId : all.filter(({ name }) => name.toLowerCase() === low)
  const [first, ...others] = found
  if (first === undefined)
    throw new BerthError('not_found', `There is no budget "${wanted}". berth budgets list shows them.`)
  if (others.length === 0) return first
  const list = found.map(({ budget }) => `${limitText(budget)} (${budget.id})`).join(', ')
  throw new BerthError('bad_request', `"${wanted}" has ${found.length} budgets: ${list}. Name one by its id.`)
}
