import { Argument, type Command } from 'commander'
import type { Account } from '../../../preload/accounts.ts'
import { type Cooling, type Pool, type QuotaWindow, type Strategy, strategy } from '../../../preload/pools.ts'
import { KIND_WORDS, waitText } from '../../gateway/pool/words.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { ago, paint } from '../io.ts'
import type { Link } from '../link.ts'
import { accountName, findAccount } from '../names.ts'
import type { Bind } from '../program.ts'
import { confirm } from '../secrets.ts'

type PoolAccount = Pool['accounts'][number] & Pick<Account, 'active' | 'state'> & { readonly name: string }
type NamedPool = Omit<Pool, 'accounts'> & { readonly accounts: readonly PoolAccount[] }

/** The pool with what a person calls its accounts. */
function named(pool: Pool, all: readonly Account[]): NamedPool {
  return {
    ...pool,
    accounts: pool.accounts.flatMap((one) => {
      const account = all.find(({ id }) => id === one.accountId)
      if (account === undefined) return []
      const { active, state } = account
      return [{ ...one, name: accountName(account), active, state }]
    }),
  }
}

async function namedPools(link: Link): Promise<NamedPool[]> {
  const all = await link.call('accounts.list', {})
  return (await link.call('pools.list', {})).map((pool) => named(pool, all))
}

const isResting = (cooling: Cooling | undefined, now: number): cooling is Cooling =>
  cooling !== undefined && cooling.until > now

/** `41 s more, quota: You exceeded your quota.` */
function restText(cooling: Cooling | undefined, now: number): string {
  if (!isResting(cooling, now)) return '—'
  const said = cooling.said === '' ? '' : `: ${cooling.said}`
  return `${waitText(cooling.until - now)} more, ${KIND_WORDS[cooling.kind]}${said}`
}

function standingRows({ active, name, state, standings }: PoolAccount, now: number): string[][] {
  const head = [active ? '*' : '', name, state]
  if (standings.length === 0) return [[...head, 'not used yet', '—', '—', '—']]
  const byFamily = standings.toSorted((a, b) => (a.family < b.family ? -1 : 1))
  return byFamily.map(({ family, health, tokens, cooling }, index) => [
    ...(index === 0 ? head : ['', '', '']),
    family === '' ? 'not known' : family,
    String(Math.floor(health)),
    String(Math.floor(tokens)),
    restText(cooling, now),
  ])
}

/** `12 of 50 left`, `110 CNY left`, `63 % used`. */
function leftText({ unit, limit, remaining, used, usedPercent }: QuotaWindow): string {
  const amount = (value: number) => (unit === undefined ? `${value}` : `${value} ${unit}`)
  if (remaining !== undefined && remaining < 0) return `${amount(-remaining)} owed`
  if (remaining !== undefined)
    return limit === undefined ? `${amount(remaining)} left` : `${remaining} of ${amount(limit)} left`
  if (used !== undefined) return `${amount(used)} used, no limit`
  return usedPercent === undefined ? 'not told' : `${Math.round(usedPercent)} % used`
}

/** `in 41 min`; a window whose time is over begins anew with the next request. */
function anewText(resetsAt: number | undefined, now: number): string {
  if (resetsAt === undefined) return '—'
  return resetsAt <= now ? 'since then' : `in ${waitText(resetsAt - now)}`
}

function windowRows({ name, quota }: PoolAccount, now: number): string[][] {
  return quota.map((window, index) => [
    index === 0 ? name : '',
    window.name,
    leftText(window),
    anewText(window.resetsAt, now),
    ago(window.at, now),
  ])
}

const sharing = ({ strategy: kind, rotate: on }: Pick<Pool, 'strategy' | 'rotate'>): string =>
  `${kind}; ${on ? 'accounts take over from each other' : 'only the active account serves'}`

function poolWords(context: Context, pool: NamedPool, now: number): string {
  const standings = context.table(
    ['', 'ACCOUNT', 'STATE', 'MODELS', 'HEALTH', 'BUCKET', 'RESTS'],
    pool.accounts.flatMap((one) => standingRows(one, now)),
  )
  const windows = context.table(
    ['ACCOUNT', 'WINDOW', 'LEFT', 'BEGINS ANEW', 'TOLD'],
    pool.accounts.flatMap((one) => windowRows(one, now)),
  )
  const parts = [`${paint(context.io, 'bold', pool.providerId)}: ${sharing(pool)}\n${standings}`, windows]
  return parts.filter((part) => part !== '').join('\n')
}

