import type { VaultStatus } from '../../../preload/vault.ts'
import { assertNever } from '../../errors.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'

export function vaultWords(status: VaultStatus): string {
  switch (status.state) {
    case 'ready': {
      const recovery = status.recovery === true ? ', and a recovery passphrase opens it too' : ''
      const keeper = status.keeper === 'keychain' ? 'the system keychain' : 'a passphrase'
      const damaged = status.damaged?.join(', ')
      const damage = damaged === undefined ? '' : `Damaged records: ${damaged}. See berth vault mend.\n`
      return `The vault is open. Its key is kept by ${keeper}${recovery}.\n${damage}`
    }
    case 'locked': {
      const tries = status.failedAttempts ?? 0
      const failed = tries === 0 ? '' : ` Wrong passphrases since it was last open: ${tries}.`
      return `The vault is locked; ${status.keeper === 'keychain' ? 'the keychain' : 'its passphrase'} opens it.${failed}\n`
    }
    case 'needs-passphrase':
      return `There is no vault yet. ${status.reason} berth vault init makes one under a passphrase.\n`
    case 'unavailable': {
      const previous =
        status.previous === undefined
          ? ''
          : ` berth vault restore puts its state of ${new Date(status.previous.savedAt).toLocaleString()} back.`
      return `The vault cannot be opened. ${status.reason}${previous}\n`
    }
    default:
      return assertNever(status)
  }
}

export function showVault(context: Context, status: VaultStatus, done?: string): ExitCode {
  context.show(status, (now) => (done === undefined ? vaultWords(now) : `${done}\n${vaultWords(now)}`))
  return status.state === 'ready' ? EXIT.ok : EXIT.vault
}
