import type { Command } from 'commander'
import type { Account, ConnectionCheck } from '../../../preload/accounts.ts'
import { usable } from '../../accounts/resolve.ts'
import { BerthError } from '../../errors.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { ago, paint } from '../io.ts'
import { accountName, findAccount, matchAccount } from '../names.ts'
import type { Bind } from '../program.ts'
import { confirm } from '../secrets.ts'
import { addAccount, replaceKey } from './account-keys.ts'

const HOW = 'by label, namespace/label, provider:label or id'

function words(context: Context, accounts: readonly Account[]): string {
  if (accounts.length === 0) return 'There is no account yet. berth accounts add makes one.\n'
  return context.table(
    ['', 'PROVIDER', 'ACCOUNT', 'KEY', 'STATE', 'LAST USED', 'ID'],
    accounts.map((one) => [
      one.active ? '*' : '',
      one.providerId,
      one.namespace === '' ? one.label : `${one.namespace}/${one.label}`,
      one.preview,
      one.lastError === undefined ? one.state : `${one.state}: ${one.lastError}`,
      ago(one.lastUsedAt),
      one.id,
    ]),
  )
}

async function list(context: Context, options: { provider?: string }): Promise<undefined> {
  const link = await context.link('nothing')
  const all = await link.call('accounts.list', {})
  const wanted = all.filter(
    ({ providerId }) => options.provider === undefined || providerId === options.provider,
  )
  context.show(wanted, (accounts) => words(context, accounts))
  return undefined
}

function verdictLine({ io }: Context, account: Account, { verdict, message }: ConnectionCheck): string {
  const style =
    verdict === 'good' ? 'green' : verdict === 'unclear' || verdict === 'rate_limited' ? 'yellow' : 'red'
  return `${accountName(account)}: ${paint(io, style, verdict.replaceAll('_', ' '))}. ${message}\n`
}

/** Verdicts that do not speak against the key. */
const FINE = new Set(['good', 'rate_limited', 'unclear'])

async function test(context: Context, names: string[], options: { all?: boolean }): Promise<ExitCode> {
  if (names.length === 0 && options.all !== true) {
    throw new BerthError('bad_request', 'Name the accounts to test, or say --all for every one.')
  }
  const link = await context.openVault()
  const all = await link.call('accounts.list', {})
  const wanted = options.all === true ? all : names.map((name) => matchAccount(all, name))
  const results: { account: Account; check: ConnectionCheck }[] = []
  for (const account of wanted) {
    results.push({ account, check: await link.call('accounts.check', { accountId: account.id }) })
  }
  const flat = results.map(({ account, check }) => ({
    accountId: account.id,
    name: accountName(account),
    ...check,
  }))
  context.show(flat, () => results.map(({ account, check }) => verdictLine(context, account, check)).join(''))
  return results.every(({ check }) => FINE.has(check.verdict)) ? EXIT.ok : EXIT.vendor
}

/** An act on one account that answers with the account: the choice of it, or that it is enabled. */
function act(method: 'accounts.activate' | 'accounts.setEnabled', said: (account: Account) => string) {
  return async (context: Context, name: string): Promise<undefined> => {
    const link = await context.link('vault')
    const { id: accountId } = await findAccount(link, name)
    const account =
      method === 'accounts.activate'
        ? await link.call(method, { accountId })
        : await link.call(method, { accountId, enabled: true })
    context.show(account, (one) => `${said(one)}\n`)
    return undefined
  }
}

/** Who serves in the place of an account that was disabled, or that nobody does. */
function disabledWords(disabled: Account, all: readonly Account[]): string {
  const { providerId } = disabled
  const serving = all.find((one) => one.providerId === providerId && one.active && usable(one))
  const now =
    serving === undefined
      ? `No account serves requests to ${providerId} now.`
      : `Requests to ${providerId} use ${accountName(serving)}.`
  return `${accountName(disabled)} is disabled. ${now}`
}

async function disable(context: Context, name: string): Promise<undefined> {
  const link = await context.link('vault')
  const { id: accountId } = await findAccount(link, name)
  const account = await link.call('accounts.setEnabled', { accountId, enabled: false })
  const all = await link.call('accounts.list', {})
  context.show(account, (one) => `${disabledWords(one, all)}\n`)
  return undefined
}

async function remove(context: Context, name: string, options: { yes?: boolean }): Promise<ExitCode> {
  const link = await context.openVault()
  const account = await findAccount(link, name)
  const what = accountName(account)
  if (!(await confirm(context.io, `Remove ${what} (${account.preview}) for good?`, options.yes))) {
    context.say('Nothing was removed.')
    return EXIT.failed
  }
  await link.call('accounts.remove', { accountId: account.id })
  context.show({ removed: account.id }, () => `${what} is removed.\n`)
  return EXIT.ok
}

async function rename(context: Context, name: string, next: string): Promise<undefined> {
  const link = await context.link('vault')
  const account = await findAccount(link, name)
  const slash = next.indexOf('/')
  const namespace = slash === -1 ? account.namespace : next.slice(0, slash)
  const label = next.slice(slash + 1)
  const renamed = await link.call('accounts.rename', { accountId: account.id, namespace, label })
  context.show(renamed, (one) => `${accountName(account)} is ${accountName(one)} now.\n`)
  return undefined
}

function addActs(accounts: Command, bind: Bind): void {
  accounts
    .command('use')
    .description("make an account the one its provider's requests use, from the next request on")
    .argument('<account>', HOW)
    .action(
      bind(act('accounts.activate', (one) => `Requests to ${one.providerId} use ${accountName(one)} now.`)),
    )
  accounts
    .command('enable')
    .description('let a disabled account serve requests again')
    .argument('<account>', HOW)
    .action(bind(act('accounts.setEnabled', (one) => `${accountName(one)} is enabled.`)))
  accounts
    .command('disable')
    .description('let an account serve no request until it is enabled again')
    .argument('<account>', HOW)
    .action(bind(disable))
  accounts
    .command('remove')
    .description('remove an account and its key')
    .argument('<account>', HOW)
    .option('-y, --yes', 'do not ask')
    .action(bind(remove))
  accounts
    .command('rename')
    .description('give an account another label, or another namespace as well')
    .argument('<account>', HOW)
    .argument('<name>', 'label or namespace/label')
    .action(bind(rename))
}

export function addAccountCommands(program: Command, bind: Bind): void {
  const accounts = program.command('accounts').description('your accounts at providers')
  accounts
    .command('list')
    .description('list the accounts; * marks those that requests use')
    .option('-p, --provider <provider>', 'of this provider only')
    .action(bind(list))
  accounts
    .command('add')
    .description('keep a key, from a hidden prompt or a line of standard input')
    .argument('<provider>', 'its id, as berth providers lists it')
    .argument('<name>', 'label or namespace/label')
    .option('-f, --field <name=value...>', 'what the vendor needs beside the key, such as a region')
    .option('--no-test', 'keep it without asking the vendor about it')
    .action(bind(addAccount))
  accounts
    .command('test')
    .description('ask the vendor whether it takes the credential, and keep what it said')
    .argument('[account...]', HOW)
    .option('-a, --all', 'every account')
    .action(bind(test))
  addActs(accounts, bind)
  accounts
    .command('replace-key')
    .description("put a new key in the old one's place; projects go on with it")
    .argument('<account>', HOW)
    .action(bind(replaceKey))
}
