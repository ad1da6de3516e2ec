import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  type UsageDimension,
  type UsageQuery,
  type UsageRow,
  usageDimension,
} from '../../../preload/usage.ts'
import { BerthError } from '../../errors.ts'
import { dollarText } from '../../usage/words.ts'
import type { Context } from '../context.ts'
import type { Link } from '../link.ts'
import { findAccount, findProject } from '../names.ts'
import type { Bind } from '../program.ts'

interface Options {
  readonly by: readonly [UsageDimension, UsageDimension | undefined]
  readonly days: number
  readonly from?: Date
  readonly to?: Date
  readonly project?: string
  readonly account?: string
  readonly csv?: boolean
}

/** Days as the user counts them, the last one taken in whole. */
function spanOf({ days, from, to }: Options, now = new Date()): Pick<UsageQuery, 'from' | 'to'> {
  const last = to ?? now
  const end = new Date(last.getFullYear(), last.getMonth(), last.getDate() + 1)
  const start = from ?? new Date(last.getFullYear(), last.getMonth(), last.getDate() + 1 - days)
  if (start >= end)
    throw new BerthError('bad_request', 'The time ends before it begins. Look at --from and --to.')
  return { from: start.getTime(), to: end.getTime() }
}

async function queryOf(link: Link, options: Options): Promise<UsageQuery> {
  const [dimension, by] = options.by
  const { project, account } = options
  return {
    ...spanOf(options),
    dimension,
    ...(by === undefined ? {} : { by }),
    ...(project === undefined ? {} : { projectId: (await findProject(link, project)).id }),
    ...(account === undefined ? {} : { accountId: (await findAccount(link, account)).id }),
  }
}

const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

function costText({ cost, unpriced }: Pick<UsageRow, 'cost' | 'unpriced'>): string {
  if (cost === undefined) return unpriced > 0 ? 'not known' : dollarText(0)
  return unpriced > 0 ? `${dollarText(cost)} and more` : dollarText(cost)
}

type Numbers = Pick<UsageRow, 'requests' | 'failed' | 'tokens' | 'unpriced' | 'cost'>

const cells = (row: Numbers): string[] => [
  count.format(row.requests),
  count.format(row.failed),
  count.format(row.tokens.input),
  count.format(row.tokens.cacheRead + row.tokens.cacheWrite),
  count.format(row.tokens.output),
  costText(row),
]

function inAll(rows: readonly UsageRow[]): Numbers {
  const sum = (of: (row: UsageRow) => number) => rows.reduce((total, row) => total + of(row), 0)
  return {
    requests: sum(({ requests }) => requests),
    failed: sum(({ failed }) => failed),
    unpriced: sum(({ unpriced }) => unpriced),
    tokens: {
      input: sum(({ tokens }) => tokens.input),
      output: sum(({ tokens }) => tokens.output),
      cacheRead: sum(({ tokens }) => tokens.cacheRead),
      cacheWrite: sum(({ tokens }) => tokens.cacheWrite),
      reasoning: sum(({ tokens }) => tokens.reasoning),
    },
    ...(rows.some(({ cost }) => cost !== undefined) ? { cost: sum(({ cost }) => cost ?? 0) } : {}),
  }
}

function words(context: Context, [first, second]: Options['by'], rows: readonly UsageRow[]): string {
  if (rows.length === 0) return 'Nothing was used in this time.\n'
  const names = [first, ...(second === undefined ? [] : [second])]
  const total = rows.length < 2 ? [] : [['in all', ...names.slice(1).map(() => ''), ...cells(inAll(rows))]]
  const nameOf = (label: string) => (label === '' ? 'not known' : label)
  return context.table(
    [...names.map((name) => name.toUpperCase()), 'REQUESTS', 'FAILED', 'INPUT', 'CACHED', 'OUTPUT', 'COST'],
    [
      ...rows.map((row) => [
        nameOf(row.label),
        ...(row.byLabel === undefined ? [] : [nameOf(row.byLabel)]),
        ...cells(row),
      ]),
      ...total,
    ],
  )
}

async function usage(context: Context, options: Options): Promise<undefined> {
  if (options.csv === true && context.json)
    throw new BerthError('bad_request', 'Choose one of --csv and --json.')
  const link = await context.link('nothing')
  const query = await queryOf(link, options)
  if (options.csv === true) context.io.out((await link.call('usage.export', query)).text)
  else context.show(await link.call('usage.query', query), (rows) => words(context, options.by, rows))
  return undefined
}

function parseBy(text: string): Options['by'] {
  const [first, second, ...more] = text.split(',').map((part) => usageDimension.safeParse(part.trim()).data)
  const isFine = first !== undefined && first !== second && more.length === 0
  if (isFine && (second !== undefined || !text.includes(','))) return [first, second]
  throw new InvalidArgumentError(
    `It is one of ${usageDimension.options.join(', ')}, or two of them with a comma.`,
  )
}

function parseDays(text: string): number {
  const days = Number(text)
  if (Number.isInteger(days) && days >= 1 && days <= 3660) return days
  throw new InvalidArgumentError('It is a number from 1 to 3660.')
}

/** By this machine's time zone, as usage is shown everywhere. */
function parseDate(text: string): Date {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []
  const date = new Date(Number(year), Number(month) - 1, Number(day))
  if (date.getMonth() === Number(month) - 1 && date.getDate() === Number(day)) return date
  throw new InvalidArgumentError('It is a date such as 2026-11-20.')
}

export function addUsageCommand(program: Command, bind: Bind): void {
  program
    .command('usage')
    .description("what requests used: tokens, and cost by the catalog's prices")
    .addOption(
      new Option('-b, --by <what>', `${usageDimension.options.join(', ')}, or two of them with a comma`)
        .argParser(parseBy)
        .default(['project', undefined] satisfies Options['by'], 'project'),
    )
    .addOption(
      new Option('-d, --days <count>', 'the last so many days, 1 is today')
        .argParser(parseDays)
        .default(30)
        .conflicts('from'),
    )
    .option('--from <date>', 'from the beginning of this day', parseDate)
    .option('--to <date>', 'to the end of this day', parseDate)
    .option('-p, --project <project>', 'of this project only')
    .option('-a, --account <account>', 'with this account only')
    .option('--csv', 'print CSV with every number')
    .action(bind(usage))
}