function words(context: Context, pools: readonly NamedPool[]): string {
  if (pools.length === 0)
    return 'There is no account yet, so there is no pool. berth accounts add makes one.\n'
  const now = Date.now()
  return pools.map((pool) => poolWords(context, pool, now)).join('\n')
}

async function list(context: Context, providerId: string | undefined): Promise<undefined> {
  const link = await context.link('nothing')
  const all = await namedPools(link)
  const wanted = providerId === undefined ? all : all.filter((pool) => pool.providerId === providerId)
  context.show(wanted, (pools) =>
    pools.length === 0 && all.length > 0 ? `There is no account of ${providerId}.\n` : words(context, pools),
  )
  return undefined
}

async function change(
  context: Context,
  part: Partial<Pick<Pool, 'strategy' | 'rotate'>> & Pick<Pool, 'providerId'>,
): Promise<ExitCode> {
  const link = await context.link('nothing')
  const pool = named(await link.call('pools.update', part), await link.call('accounts.list', {}))
  context.show(pool, ({ providerId }) => `${providerId}: ${sharing(pool)}.\n`)
  return EXIT.ok
}

const TERMS =
  "The vendor's terms apply to each account, and some do not allow several to be used to get around a limit."

async function rotate(
  context: Context,
  providerId: string,
  state: 'on' | 'off',
  options: { yes?: boolean },
): Promise<ExitCode> {
  const link = await context.link('nothing')
  const pools = await link.call('pools.list', {})
  const isOn = pools.some((pool) => pool.providerId === providerId && pool.rotate)
  if (state === 'on' && !isOn) {
    context.say(TERMS)
    if (
      !(await confirm(context.io, `Let accounts of ${providerId} take over from each other?`, options.yes))
    ) {
      context.say('Nothing was changed.')
      return EXIT.failed
    }
  }
  return change(context, { providerId, rotate: state === 'on' })
}

async function reset(context: Context, name: string, options: { models?: string }): Promise<undefined> {
  const link = await context.link('nothing')
  const account = await findAccount(link, name)
  const family = options.models
  const before = (await link.call('pools.list', {})).flatMap(({ accounts }) => accounts)
  const rested = before
    .filter(({ accountId }) => accountId === account.id)
    .flatMap(({ standings }) => standings)
    .some((one) => (family === undefined || one.family === family) && isResting(one.cooling, Date.now()))
  const scope = family === undefined ? {} : { family }
  const pool = await link.call('pools.reset', { accountId: account.id, ...scope })
  const what = `${accountName(account)}${family === undefined ? '' : ` with ${family}`}`
  context.show(named(pool, await link.call('accounts.list', {})), () =>
    rested ? `The next request may go by ${what} again.\n` : `${what} was not resting.\n`,
  )
  return undefined
}

export function addPoolCommands(program: Command, bind: Bind): void {
  const pools = program.command('pools').description('how the accounts of a provider share its requests')
  pools
    .command('list')
    .description("list pools: strategy, how each account does, its rests and the vendor's windows")
    .argument('[provider]', 'of this provider only')
    .action(bind(list))
  pools
    .command('strategy')
    .description('say which account is next, from the next request on')
    .argument('<provider>', 'its id, as berth providers lists it')
    .addArgument(new Argument('<strategy>').choices(strategy.options))
    .action(
      bind((context: Context, providerId: string, kind: Strategy) =>
        change(context, { providerId, strategy: kind }),
      ),
    )
  pools
    .command('rotate')
    .description('let accounts take over from each other, or not')
    .argument('<provider>', 'its id, as berth providers lists it')
    .addArgument(new Argument('<state>').choices(['on', 'off']))
    .option('-y, --yes', "do not ask about the vendor's terms")
    .action(bind(rotate))
  pools
    .command('reset')
    .description('end the rests of a limited account; the next request tries it')
    .argument('<account>', 'by label, namespace/label, provider:label or id')
    .option('-m, --models <family>', 'of this family of models only, as berth pools list names it')
    .action(bind(reset))
}
