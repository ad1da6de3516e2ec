import type { VaultStatus } from '../../preload/vault.ts'
import type { Note, Recorded } from './audit-recorded.ts'
import { type Act, changedNames } from './audit-world.ts'

type Own = Extract<Recorded, `vault.${string}` | `settings.${string}`>

const damagedIn = (status: VaultStatus): number =>
  status.state === 'ready' ? (status.damaged?.length ?? 0) : 0

const records = (count: number): string => (count === 1 ? '1 damaged record' : `${count} damaged records`)

const act = (action: Act['action'], detail?: string): Act[] => [
  { action, ...(detail === undefined ? {} : { detail }) },
]

/** The vault's acts, and the settings'. */
export const vaultNotes: { readonly [M in Own]: Note<M> } = {
  'vault.unlock': ({ before, output, input }) =>
    before.vault.state === 'ready' || output.state !== 'ready'
      ? []
      : act('vault.unlocked', input.passphrase === undefined ? 'By the keychain.' : 'By passphrase.'),
  'vault.lock': ({ before }) => (before.vault.state === 'ready' ? act('vault.locked') : []),
  'vault.createWithPassphrase': () => act('vault.created', 'A passphrase keeps its key.'),
  'vault.rotateKey': () => act('vault.key_rotated'),
  'vault.changePassphrase': () => act('vault.passphrase_changed'),
  'vault.keepByPassphrase': () => act('vault.keeper_changed', 'A passphrase keeps its key now.'),
  'vault.keepByKeychain': ({ input }) =>
    act(
      'vault.keeper_changed',
      input.recovery
        ? 'The keychain keeps its key now, and the passphrase opens it too.'
        : 'The keychain keeps its key now.',
    ),
  'vault.setRecovery': ({ input }) =>
    act(
      'vault.recovery_changed',
      input.passphrase === null
        ? 'No passphrase opens it any more.'
        : 'A passphrase opens it when the keychain cannot.',
    ),
  'vault.restorePrevious': () => act('vault.restored'),
  'vault.mendDamaged': ({ before, after }) => {
    const mended = damagedIn(before.vault) - damagedIn(after.vault)
    return mended > 0 ? act('vault.mended', `${records(mended)} taken from the file's earlier state.`) : []
  },
  'vault.discardDamaged': ({ before }) => {
    const count = damagedIn(before.vault)
    return count > 0 ? act('vault.discarded', `${records(count)} forgotten.`) : []
  },
  'vault.setAside': () => act('vault.set_aside'),
  'settings.update': ({ before, output }) => {
    const names = changedNames(before.settings, output)
    return names === '' ? [] : act('settings.changed', names)
  },
}
