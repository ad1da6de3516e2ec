import { LockKeyhole, ShieldAlert } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { Failure } from '../../../../preload/contract.ts'
import type { VaultStatus } from '../../../../preload/shapes.ts'
import { useStatus } from '../../context.ts'
import { useTitle } from '../../lib/hooks.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { RecheckButton } from './foot-button.tsx'
import { GatePage } from './gate-page.tsx'

/** Stands before everything while the vault is not open. */
export function VaultGate({ vault }: { readonly vault: Exclude<VaultStatus, { state: 'ready' }> }) {
  useTitle('Vault')
  if (vault.state === 'locked') return <Unlock />
  if (vault.state === 'needs-passphrase') return <ChoosePassphrase reason={vault.reason} />
  return <Unavailable code={vault.code} reason={vault.reason} />
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

function Unavailable({ code, reason }: { readonly code: string; readonly reason: string }) {
  const dataDir = useStatus((state) => state.info?.dataDir)
  return (
    <GatePage
      icon={<ShieldAlert size={20} strokeWidth={1.75} />}
      title={code === 'vault_damaged' ? 'The vault cannot be read' : 'The keychain does not answer'}
    >
      <p>{reason}</p>
      <p className="mt-2 text-muted">
        The vault is kept as it is; nothing has been deleted or overwritten.
        {dataDir !== undefined && (
          <>
            {' '}
            It lies in <code className="break-all text-fg">{dataDir}</code>.
          </>
        )}
      </p>
      <div className="mt-4">
        <RecheckButton />
      </div>
    </GatePage>
  )
}
