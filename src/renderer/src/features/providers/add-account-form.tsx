import type { FormEvent, ReactNode } from 'react'
import type { Provider } from '../../../../preload/shapes.ts'
import { plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Monogram } from '../../ui/monogram.tsx'
import { Note } from '../../ui/notes.tsx'
import { ExtraFields, LabelFields } from './account-fields.tsx'
import { KeyField } from './key-field.tsx'
import { KeyTestNote } from './key-test-note.tsx'
import { MethodList } from './method-list.tsx'
import { type KeyForm, NO_KEY, useKeyForm } from './use-key-form.ts'

export interface AddAccountFormProps {
  readonly provider: Provider
  /** As a step of the first run, which goes on after it. */
  readonly first: boolean
  /** A key already pasted elsewhere, which turned out to be of this provider; else empty. */
  readonly firstKey: string
  readonly onSwitch: (providerId: string, key: string) => void
}

/** The key of one provider, and what else that provider needs. */
export function AddAccountForm(props: AddAccountFormProps) {
  const { provider } = props
  return (
    <div className="mx-auto max-w-130 px-8 py-7">
      <div className="mb-5 flex items-center gap-3">
        <Monogram name={provider.name} size={40} />
        <div className="min-w-0">
          <h2 className="truncate text-head font-semibold tracking-tight">{provider.name}</h2>
          <div className="text-sm text-muted">
            {plural(provider.modelCount, 'model')} · <code>{provider.id}</code>
          </div>
        </div>
      </div>
      {provider.methods.length > 1 && <MethodList methods={provider.methods} />}
      {provider.unsupported === undefined ? (
        <Form {...props} />
      ) : (
        <Note kind="info">{provider.unsupported}</Note>
      )}
    </div>
  )
}

function Form({ provider, first, firstKey, onSwitch }: AddAccountFormProps) {
  const form = useKeyForm(provider, firstKey, first)
  const { draft, change, ready, action, saving } = form
  const error = action.error
  const atKey = error?.code === 'credential_rejected' ? error.message : saving.errors.key
  const atLabel = error?.code === 'conflict' ? error.message : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) void saving.submit()
  }
  return (
    <form onSubmit={submit} className="space-y-4" autoComplete="off">
      <KeyField
        value={draft.key}
        provider={provider}
        onChange={(key) => change({ key })}
        error={atKey}
        onSwitch={(providerId) => onSwitch(providerId, draft.key)}
        autoFocus
      />
      {provider.custom && <NoKey form={form} />}
      <ExtraFields
        fields={provider.fields}
        values={draft.fields}
        onChange={(fields) => change({ fields })}
        error={saving.errors.fields}
      />
      <LabelFields
        label={draft.label}
        namespace={draft.namespace}
        onLabel={(label) => change({ label })}
        onNamespace={(namespace) => change({ namespace })}
        error={atLabel}
      />
      <Actions form={form}>Connect {provider.name}</Actions>
      {error !== undefined && atLabel === undefined && error.code !== 'credential_rejected' ? (
        <Note>{error.message}</Note>
      ) : (
        <KeyTestNote saving={saving} />
      )}
    </form>
  )
}

/** Many servers on one's own machine ask for no key; an account is wanted all the same, to hang pins and states on. */
function NoKey({ form }: { readonly form: KeyForm }) {
  return (
    <Button size="sm" onClick={() => form.change({ key: NO_KEY, label: 'no key' })}>
      The server asks for no key
    </Button>
  )
}

/** Save, after a test that never stands in the way. */
function Actions({ form, children }: { readonly form: KeyForm; readonly children: ReactNode }) {
  const { ready, action, saving } = form
  const testing = saving.test?.testing === true
  return (
    <div className="flex flex-wrap gap-2">
      <Button kind="primary" type="submit" busy={action.busy || testing} disabled={!ready}>
        {testing ? 'Testing …' : saving.held ? 'Save anyway' : children}
      </Button>
      {testing ? (
        <Button disabled={action.busy} onClick={() => void saving.skip()}>
          Save without waiting
        </Button>
      ) : (
        <Button disabled={!ready || action.busy} onClick={saving.tryIt}>
          {saving.test === undefined ? 'Test' : 'Test again'}
        </Button>
      )}
    </div>
  )
}
