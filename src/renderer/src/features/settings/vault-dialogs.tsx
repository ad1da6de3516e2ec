import { type ReactNode, useId, useState } from 'react'
import type { BerthBridge, Envelope, Failure } from '../../../../preload/contract.ts'
import type { VaultStatus } from '../../../../preload/vault.ts'
import { useStatus } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { Confirm } from '../../ui/dialog.tsx'
import { Note } from '../../ui/notes.tsx'
import { PassphraseField } from '../../ui/passphrase-field.tsx'
import { Switch } from '../../ui/switch.tsx'
import { Working } from '../../ui/working.tsx'
import { FormDialog } from '../providers/form-dialog.tsx'
import { showDone } from '../shell/notices.ts'
import { NewPassphraseFields, useNewPassphrase } from './new-passphrase.tsx'
import type { ReadyVault } from './vault-section.tsx'

export type VaultDialogName =
  | 'rotate'
  | 'change'
  | 'to-passphrase'
  | 'to-keychain'
  | 'set-recovery'
  | 'forget-recovery'

interface DialogProps {
  readonly vault: ReadyVault
  readonly onClose: () => void
}

export function VaultDialog({ name, ...props }: DialogProps & { readonly name: VaultDialogName }) {
  switch (name) {
    case 'rotate':
      return <RotateKey {...props} />
    case 'change':
      return <ChangePassphrase {...props} />
    case 'to-passphrase':
      return <ChoosePassphrase {...props} change="to-passphrase" />
    case 'set-recovery':
      return <ChoosePassphrase {...props} change="set-recovery" />
    case 'to-keychain':
      return <KeepByKeychain {...props} />
    case 'forget-recovery':
      return <ForgetRecovery {...props} />
  }
}

/** A change of the vault: closes the dialog and says so when it is done; an error stays at its place. */
function useChange(onClose: () => void, done: string) {
  const changeVault = useStatus((state) => state.changeVault)
  const action = useAction()
  const run = async (call: (bridge: BerthBridge) => Promise<Envelope<VaultStatus>>) => {
    const answer = await action.run(() => changeVault(call))
    if (answer === undefined) return
    onClose()
    showDone(done)
  }
  return { ...action, run }
}

const wrongPassphrase = (error: Failure | undefined): string | undefined =>
  error?.code === 'wrong_passphrase' ? error.message : undefined

/** Whatever is not about a field. */
function Elsewhere({ error }: { readonly error: Failure | undefined }): ReactNode {
  if (error === undefined || error.code === 'wrong_passphrase') return null
  return <Note>{error.message}</Note>
}

const SLOW = 'Working. A passphrase is slow to try, which is what protects it.'

function RotateKey({ vault, onClose }: DialogProps) {
  const asks = vault.keeper === 'passphrase' || vault.recovery === true
  const [passphrase, setPassphrase] = useState('')
  const change = useChange(onClose, 'The vault has a new key.')
  return (
    <FormDialog
      title="Give the vault a new key?"
      description="Every secret is sealed anew under a key made now. It may be interrupted at any point: the vault then opens with the one key or the other."
      action="Make a new key"
      ready={!asks || passphrase !== ''}
      busy={change.busy}
      onSubmit={() =>
        void change.run((bridge) => bridge.invoke('vault.rotateKey', asks ? { passphrase } : {}))
      }
      onClose={onClose}
    >
      {asks && (
        <PassphraseField
          label={vault.keeper === 'passphrase' ? 'Passphrase' : 'Recovery passphrase'}
          hint="So that it opens the vault with its new key too."
          value={passphrase}
          onChange={setPassphrase}
          error={wrongPassphrase(change.error)}
          autoFocus
        />
      )}
      <Elsewhere error={change.error} />
      <Working busy={change.busy} text="Sealing every secret anew." />
    </FormDialog>
  )
}

