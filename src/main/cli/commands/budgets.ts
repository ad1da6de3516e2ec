import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Budget } from '../../../preload/usage.ts'
import { BerthError } from '../../errors.ts'
import { limitText, usedText } from '../../usage/words.ts'
import type { Context } from '../context.ts'
import { paint } from '../io.ts'
import type { Link } from '../link.ts'
import { findAccount, findProject } from '../names.ts'
import type { Bind } from '../program.ts'
import { findBudget, type NamedBudget, namedBudgets } from './budget-names.ts'

const STATES: Readonly<Record<Budget['state'], string>> = {
  ok: 'ok',
  warned: 'near its end',
  reached: 'used up',
}
const STYLES = { ok: 'green', warned: 'yellow', reached: 'red' } as const

function words(context: Context, budgets: readonly NamedBudget[]): string {
  if (budgets.length === 0)
    return 'There is no budget. Set one with: berth budgets set --project <name> --usd 5\n'
  return context.table(
    ['OF', 'NAME', 'USED', 'STATE', 'BEGINS ANEW', 'ID'],
    budgets.map(({ budget, name }) => [
      budget.scope,
      name,
      `${usedText(budget)}, ${Math.floor((budget.spent / budget.limit) * 100)} %`,
      STATES[budget.state],
      new Date(budget.endsAt).toLocaleString(),
      budget.id,
    ]),
  )
}

interface Of {
  readonly project?: string
  readonly account?: string
}

async function list(context: Context, { project, account }: Of): Promise<undefined> {
  const link = await context.link('nothing')
  const target =
    project === undefined && account === undefined ? undefined : await targetOf(link, { project, account })
  const all = await link.call('budgets.list', {})
  const wanted = all.filter(({ targetId }) => target === undefined || targetId === target.targetId)
  const named = await namedBudgets(link, wanted)
  context.show(wanted, () => words(context, named))
  return undefined
}

async function targetOf(
  link: Link,
  { project, account }: { project: string | undefined; account: string | undefined },
): Promise<Pick<Budget, 'scope' | 'targetId'>> {
  if (project !== undefined && account === undefined)
    return { scope: 'project', targetId: (await findProject(link, project)).id }
  if (account !== undefined && project === undefined)
    return { scope: 'account', targetId: (await findAccount(link, account)).id }
  throw new BerthError('bad_request', 'Say whose budget it is: --project <project> or --account <account>.')
}

interface Limit extends Of {
  readonly usd?: number
  readonly tokens?: number
  readonly per: Budget['period']
}

function limitOf({ usd, tokens }: Limit): Pick<Budget, 'unit' | 'limit'> {
  if (usd !== undefined && tokens === undefined) return { unit: 'usd', limit: usd }
  if (tokens !== undefined && usd === undefined) return { unit: 'tokens', limit: tokens }
  throw new BerthError('bad_request', 'Say the limit: --usd <amount> or --tokens <count>.')
}

async function set(context: Context, options: Limit): Promise<undefined> {
  const { project, account, per: period } = options
  const limit = limitOf(options)
  const link = await context.link('nothing')
  const wanted = { ...(await targetOf(link, { project, account })), period, ...limit }
  const all = await link.call('budgets.set', wanted)
  const [made] = await namedBudgets(
    link,
    all.filter(
      (one) => one.targetId === wanted.targetId && one.period === period && one.unit === wanted.unit,
    ),
  )
  if (made === undefined) throw new BerthError('internal', 'The budget is not among those there are.')
  const { budget, name } = made
  const state =
    budget.state === 'ok' ? '' : ` It is ${paint(context.io, STYLES[budget.state], STATES[budget.state])}.`
  context.show(budget, () => `The budget of ${name}: ${usedText(budget)} is used.${state}\n`)
  return undefined
}

async function remove(context: Context, wanted: string): Promise<undefined> {
  const link = await context.link('nothing')
  const { budget, name } = await findBudget(link, wanted)
  await link.call('budgets.remove', { id: budget.id })
  context.show({ removed: budget.id }, () => `The budget of ${name}, ${limitText(budget)}, is removed.\n`)
  return undefined
}

/** `5`, `$5`, `0.5`. */
function parseUsd(text: string): number {
  const value = /^\$?\d*\.?\d+$/.test(text) ? Number(text.replace('$', '')) : 0
  if (value > 0) return value
  throw new InvalidArgumentError('It is a number of dollars above 0.')
}

/** `200000`, `500k`, `2M`. */
function parseTokens(text: string): number {
  const found = /^(\d*\.?\d+)([km]?)$/i.exec(text)
  const factor = { k: 1000, m: 1_000_000 }[(found?.[2] ?? '').toLowerCase()] ?? 1
  const value = Math.round(Number(found?.[1] ?? 0) * factor)
  if (value > 0) return value
  throw new InvalidArgumentError('It is a number of tokens above 0; 500k and 2M are understood.')
}

const PROJECT = ['-p, --project <project>', 'name or id'] as const
const ACCOUNT = ['-a, --account <account>', 'label, namespace/label, either after provider:, or id'] as const

export function addBudgetCommands(program: Command, bind: Bind): void {
  const budgets = program
    .command('budgets')
    .description('limits to what projects and accounts use: a warning at 80 %, refused requests at 100 %')
  budgets
    .command('list')
    .description('list the budgets with what is used of each')
    .option(...PROJECT)
    .option(...ACCOUNT)
    .action(bind(list))
  budgets
    .command('set')
    .description('set a limit, in the place of one of the same kind')
    .option(...PROJECT)
    .option(...ACCOUNT)
    .option('--usd <amount>', "US dollars by the catalog's prices", parseUsd)
    .option('--tokens <count>', 'tokens of every kind; 500k and 2M are understood', parseTokens)
    .addOption(new Option('--per <period>', 'for each').choices(['day', 'month']).default('day'))
    .action(bind(set))
  budgets
    .command('remove')
    .description('remove a limit')
    .argument('<budget>', 'its id, or its project or account where that has no other')
    .action(bind(remove))
}
