import { type FormEvent, useId, useState } from 'react'
import type { Provider } from '../../../../preload/shapes.ts'
import { useProviders } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input, TextArea } from '../../ui/field.tsx'
import { Note } from '../../ui/notes.tsx'
import { useModels } from '../projects/use-project-form.ts'
import { idOf, parseModels } from './custom-provider.ts'

export interface CustomProviderDialogProps {
  /** The one to edit; absent makes a new one. */
  readonly provider?: Provider
  readonly onClose: () => void
  readonly onSaved?: (providerId: string) => void
}

/** A server of the user's own that speaks OpenAI's API. */
export function CustomProviderDialog({ provider, onClose, onSaved }: CustomProviderDialogProps) {
  const formId = useId()
  const form = useCustomForm(provider)
  const saveCustom = useProviders((state) => state.saveCustom)
  const action = useAction()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!form.ready) return
    const saved = await action.run(() => saveCustom(form.input))
    if (saved === undefined) return
    onClose()
    onSaved?.(saved.value.id)
  }
  return (
    <Dialog
      open
      onClose={onClose}
      width="w-130"
      title={provider === undefined ? 'Your own server' : `Edit ${provider.name}`}
      description="Any server that speaks OpenAI's chat API: on this machine, on your network, or elsewhere."
      actions={
        <>
          {provider !== undefined && <RemoveCustom provider={provider} onDone={onClose} />}
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={formId} busy={action.busy} disabled={!form.ready}>
            Save
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} className="mt-4 space-y-4">
        <CustomFields form={form} existing={provider !== undefined} />
        {action.error !== undefined && <Note>{action.error.message}</Note>}
      </form>
    </Dialog>
  )
}

type CustomForm = ReturnType<typeof useCustomForm>

function useCustomForm(provider: Provider | undefined) {
  const known = useModels(provider?.id ?? '')
  const [name, setName] = useState(provider?.name ?? '')
  const [id, setId] = useState(provider?.id ?? '')
  const [baseUrl, setBaseUrl] = useState(provider?.baseUrl ?? '')
  const [typed, setModels] = useState<string>()
  const models =
    typed ??
    known?.map((model) => (model.name === model.id ? model.id : `${model.id} ${model.name}`)).join('\n') ??
    ''
  const input = {
    id: id || idOf(name),
    name: name.trim(),
    baseUrl: baseUrl.trim(),
    models: parseModels(models),
  }
  const ready =
    input.id !== '' && input.name !== '' && /^https?:\/\/./.test(input.baseUrl) && input.models.length > 0
  return { name, setName, setId, baseUrl, setBaseUrl, models, setModels, input, ready }
}

function CustomFields({ form, existing }: { readonly form: CustomForm; readonly existing: boolean }) {
  return (
    <>
      <NameAndId form={form} existing={existing} />
      <BaseUrl form={form} />
      <Field label="Models" hint="One a line: its id, then its name if you like">
        {(control) => (
          <TextArea
            {...control}
            rows={4}
            spellCheck={false}
            className="font-mono text-code"
            placeholder={'qwen3-coder-30b Qwen3 Coder\nllama-4-scout'}
            value={form.models}
            onChange={(event) => form.setModels(event.target.value)}
          />
        )}
      </Field>
    </>
  )
}

function NameAndId({ form, existing }: { readonly form: CustomForm; readonly existing: boolean }) {
  return (
    <div className="grid grid-cols-2 gap-3">
      <Field label="Name">
        {(control) => (
          <Input
            {...control}
            placeholder="Lab server"
            value={form.name}
            onChange={(event) => form.setName(event.target.value)}
          />
        )}
      </Field>
      <Field label="Id" hint={existing ? 'Stays as it is' : 'a-z, 0-9, dot and dash'}>
        {(control) => (
          <Input
            {...control}
            readOnly={existing}
            className="font-mono text-code"
            value={form.input.id}
            onChange={(event) => form.setId(event.target.value.toLowerCase())}
          />
        )}
      </Field>
    </div>
  )
}

function BaseUrl({ form }: { readonly form: CustomForm }) {
  const bad = form.baseUrl !== '' && !/^h(t(t(p(s?(:(\/(\/.*)?)?)?)?)?)?)?$/.test(form.baseUrl)
  return (
    <Field
      label="Base URL"
      hint="The part before /chat/completions"
      error={bad ? 'An address begins with http:// or https://.' : undefined}
    >
      {(control) => (
        <Input
          {...control}
          type="url"
          className="font-mono text-code"
          placeholder="http://192.168.1.20:8000/v1"
          value={form.baseUrl}
          onChange={(event) => form.setBaseUrl(event.target.value)}
        />
      )}
    </Field>
  )
}

function RemoveCustom({ provider, onDone }: { readonly provider: Provider; readonly onDone: () => void }) {
  const removeCustom = useProviders((state) => state.removeCustom)
  const action = useAction()
  const [sure, setSure] = useState(false)
  const remove = async () => {
    if (!sure) return setSure(true)
    const done = await action.run(() => removeCustom(provider.id))
    if (done !== undefined) onDone()
  }
  return (
    <span className="mr-auto flex min-w-0 items-center gap-2">
      <Button
        kind={sure ? 'danger' : 'ghost'}
        className={sure ? '' : 'text-trouble'}
        busy={action.busy}
        onClick={() => void remove()}
      >
        {sure ? 'Remove for good' : 'Remove'}
      </Button>
      {action.error !== undefined && <span className="text-sm text-trouble">{action.error.message}</span>}
    </span>
  )
}
