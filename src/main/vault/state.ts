import type { VaultStatus } from '../../preload/vault.ts'
import { assertNever, BerthError } from '../errors.ts'
import { type Opened, readyStatus } from './opened.ts'
import { noKeychain, type Outcome } from './opening.ts'

/** The error for using a vault that is not open. */
function closed(status: VaultStatus): BerthError {
  switch (status.state) {
    case 'locked':
      return new BerthError(
        'vault_locked',
        status.keeper === 'passphrase'
          ? 'The vault is locked. Unlock it with its passphrase.'
          : 'The vault is locked. Unlock it.',
      )
    case 'needs-passphrase':
      return new BerthError('vault_locked', `There is no vault yet. ${status.reason} Or choose a passphrase.`)
    case 'unavailable':
      return new BerthError(status.code, status.reason)
    case 'ready':
      return new BerthError('internal', 'The vault is ready, but its key is gone.')
    default:
      return assertNever(status)
  }
}

/** Keeps the status and the open vault, and tells listeners. */
export function createVaultState() {
  const listeners = new Set<(status: VaultStatus) => void>()
  let status: VaultStatus = noKeychain('The vault has not been opened yet.')
  let opened: Opened | undefined
  let onPurpose = false
  function take(outcome: Outcome): VaultStatus {
    const same = JSON.stringify(outcome.status) === JSON.stringify(status)
    if (opened !== undefined && opened.key !== outcome.opened?.key) opened.key.fill(0)
    status = outcome.status
    opened = outcome.opened
    if (opened !== undefined) onPurpose = false
    if (!same) for (const listener of listeners) listener(status)
    return status
  }
  return {
    status: () => status,
    opened: () => opened,
    /** Throws for a vault that is not open. */
    demand(): Opened {
      if (opened === undefined) throw closed(status)
      return opened
    },
    take,
    keep: (next: Opened): VaultStatus => take({ status: readyStatus(next), opened: next }),
    /** Locked by the user or for them: it stays so until they unlock it. */
    lock(): VaultStatus {
      if (opened === undefined) return status
      onPurpose = true
      return take({ status: { state: 'locked', keeper: opened.head.keeper.type } })
    },
    lockedOnPurpose: () => onPurpose,
    onChange(listener: (status: VaultStatus) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
export type VaultState = ReturnType<typeof createVaultState>
