import { type FormEvent, useState } from 'react'
import type { Account } from '../../../../preload/accounts.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { useGo, useProjects, useProviders } from '../../context.ts'
import { plural } from '../../lib/format.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Monogram } from '../../ui/monogram.tsx'
import { Note } from '../../ui/notes.tsx'
import { showDone } from '../shell/notices.ts'
import { LabelFields } from './account-dialogs.tsx'
import { KeyField } from './key-field.tsx'

export interface AddAccountFormProps {
  readonly provider: Provider
  /** A key already pasted for another provider, which turned out to be of this one; else empty. */
  readonly firstKey: string
  readonly onSwitch: (providerId: string, key: string) => void
}

/** The key of one provider, and what else that provider needs. */
export function AddAccountForm(props: AddAccountFormProps) {
  const { provider } = props
  const keyed = provider.unsupported === undefined
  const others = provider.methods.filter((method) => method.type === 'oauth')
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
      {keyed ? <KeyForm {...props} /> : <Note kind="info">{provider.unsupported}</Note>}
      {others.length > 0 && (
        <p className="mt-5 text-sm text-muted">
          {provider.name} can also be signed in to with {others.map((method) => method.label).join(', ')}.
          Berth takes API keys so far.
        </p>
      )}
    </div>
  )
}

function KeyForm({ provider, firstKey, onSwitch }: AddAccountFormProps) {
  const { draft, change, ready, action, save } = useKeyForm(provider, firstKey)
  const { error } = action
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) void save()
  }
  return (
    <form onSubmit={submit} className="space-y-4" autoComplete="off">
      <KeyField
        value={draft.key}
        provider={provider}
        onChange={(key) => change({ key })}
        error={error?.code === 'credential_rejected' ? error.message : undefined}
        onSwitch={(providerId) => onSwitch(providerId, draft.key)}
        autoFocus
      />
      <ExtraFields provider={provider} values={draft.fields} onChange={(fields) => change({ fields })} />
      <LabelFields
        label={draft.label}
        namespace={draft.namespace}
        onLabel={(label) => change({ label })}
        onNamespace={(namespace) => change({ namespace })}
        error={error?.code === 'conflict' ? error.message : undefined}
      />
      {error !== undefined && !['credential_rejected', 'conflict'].includes(error.code) && (
        <Note>{error.message}</Note>
      )}
      <Button kind="primary" type="submit" busy={action.busy} disabled={!ready}>
        Connect {provider.name}
      </Button>
    </form>
  )
}

function useKeyForm(provider: Provider, firstKey: string) {
  const { accounts, add } = useProviders((state) => state)
  const action = useAction()
  const done = useDone(provider)
  const [draft, setDraft] = useState(() => ({
    key: firstKey,
    label: freeLabel(accounts ?? [], provider.id),
    namespace: '',
    fields: {} as Readonly<Record<string, string>>,
  }))
  const missing = provider.fields.some((field) => field.required && !draft.fields[field.name]?.trim())
  const save = async () => {
    const saved = await action.run(() =>
      add({
        providerId: provider.id,
        key: draft.key.trim(),
        label: draft.label.trim(),
        namespace: draft.namespace.trim(),
        fields: filled(draft.fields),
      }),
    )
    if (saved !== undefined) done(saved.value)
  }
  return {
    draft,
    change: (change: Partial<typeof draft>) => setDraft({ ...draft, ...change }),
    ready: draft.key.trim() !== '' && draft.label.trim() !== '' && !missing,
    action,
    save,
  }
}

interface ExtraFieldsProps {
  readonly provider: Provider
  readonly values: Readonly<Record<string, string>>
  readonly onChange: (values: Readonly<Record<string, string>>) => void
}

/** What an account of this provider needs beside its key. */
function ExtraFields({ provider, values, onChange }: ExtraFieldsProps) {
  return provider.fields.map((field) => (
    <Field
      key={field.name}
      label={field.label}
      optional={!field.required}
      hint={<code className="text-[11.5px]">{field.name}</code>}
    >
      {(control) => (
        <Input
          {...control}
          placeholder={field.placeholder}
          value={values[field.name] ?? ''}
          onChange={(event) => onChange({ ...values, [field.name]: event.target.value })}
        />
      )}
    </Field>
  ))
}

/** After connecting: back to where the user was going. */
function useDone(provider: Provider) {
  const go = useGo()
  const first = useProjects((state) => state.projects?.length === 0)
  return (account: Account) => {
    showDone(`${provider.name} is connected.`)
    go(first ? { page: 'projects' } : { page: 'providers', accountId: account.id })
  }
}

function filled(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value.trim() === '' ? [] : [[name, value.trim()]])),
  )
}

/** `main`, or the next number that is not taken. */
export function freeLabel(
  accounts: readonly Pick<Account, 'providerId' | 'label'>[],
  providerId: string,
): string {
  const taken = new Set(accounts.filter((one) => one.providerId === providerId).map((one) => one.label))
  if (!taken.has('main')) return 'main'
  let number = 2
  while (taken.has(`main ${number}`)) number += 1
  return `main ${number}`
}
