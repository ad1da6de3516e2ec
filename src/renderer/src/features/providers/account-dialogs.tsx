import { type FormEvent, type ReactNode, useId, useState } from 'react'
import type { Account } from '../../../../preload/accounts.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { useProjects, useProviders } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Note } from '../../ui/notes.tsx'
import { showDone } from '../shell/notices.ts'
import { accountName } from './account-names.ts'
import { KeyField } from './key-field.tsx'

interface FormDialogProps {
  readonly title: string
  readonly action: string
  readonly ready: boolean
  readonly busy: boolean
  readonly onSubmit: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}

function FormDialog({ title, action, ready, busy, onSubmit, onClose, children }: FormDialogProps) {
  const id = useId()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) onSubmit()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={id} busy={busy} disabled={!ready}>
            {action}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} className="mt-2 space-y-4">
        {children}
      </form>
    </Dialog>
  )
}

interface AccountDialogProps {
  readonly account: Account
  readonly onClose: () => void
}

export function RenameAccount({ account, onClose }: AccountDialogProps) {
  const rename = useProviders((state) => state.rename)
  const action = useAction()
  const [label, setLabel] = useState(account.label)
  const [namespace, setNamespace] = useState(account.namespace)
  const save = async () => {
    const done = await action.run(() =>
      rename({ accountId: account.id, namespace: namespace.trim(), label: label.trim() }),
    )
    if (done !== undefined) onClose()
  }
  return (
    <FormDialog
      title={`Rename ${accountName(account)}`}
      action="Rename"
      ready={label.trim() !== ''}
      busy={action.busy}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <LabelFields label={label} namespace={namespace} onLabel={setLabel} onNamespace={setNamespace} />
      {action.error !== undefined && <Note>{action.error.message}</Note>}
    </FormDialog>
  )
}

export interface LabelFieldsProps {
  readonly label: string
  readonly namespace: string
  readonly onLabel: (label: string) => void
  readonly onNamespace: (namespace: string) => void
  readonly error?: string | undefined
}

/** How an account is called: its label, and the group it belongs to. */
export function LabelFields({ label, namespace, onLabel, onNamespace, error }: LabelFieldsProps) {
  return (
    <div className="grid grid-cols-2 gap-3">
      <Field label="Label" hint="How you know it" error={error}>
        {(control) => (
          <Input
            {...control}
            value={label}
            maxLength={80}
            onChange={(event) => onLabel(event.target.value)}
          />
        )}
      </Field>
      <Field label="Group" optional hint="For example work or home">
        {(control) => (
          <Input
            {...control}
            value={namespace}
            maxLength={40}
            onChange={(event) => onNamespace(event.target.value)}
          />
        )}
      </Field>
    </div>
  )
}

interface WithProvider extends AccountDialogProps {
  readonly provider: Provider
}

export function ReplaceKey({ account, provider, onClose }: WithProvider) {
  const replaceKey = useProviders((state) => state.replaceKey)
  const action = useAction()
  const [key, setKey] = useState('')
  const save = async () => {
    const done = await action.run(() => replaceKey(account.id, key.trim()))
    if (done === undefined) return
    onClose()
    showDone(`${accountName(account)} has a new key, used from the next request on.`)
  }
  return (
    <FormDialog
      title={`Replace the key of ${accountName(account)}`}
      action="Replace"
      ready={key.trim() !== ''}
      busy={action.busy}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <p className="text-muted">
        The key it has now, <code className="text-fg">{account.preview}</code>, is forgotten.
      </p>
      <KeyField value={key} provider={provider} onChange={setKey} error={action.error?.message} autoFocus />
    </FormDialog>
  )
}

export function RemoveAccount({ account, provider, onClose }: WithProvider) {
  const remove = useProviders((state) => state.remove)
  // Chosen outside of the selector: a new list at each look would be a change at each look, without end.
  const projects = useProjects((state) => state.projects)
  const pinned = (projects ?? []).filter((one) => one.accountId === account.id)
  const action = useAction()
  const confirm = async () => {
    const done = await action.run(() => remove(account.id))
    if (done === undefined) return
    onClose()
    showDone(`${accountName(account)} was removed.`)
  }
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Remove ${accountName(account)}?`}
      description={
        <>
          Its key <code className="text-fg">{account.preview}</code> is deleted from the vault. It stays valid
          at {provider.name} until you revoke it there.
          {pinned.length > 0 && ` Pinned by: ${pinned.map((project) => project.name).join(', ')}.`}
        </>
      }
      action="Remove account"
      busy={action.busy}
      error={action.error !== undefined && <Note className="mt-3">{action.error.message}</Note>}
      onConfirm={() => void confirm()}
    />
  )
}
