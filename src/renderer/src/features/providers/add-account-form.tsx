import { type FormEvent, useState } from 'react'
import type { Account, Provider } from '../../../../preload/shapes.ts'
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

/** The key of one provider, and what else that provider needs. */
export function AddAccountForm({ provider }: { readonly provider: Provider }) {
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
      {keyed ? <KeyForm provider={provider} /> : <Note kind="info">{provider.unsupported}</Note>}
      {others.length > 0 && (
        <p className="mt-5 text-sm text-muted">
          {provider.name} can also be signed in to with {others.map((method) => method.label).join(', ')}.
          Berth takes API keys so far.
        </p>
      )}
    </div>
  )
}

function KeyForm({ provider }: { readonly provider: Provider }) {
  const accounts = useProviders((state) => state.accounts)
  const add = useProviders((state) => state.add)
  const action = useAction()
  const done = useDone(provider)
  const [key, setKey] = useState('')
  const [label, setLabel] = useState(() => freeLabel(accounts ?? [], provider.id))
  const [namespace, setNamespace] = useState('')
  const [fields, setFields] = useState<Record<string, string>>({})
  const go = useGo()
  const missing = provider.fields.some((field) => field.required && !fields[field.name]?.trim())
  const ready = key.trim() !== '' && label.trim() !== '' && !missing
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!ready) return
    const input = {
      providerId: provider.id,
      key: key.trim(),
      label: label.trim(),
      namespace: namespace.trim(),
    }
    const saved = await action.run(() => add({ ...input, fields: filled(fields) }))
    if (saved !== undefined) done(saved.value)
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="space-y-4" autoComplete="off">
      <KeyField
        value={key}
        provider={provider}
        onChange={setKey}
        error={action.error?.code === 'credential_rejected' ? action.error.message : undefined}
        onSwitch={(providerId) => go({ page: 'add-provider', providerId })}
        autoFocus
      />
      {provider.fields.map((field) => (
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
              value={fields[field.name] ?? ''}
              onChange={(event) => setFields({ ...fields, [field.name]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <LabelFields
        label={label}
        namespace={namespace}
        onLabel={setLabel}
        onNamespace={setNamespace}
        error={action.error?.code === 'conflict' ? action.error.message : undefined}
      />
      {action.error !== undefined && !['credential_rejected', 'conflict'].includes(action.error.code) && (
        <Note>{action.error.message}</Note>
      )}
      <Button kind="primary" type="submit" busy={action.busy} disabled={!ready}>
        Connect {provider.name}
      </Button>
    </form>
  )
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
