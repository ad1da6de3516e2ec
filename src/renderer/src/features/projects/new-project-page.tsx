import { ChevronRight } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useGo, useProjects, useProviders, useStores } from '../../context.ts'
import { useTitle } from '../../lib/hooks.ts'
import { type Action, useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input, TextArea } from '../../ui/field.tsx'
import { Note } from '../../ui/notes.tsx'
import { Page } from '../../ui/page.tsx'
import { AccountField } from './account-field.tsx'
import { DeliveryField } from './delivery-field.tsx'
import { EgressField } from './egress-field.tsx'
import { FolderField } from './folder-field.tsx'
import { ImageField, isLocal } from './image-field.tsx'
import { ModelField, ProviderField } from './model-fields.tsx'
import { creationOf, type FieldName, fieldOf } from './new-project-store.ts'
import { RuntimeField } from './runtime-field.tsx'
import { useDirectRefusal } from './use-choice.ts'
import { type ProjectForm, useModels, useProjectForm, useUsualEgress } from './use-project-form.ts'

/** One page from a folder to a running OpenCode. What is filled in survives leaving and reloading. */
export function NewProjectPage() {
  useTitle('New project')
  const action = useAction()
  const filled = useProjectForm()
  // What was wrong with the last try is not said of what is filled in now.
  const form: ProjectForm = {
    ...filled,
    change: (part) => {
      action.clear()
      filled.change(part)
    },
  }
  const { newProject } = useStores()
  const create = useProjects((state) => state.create)
  const go = useGo()
  const { draft, choices } = form
  const ready = draft.folder.trim() !== '' && draft.name.trim() !== '' && choices.modelId !== ''
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!ready) return
    const made = await action.run(() => create(creationOf(draft, choices)))
    if (made === undefined) return
    newProject.getState().clear()
    go({ page: 'project', projectId: made.value.id })
  }
  return (
    <Page title="New project" narrow>
      <form onSubmit={(event) => void submit(event)} className="space-y-5">
        <Fields form={form} error={(field) => errorAt(action, field)} />
        <More form={form} />
        {errorAt(action, 'form') !== undefined && <Note>{errorAt(action, 'form')}</Note>}
        <div className="sticky bottom-0 -mx-2 -mb-7 flex gap-2 border-t border-line bg-bg px-2 pt-4 pb-5">
          <Button kind="primary" type="submit" busy={action.busy} disabled={!ready}>
            {buttonWords(form)}
          </Button>
          <Button kind="ghost" onClick={() => go({ page: 'projects' })}>
            Cancel
          </Button>
        </div>
      </form>
    </Page>
  )
}

function errorAt(action: Action, field: FieldName): string | undefined {
  return action.error !== undefined && fieldOf(action.error.code) === field ? action.error.message : undefined
}

/** The button says what will happen. */
function buttonWords({ choices, images, draft }: ProjectForm): string {
  const then = draft.prompt.trim() === '' ? 'start' : 'start, then send the prompt'
  if (choices.runtime === 'process') return `${capital(then)} without a container`
  return isLocal(choices.image, images) ? capital(then) : `Pull ${choices.image} and ${then}`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

interface FieldsProps {
  readonly form: ProjectForm
  readonly error: (field: FieldName) => string | undefined
}

function Fields({ form, error }: FieldsProps) {
  const { draft, change, choices, images } = form
  return (
    <>
      <FolderField
        value={draft.folder}
        error={error('folder')}
        onChange={(folder) => change({ folder })}
        onChecked={(name) => !draft.nameIsOwn && change({ name })}
      />
      <Field label="Name" error={error('name')}>
        {(control) => (
          <Input
            {...control}
            value={draft.name}
            maxLength={80}
            onChange={(event) => change({ name: event.target.value, nameIsOwn: event.target.value !== '' })}
          />
        )}
      </Field>
      <ModelChoice form={form} error={error} />
      <RuntimeField
        value={choices.runtime}
        onChange={(runtime) => change({ runtime })}
        error={error('runtime')}
      />
      {choices.runtime === 'docker' && (
        <ImageField
          value={draft.image}
          placeholder={choices.image}
          images={images}
          onChange={(image) => change({ image })}
          error={error('image')}
        />
      )}
    </>
  )
}

function ModelChoice({ form, error }: FieldsProps) {
  const { change, choices, providers } = form
  const go = useGo()
  const models = useModels(choices.providerId)
  const connected = useProviders((state) =>
    state.accounts?.some((account) => account.providerId === choices.providerId),
  )
  const provider = providers.find((one) => one.id === choices.providerId)
  return (
    <div className="space-y-3">
      <div className="grid grid-cols-2 gap-3">
        <ProviderField
          value={choices.providerId}
          providers={providers}
          onChange={(providerId) => change({ providerId, modelId: '', accountId: '' })}
          error={error('provider')}
        />
        <ModelField
          value={choices.modelId}
          models={models}
          onChange={(modelId) => change({ modelId })}
          error={error('model')}
        />
      </div>
      {connected === false && provider !== undefined && (
        <Note
          kind="warning"
          actions={
            <Button size="sm" onClick={() => go({ page: 'add-provider', providerId: provider.id })}>
              Connect {provider.name}
            </Button>
          }
        >
          {provider.name} is not connected. The project would start, and its first prompt would find no key.
        </Note>
      )}
    </div>
  )
}

function More({ form }: { readonly form: ProjectForm }) {
  const { draft, change, choices } = form
  const refusal = useDirectRefusal({ ...choices, accountId: draft.accountId })
  const usual = useUsualEgress()
  const egress = draft.egress === '' ? usual : draft.egress
  const [open, setOpen] = useState(
    draft.prompt !== '' || draft.accountId !== '' || draft.delivery === 'direct' || draft.egress !== '',
  )
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex items-center gap-1 rounded-xs font-medium text-muted hover:text-fg"
      >
        <ChevronRight size={16} strokeWidth={1.75} aria-hidden="true" className={open ? 'rotate-90' : ''} />
        More
      </button>
      {open && (
        <div className="rise mt-3 space-y-5">
          <AccountField
            project={{ providerId: choices.providerId, modelId: choices.modelId }}
            value={draft.accountId}
            onChange={(accountId) => change({ accountId })}
          />
          <DeliveryField
            value={draft.delivery}
            onChange={(delivery) => change({ delivery })}
            refusal={refusal}
          />
          {egress !== undefined && (
            <EgressField
              value={egress}
              runtime={choices.runtime}
              onChange={(next) => change({ egress: next })}
            />
          )}
          <Field label="First prompt" optional hint="Sent as soon as OpenCode is up.">
            {(control) => (
              <TextArea
                {...control}
                rows={3}
                value={draft.prompt}
                onChange={(event) => change({ prompt: event.target.value })}
              />
            )}
          </Field>
        </div>
      )}
    </div>
  )
}
