import type { Command } from 'commander'
import { BerthError } from '../../errors.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { Bind } from '../program.ts'
import { readNewPassphrase, readSecret } from '../secrets.ts'
import { addKeepingCommands } from './vault-keeping.ts'
import { exportVault, importVault } from './vault-transfer.ts'
import { showVault, vaultWords } from './vault-words.ts'

async function init(context: Context, options: { byPassphrase?: boolean }): Promise<ExitCode> {
  const byPassphrase = options.byPassphrase === true
  const link = await context.link(byPassphrase ? 'nothing' : 'vault')
  const { vault } = await link.call('app.status', {})
  if (!byPassphrase) {
    if (vault.state !== 'needs-passphrase') return showVault(context, vault)
    context.say(vault.reason)
  }
  const passphrase = await readNewPassphrase(context.io, 'A passphrase for the vault')
  const made = await link.call('vault.createWithPassphrase', { passphrase })
  return showVault(context, made, 'The vault is made.')
}

async function status(context: Context): Promise<ExitCode> {
  const link = await context.link('vault')
  return showVault(context, (await link.call('app.status', {})).vault)
}

async function lock(context: Context): Promise<ExitCode> {
  const link = await context.link('nothing')
  if (link.alone) {
    context.show({ state: 'closed' }, () => 'No Berth runs, so nothing holds the vault open.\n')
    return EXIT.ok
  }
  const locked = await link.call('vault.lock', {})
  context.show(locked, vaultWords)
  return EXIT.ok
}

async function unlock(context: Context): Promise<ExitCode> {
  const link = await context.link('vault')
  const { vault } = await link.call('app.status', {})
  if (vault.state === 'ready') {
    return showVault(context, vault, link.alone ? 'No Berth runs that would stay open.' : undefined)
  }
  const asks = ('keeper' in vault && vault.keeper === 'passphrase') || vault.state === 'unavailable'
  const passphrase = asks ? await readSecret(context.io, "The vault's passphrase") : undefined
  const opened = await link.call('vault.unlock', passphrase === undefined ? {} : { passphrase })
  return showVault(
    context,
    opened,
    link.alone ? 'The passphrase is right. No Berth runs that would stay open.' : undefined,
  )
}

async function changePassphrase(context: Context): Promise<ExitCode> {
  const link = await context.link('vault')
  const { vault } = await link.call('app.status', {})
  const has =
    'keeper' in vault && (vault.keeper === 'passphrase' || ('recovery' in vault && vault.recovery === true))
  if (!has && vault.state === 'ready') {
    throw new BerthError(
      'bad_request',
      'The keychain keeps the vault, and no passphrase opens it. berth vault recovery set gives it one beside the keychain.',
    )
  }
  const current = await readSecret(context.io, 'The passphrase as it is')
  const next = await readNewPassphrase(context.io, 'A new passphrase')
  if (vault.state === 'locked') await link.call('vault.unlock', { passphrase: current })
  const changed = await link.call('vault.changePassphrase', { current, next })
  return showVault(context, changed, 'The passphrase is changed.')
}

async function rotateKey(context: Context): Promise<ExitCode> {
  const link = await context.link('vault')
  const { vault } = await link.call('app.status', {})
  const asks =
    'keeper' in vault && (vault.keeper === 'passphrase' || ('recovery' in vault && vault.recovery === true))
  const passphrase = asks ? await readSecret(context.io, "The vault's passphrase") : undefined
  if (vault.state === 'locked')
    await link.call('vault.unlock', passphrase === undefined ? {} : { passphrase })
  const rotated = await link.call('vault.rotateKey', passphrase === undefined ? {} : { passphrase })
  return showVault(context, rotated, 'The vault has a new key.')
}

export function addVaultCommands(program: Command, bind: Bind): void {
  const vault = program.command('vault').description('the encrypted file that holds your keys')
  vault
    .command('init')
    .description('make the vault, kept by the system keychain, or by a passphrase where there is none')
    .option('--by-passphrase', 'keep it by a passphrase in any case')
    .action(bind(init))
  vault.command('status').description('how the vault is').action(bind(status))
  vault.command('lock').description('forget the key until it is unlocked again').action(bind(lock))
  vault
    .command('unlock')
    .description('open the vault, asking for its passphrase if it has one')
    .action(bind(unlock))
  vault
    .command('passphrase')
    .description('change the passphrase; piped: the old one in the first line, the new one in the second')
    .action(bind(changePassphrase))
  vault
    .command('rotate-key')
    .description('give the vault a new key and seal everything anew')
    .action(bind(rotateKey))
  vault
    .command('export')
    .description('write every account with its key to an age file under a passphrase')
    .argument('[file]', 'to write; - for standard output; absent: a new file here')
    .option('--force', 'write over a file that is there')
    .action(bind(exportVault))
  vault
    .command('import')
    .description('the same as berth import berth')
    .argument('<file>', 'an export')
    .option('-n, --dry-run', 'show only')
    .option('-y, --yes', 'take every new account without asking')
    .option('--replace', 'also put the keys in the file in the place of different ones here')
    .action(bind(importVault))
  addKeepingCommands(vault, bind)
}
