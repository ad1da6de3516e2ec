import { LockKeyhole, ShieldAlert } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { VaultStatus } from '../../../../preload/vault.ts'
import { useStatus } from '../../context.ts'
import { useTitle } from '../../lib/hooks.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/notes.tsx'
import { PassphraseField } from '../../ui/passphrase-field.tsx'
import { Working } from '../../ui/working.tsx'
import { NewPassphraseFields, useNewPassphrase } from '../settings/new-passphrase.tsx'
import { RecheckButton } from './foot-button.tsx'
import { GatePage } from './gate-page.tsx'
import { SetAside } from './set-aside.tsx'

/** Stands before everything while the vault is not open. */
export function VaultGate({ vault }: { readonly vault: Exclude<VaultStatus, { state: 'ready' }> }) {
  useTitle('Vault')
  if (vault.state === 'locked')
    return vault.keeper === 'keychain' ? <UnlockByKeychain /> : <Unlock misses={vault.failedAttempts ?? 0} />
  if (vault.state === 'needs-passphrase') return <ChoosePassphrase reason={vault.reason} />
  return <Unavailable vault={vault} />
}

const LOCK = <LockKeyhole size={20} strokeWidth={1.75} />

function Unlock({ misses }: { readonly misses: number }) {
  const unlock = useStatus((state) => state.unlock)
  const action = useAction()
  const [passphrase, setPassphrase] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run(() => unlock(passphrase))
  }
  return (
    <GatePage icon={LOCK} title="Unlock the vault">
      <p className="text-muted">Your keys are encrypted with a passphrase that only you know.</p>
      <form onSubmit={submit} className="mt-4 space-y-4">
        <PassphraseField
          label="Passphrase"
          value={passphrase}
          onChange={setPassphrase}
          error={action.error?.message}
          hint={missWords(misses)}
          autoFocus
        />
        <Button kind="primary" type="submit" busy={action.busy} disabled={passphrase === ''}>
          Unlock
        </Button>
        <Working busy={action.busy} text={TRYING} />
      </form>
      {misses > 2 && <SetAside why="Without the passphrase nobody opens this vault." />}
    </GatePage>
  )
}

const TRYING = 'Trying the passphrase. It is slow to try, which is what protects it.'

/** Wrong ones cost time and nothing else; that is worth saying to whoever is about to try again. */
function missWords(misses: number): string | undefined {
  if (misses === 0) return undefined
  return `${misses === 1 ? 'One wrong try' : `${misses} wrong tries`} so far. Nothing is lost by another.`
}

/** Locked by the user or for want of use: the keychain opens it again. */
function UnlockByKeychain() {
  const unlock = useStatus((state) => state.unlock)
  const action = useAction()
  return (
    <GatePage icon={LOCK} title="The vault is locked">
      <p className="text-muted">
        Running projects get no credentials until you open it again. One that was given the real key keeps it.
      </p>
      <div className="mt-4 space-y-3">
        {action.error !== undefined && <Note>{action.error.message}</Note>}
        <Button kind="primary" autoFocus busy={action.busy} onClick={() => void action.run(() => unlock())}>
          Unlock
        </Button>
      </div>
    </GatePage>
  )
}

function ChoosePassphrase({ reason }: { readonly reason: string }) {
  const createVault = useStatus((state) => state.createVault)
  const action = useAction()
  const next = useNewPassphrase()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (next.ready) void action.run(() => createVault(next.first))
  }
  return (
    <GatePage icon={LOCK} title="Choose a passphrase">
      <p>{reason}</p>
      <p className="mt-2 text-muted">
        Berth can protect your keys with a passphrase instead. It is asked for at each start, and cannot be
        recovered.
      </p>
      <form onSubmit={submit} className="mt-4 space-y-4">
        <NewPassphraseFields value={next} />
        {action.error !== undefined && <Note>{action.error.message}</Note>}
        <div className="flex gap-2">
          <Button kind="primary" type="submit" busy={action.busy} disabled={!next.ready}>
            Create the vault
          </Button>
          <RecheckButton size="md" />
        </div>
        <Working busy={action.busy} text="Making the vault." />
      </form>
    </GatePage>
  )
}

function Unavailable({ vault }: { readonly vault: Extract<VaultStatus, { state: 'unavailable' }> }) {
  const dataDir = useStatus((state) => state.info?.dataDir)
  return (
    <GatePage
      icon={<ShieldAlert size={20} strokeWidth={1.75} />}
      title={
        vault.code === 'vault_damaged' ? 'The vault cannot be read' : 'The keychain does not open the vault'
      }
    >
      <p>{vault.reason}</p>
      <p className="mt-2 text-muted">
        Nothing has been deleted or overwritten.
        {dataDir !== undefined && (
          <>
            {' '}
            The vault lies in <code className="break-all text-fg">{dataDir}</code>.
          </>
        )}
      </p>
      {vault.recovery === true && <RecoveryForm />}
      <div className="mt-4 flex flex-wrap gap-2">
        <RecheckButton />
        {vault.previous !== undefined && <RestoreButton savedAt={vault.previous.savedAt} />}
      </div>
      <SetAside why={SET_ASIDE_WHY[vault.code]} />
    </GatePage>
  )
}

const SET_ASIDE_WHY = {
  vault_damaged: 'When nothing else helps, start with a new vault.',
  keychain_unavailable: 'When the keychain’s entry is gone for good, start with a new vault.',
} as const

/** The keychain has lost its entry, and a passphrase was set for that. */
function RecoveryForm() {
  const unlock = useStatus((state) => state.unlock)
  const action = useAction()
  const [passphrase, setPassphrase] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run(() => unlock(passphrase))
  }
  return (
    <form onSubmit={submit} className="mt-4 space-y-4">
      <PassphraseField
        label="Recovery passphrase"
        hint="The one that was set for this."
        value={passphrase}
        onChange={setPassphrase}
        error={action.error?.message}
        autoFocus
      />
      <Button kind="primary" type="submit" busy={action.busy} disabled={passphrase === ''}>
        Open the vault
      </Button>
      <Working busy={action.busy} text={TRYING} />
    </form>
  )
}

/** The state before the last write; what was written last is lost by it, so it is asked for and never done by itself. */
function RestoreButton({ savedAt }: { readonly savedAt: number }) {
  const restore = useStatus((state) => state.restoreVault)
  const action = useAction()
  return (
    <div>
      <Button size="sm" busy={action.busy} onClick={() => void action.run(restore)}>
        Go back to the vault of {new Date(savedAt).toLocaleString()}
      </Button>
      {action.error !== undefined && <Note className="mt-2">{action.error.message}</Note>}
    </div>
  )
}
