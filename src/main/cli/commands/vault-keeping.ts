import { Argument, type Command } from 'commander'
import { BerthError } from '../../errors.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { Bind } from '../program.ts'
import { confirm, readNewPassphrase, readSecret } from '../secrets.ts'
import { showVault } from './vault-words.ts'

/** Who keeps the vault's key, and what is done when the vault is damaged. */

async function keeper(context: Context, kind: string, options: { recovery?: boolean }): Promise<ExitCode> {
  if (kind === 'passphrase') {
    const link = await context.openVault()
    const passphrase = await readNewPassphrase(context.io, 'A passphrase for the vault')
    const kept = await link.call('vault.keepByPassphrase', { passphrase })
    return showVault(context, kept, 'The passphrase alone opens the vault from now on.')
  }
  const link = await context.link('vault')
  const passphrase = await readSecret(context.io, "The vault's passphrase")
  const { vault } = await link.call('app.status', {})
  if (vault.state === 'locked') await link.call('vault.unlock', { passphrase })
  const kept = await link.call('vault.keepByKeychain', { passphrase, recovery: options.recovery === true })
  return showVault(context, kept, 'The system keychain keeps the vault from now on.')
}

async function recovery(context: Context, act: string): Promise<ExitCode> {
  const link = await context.openVault()
  const passphrase = act === 'set' ? await readNewPassphrase(context.io, 'A recovery passphrase') : null
  const status = await link.call('vault.setRecovery', { passphrase })
  return showVault(
    context,
    status,
    act === 'set'
      ? 'This passphrase opens the vault should the keychain lose it.'
      : 'The keychain alone opens the vault.',
  )
}

async function mend(context: Context, options: { discard?: boolean; yes?: boolean }): Promise<ExitCode> {
  const link = await context.openVault()
  const mended = await link.call('vault.mendDamaged', {})
  const left = mended.state === 'ready' ? (mended.damaged ?? []) : []
  if (left.length === 0) return showVault(context, mended, 'Every record is whole.')
  if (options.discard !== true) {
    return showVault(
      context,
      mended,
      "The earlier file does not have them whole either. Replace those accounts' keys, or import an export; --discard forgets them.",
    )
  }
  const question = `Forget ${left.join(', ')} for good?`
  if (!(await confirm(context.io, question, options.yes))) return showVault(context, mended)
  return showVault(context, await link.call('vault.discardDamaged', {}), 'The damaged records are forgotten.')
}

/** An act for a vault that does not open; nothing is deleted by it. */
function afterAsking(method: 'vault.restorePrevious' | 'vault.setAside', question: string, done: string) {
  return async (context: Context, options: { yes?: boolean }): Promise<ExitCode> => {
    const link = await context.link('vault')
    const { vault } = await link.call('app.status', {})
    if (vault.state === 'ready') {
      throw new BerthError('conflict', 'The vault is open, so there is nothing to put back or aside.')
    }
    if (!(await confirm(context.io, question, options.yes))) return EXIT.failed
    return showVault(context, await link.call(method, {}), done)
  }
}

const restore = afterAsking(
  'vault.restorePrevious',
  'Put the vault back as it was before its last write? What does not open is kept beside it.',
  'The vault is as it was before its last write.',
)
const setAside = afterAsking(
  'vault.setAside',
  'Begin a new, empty vault? The one that does not open is kept under another name.',
  'The old vault is kept under another name, and there is a new one.',
)

export function addKeepingCommands(vault: Command, bind: Bind): void {
  vault
    .command('keeper')
    .description("change who keeps the vault's key")
    .addArgument(new Argument('<keeper>').choices(['keychain', 'passphrase']))
    .option('--recovery', 'with keychain: the passphrase goes on to open it')
    .action(bind(keeper))
  vault
    .command('recovery')
    .description('set, or take away, a passphrase that opens the vault when the keychain lost its key')
    .addArgument(new Argument('<act>').choices(['set', 'remove']))
    .action(bind(recovery))
  vault
    .command('mend')
    .description("take damaged records from the vault's earlier file")
    .option('--discard', 'forget those that cannot be mended')
    .option('-y, --yes', 'do not ask')
    .action(bind(mend))
  vault
    .command('restore')
    .description('put back the earlier file of a vault that cannot be read')
    .option('-y, --yes', 'do not ask')
    .action(bind(restore))
  vault
    .command('set-aside')
    .description('keep a vault that cannot be opened under another name, and begin a new one')
    .option('-y, --yes', 'do not ask')
    .action(bind(setAside))
}