function ChangePassphrase({ vault, onClose }: DialogProps) {
  const [current, setCurrent] = useState('')
  const next = useNewPassphrase()
  const change = useChange(onClose, 'The passphrase was changed.')
  const recovery = vault.keeper === 'keychain'
  return (
    <FormDialog
      title={recovery ? 'Change the recovery passphrase' : 'Change the passphrase'}
      action="Change"
      ready={current !== '' && next.ready}
      busy={change.busy}
      onSubmit={() =>
        void change.run((bridge) => bridge.invoke('vault.changePassphrase', { current, next: next.first }))
      }
      onClose={onClose}
    >
      <PassphraseField
        label="Passphrase now"
        value={current}
        onChange={setCurrent}
        error={wrongPassphrase(change.error)}
        autoFocus
      />
      <NewPassphraseFields value={next} label="New passphrase" />
      <Elsewhere error={change.error} />
      <Working busy={change.busy} text={SLOW} />
    </FormDialog>
  )
}

const CHOOSE = {
  'to-passphrase': {
    title: 'Keep the vault by a passphrase',
    description:
      'The keychain forgets the key. The passphrase is asked for at each start and cannot be recovered.',
    action: 'Keep by passphrase',
    done: 'The vault is kept by your passphrase.',
  },
  'set-recovery': {
    title: 'Set a recovery passphrase',
    description:
      'The keychain goes on to open the vault. Should it lose its entry, this passphrase opens it instead. Write it down and keep it elsewhere.',
    action: 'Set',
    done: 'The recovery passphrase is set.',
  },
} as const

function ChoosePassphrase({ change: name, onClose }: DialogProps & { readonly change: keyof typeof CHOOSE }) {
  const { title, description, action, done } = CHOOSE[name]
  const next = useNewPassphrase()
  const change = useChange(onClose, done)
  const method = name === 'to-passphrase' ? 'vault.keepByPassphrase' : 'vault.setRecovery'
  return (
    <FormDialog
      title={title}
      description={description}
      action={action}
      ready={next.ready}
      busy={change.busy}
      onSubmit={() => void change.run((bridge) => bridge.invoke(method, { passphrase: next.first }))}
      onClose={onClose}
    >
      <NewPassphraseFields value={next} autoFocus />
      {change.error !== undefined && <Note>{change.error.message}</Note>}
      <Working busy={change.busy} text={SLOW} />
    </FormDialog>
  )
}

function KeepByKeychain({ onClose }: DialogProps) {
  const [passphrase, setPassphrase] = useState('')
  const [recovery, setRecovery] = useState(true)
  const id = useId()
  const change = useChange(onClose, 'The vault is kept by the system keychain.')
  return (
    <FormDialog
      title="Keep the vault by the system keychain"
      description="Whoever is signed in to this machine as you can then open it without the passphrase."
      action="Keep by keychain"
      ready={passphrase !== ''}
      busy={change.busy}
      onSubmit={() =>
        void change.run((bridge) => bridge.invoke('vault.keepByKeychain', { passphrase, recovery }))
      }
      onClose={onClose}
    >
      <PassphraseField
        label="Passphrase"
        value={passphrase}
        onChange={setPassphrase}
        error={wrongPassphrase(change.error)}
        autoFocus
      />
      <div className="flex items-center gap-3">
        <div className="flex-1">
          <div id={id} className="font-medium">
            Keep it as the recovery passphrase
          </div>
          <div className="text-sm text-muted">It opens the vault should the keychain lose its entry.</div>
        </div>
        <Switch labelledBy={id} checked={recovery} onChange={setRecovery} />
      </div>
      <Elsewhere error={change.error} />
      <Working busy={change.busy} text={SLOW} />
    </FormDialog>
  )
}

function ForgetRecovery({ onClose }: DialogProps) {
  const change = useChange(onClose, 'The recovery passphrase was taken away.')
  return (
    <Confirm
      open
      onClose={onClose}
      title="Take the recovery passphrase away?"
      description="The keychain alone opens the vault then. Should it lose its entry, only an export brings your accounts back."
      action="Take it away"
      busy={change.busy}
      error={change.error !== undefined && <Note className="mt-3">{change.error.message}</Note>}
      onConfirm={() => void change.run((bridge) => bridge.invoke('vault.setRecovery', { passphrase: null }))}
    />
  )
}
