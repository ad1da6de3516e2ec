import { LockKeyhole, ShieldAlert } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { Failure } from '../../../../preload/contract.ts'
import type { VaultStatus } from '../../../../preload/vault.ts'
import { useStatus } from '../../context.ts'
import { useTitle } from '../../lib/hooks.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Note } from '../../ui/notes.tsx'
import { RecheckButton } from './foot-button.tsx'
import { GatePage } from './gate-page.tsx'

/** Stands before everything while the vault is not open. */
export function VaultGate({ vault }: { readonly vault: Exclude<VaultStatus, { state: 'ready' }> }) {
  useTitle('Vault')
  if (vault.state === 'locked') return vault.keeper === 'keychain' ? <UnlockByKeychain /> : <Unlock />
  if (vault.state === 'needs-passphrase') return <ChoosePassphrase reason={vault.reason} />
  return <Unavailable vault={vault} />
}

const LOCK = <LockKeyhole size={20} strokeWidth={1.75} />

function Unlock() {
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
        <Field label="Passphrase" error={action.error?.message}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoFocus
              autoComplete="current-password"
              value={passphrase}
              onChange={(event) => setPassphrase(event.target.value)}
            />
          )}
        </Field>
        <Button kind="primary" type="submit" busy={action.busy} disabled={passphrase === ''}>
          Unlock
        </Button>
      </form>
    </GatePage>
  )
}

/** Locked by the user or for want of use: the keychain opens it again. */
function UnlockByKeychain() {
  const unlock = useStatus((state) => state.unlock)
  const action = useAction()
  return (
    <GatePage icon={LOCK} title="The vault is locked">
      <p className="text-muted">Running projects get no credentials until you open it again.</p>
      <div className="mt-4 space-y-3">
        {action.error !== undefined && <Note>{action.error.message}</Note>}
        <Button kind="primary" autoFocus busy={action.busy} onClick={() => void action.run(() => unlock())}>
          Unlock
        </Button>
      </div>
    </GatePage>
  )
}

const SHORTEST = 8

function ChoosePassphrase({ reason }: { readonly reason: string }) {
  const createVault = useStatus((state) => state.createVault)
  const action = useAction()
  const [first, setFirst] = useState('')
  const [second, setSecond] = useState('')
  const differs = second !== '' && !first.startsWith(second) && first !== second
  const ready = first.length >= SHORTEST && first === second
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) void action.run(() => createVault(first))
  }
  return (
    <GatePage icon={LOCK} title="Choose a passphrase">
      <p>{reason}</p>
      <p className="mt-2 text-muted">
        Berth can protect your keys with a passphrase instead. It is asked for at each start, and cannot be
        recovered.
      </p>
      <form onSubmit={submit} className="mt-4 space-y-3">
        <PassphraseInput
          label="Passphrase"
          value={first}
          onChange={setFirst}
          hint={`At least ${SHORTEST} characters`}
        />
        <PassphraseInput
          label="The same again"
          value={second}
          onChange={setSecond}
          error={differs ? 'The two are not the same.' : failureText(action.error)}
        />
        <div className="flex gap-2 pt-1">
          <Button kind="primary" type="submit" busy={action.busy} disabled={!ready}>
            Create the vault
          </Button>
          <RecheckButton size="md" />
        </div>
      </form>
    </GatePage>
  )
}

const failureText = (failure: Failure | undefined): string | undefined => failure?.message

interface PassphraseInputProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly hint?: string
  readonly error?: string | undefined
}

function PassphraseInput({ label, value, onChange, hint, error }: PassphraseInputProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <Input
          {...control}
          type="password"
          autoComplete="new-password"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

function Unavailable({ vault }: { readonly vault: Extract<VaultStatus, { state: 'unavailable' }> }) {
  const dataDir = useStatus((state) => state.info?.dataDir)
  return (
    <GatePage
      icon={<ShieldAlert size={20} strokeWidth={1.75} />}
      title={vault.code === 'vault_damaged' ? 'The vault cannot be read' : 'The keychain does not answer'}
    >
      <p>{vault.reason}</p>
      <p className="mt-2 text-muted">
        The vault is kept as it is; nothing has been deleted or overwritten.
        {dataDir !== undefined && (
          <>
            {' '}
            It lies in <code className="break-all text-fg">{dataDir}</code>.
          </>
        )}
      </p>
      <div className="mt-4 flex gap-2">
        <RecheckButton />
        {vault.previous !== undefined && <RestoreButton savedAt={vault.previous.savedAt} />}
      </div>
    </GatePage>
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
