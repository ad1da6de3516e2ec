import { useState } from 'react'
import type { VaultStatus } from '../../../../preload/vault.ts'
import { useStatus } from '../../context.ts'
import { Button } from '../../ui/button.tsx'
import { GroupBox, GroupRow } from '../../ui/group-box.tsx'
import { StateDot } from '../../ui/state-dot.tsx'
import { showFailure } from '../shell/notices.ts'
import { DamagedRecords } from './damaged-records.tsx'
import { LockRows } from './lock-rows.tsx'
import { VaultDialog, type VaultDialogName } from './vault-dialogs.tsx'

export type ReadyVault = Extract<VaultStatus, { state: 'ready' }>

/** Who keeps the vault's key, when it locks itself, and what can be done to it. */
export function VaultSection() {
  const vault = useStatus((state) => state.status?.vault)
  const [dialog, setDialog] = useState<VaultDialogName>()
  if (vault?.state !== 'ready') return null
  return (
    <GroupBox title="Vault">
      <KeeperRow vault={vault} />
      {vault.damaged !== undefined && vault.damaged.length > 0 && <DamagedRecords ids={vault.damaged} />}
      {vault.keeper === 'keychain' ? (
        <KeychainRows vault={vault} onOpen={setDialog} />
      ) : (
        <PassphraseRows onOpen={setDialog} />
      )}
      <GroupRow
        title="Vault key"
        action={
          <Button size="sm" onClick={() => setDialog('rotate')}>
            New key
          </Button>
        }
      >
        Every secret is sealed anew. Old copies of the file are then of no use with the new key.
      </GroupRow>
      <LockRows />
      {dialog !== undefined && (
        <VaultDialog name={dialog} vault={vault} onClose={() => setDialog(undefined)} />
      )}
    </GroupBox>
  )
}

function KeeperRow({ vault }: { readonly vault: ReadyVault }) {
  const lock = useStatus((state) => state.lock)
  const keychain = vault.keeper === 'keychain'
  const lockNow = async () => {
    const answer = await lock()
    if (!answer.ok) showFailure(answer.error)
  }
  return (
    <GroupRow
      title={keychain ? 'Kept by the system keychain' : 'Kept by your passphrase'}
      action={
        <>
          <StateDot tone="ok" word="open" />
          <Button size="sm" className="ml-2" onClick={() => void lockNow()}>
            Lock
          </Button>
        </>
      }
    >
      {keychain
        ? 'Secrets are encrypted on this machine; the keychain holds the key to them.'
        : 'Secrets are encrypted on this machine; the passphrase is asked for at each start.'}
    </GroupRow>
  )
}

interface RowsProps {
  readonly onOpen: (name: VaultDialogName) => void
}

function KeychainRows({ vault, onOpen }: RowsProps & { readonly vault: ReadyVault }) {
  const has = vault.recovery === true
  return (
    <>
      <GroupRow
        title="Recovery passphrase"
        action={
          has ? (
            <>
              <Button size="sm" onClick={() => onOpen('change')}>
                Change
              </Button>
              <Button size="sm" onClick={() => onOpen('forget-recovery')}>
                Take away
              </Button>
            </>
          ) : (
            <Button size="sm" onClick={() => onOpen('set-recovery')}>
              Set
            </Button>
          )
        }
      >
        {has
          ? 'Set. It opens the vault should the keychain lose its entry.'
          : 'Not set. Should the keychain lose its entry, only an export would bring your accounts back.'}
      </GroupRow>
      <GroupRow
        title="Keep by a passphrase instead"
        action={
          <Button size="sm" onClick={() => onOpen('to-passphrase')}>
            Change over
          </Button>
        }
      >
        It is then asked for at each start, and the keychain is not needed.
      </GroupRow>
    </>
  )
}

function PassphraseRows({ onOpen }: RowsProps) {
  return (
    <>
      <GroupRow
        title="Passphrase"
        action={
          <Button size="sm" onClick={() => onOpen('change')}>
            Change
          </Button>
        }
      >
        It cannot be recovered. An export under another passphrase is a second way in.
      </GroupRow>
      <GroupRow
        title="Keep by the system keychain instead"
        action={
          <Button size="sm" onClick={() => onOpen('to-keychain')}>
            Change over
          </Button>
        }
      >
        Berth then opens the vault by itself when you are signed in to this machine.
      </GroupRow>
    </>
  )
}
