import { type FormEvent, useState } from 'react'
import type { Input } from '../../../../preload/contract.ts'
import type { Project } from '../../../../preload/shapes.ts'
import { useProjects, useStatus, useStores } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import type { Stores } from '../../stores.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input as TextInput } from '../../ui/field.tsx'
import { Note } from '../../ui/notes.tsx'
import { showDone } from '../shell/notices.ts'
import { AccountField } from './account-field.tsx'
import { DeliveryField } from './delivery-field.tsx'
import { EgressDue } from './egress-due.tsx'
import { EgressField } from './egress-field.tsx'
import { ImageField } from './image-field.tsx'
import { ModelField, ProviderField } from './model-fields.tsx'
import { defaultModel } from './models.ts'
import { fieldOf } from './new-project-store.ts'
import { isUp } from './project-states.ts'
import { RemoveProject } from './remove-project.tsx'
import { RuntimeField } from './runtime-field.tsx'
import { useDirectRefusal } from './use-choice.ts'
import { DEFAULT_IMAGE, useImages, useModels, useOffered } from './use-project-form.ts'

type Change = Omit<Input<'projects.update'>, 'projectId'>

/** What can be changed about a project; a change is kept at once by its button, and says when it takes effect. */
export function ProjectSettings({ project }: { readonly project: Project }) {
  const [change, setChange] = useState<Change>({})
  const stores = useStores()
  const update = useProjects((state) => state.update)
  const action = useAction()
  const edit = (next: Change) => setChange({ ...change, ...next })
  const dirty = Object.keys(change).length > 0
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const saved = await action.run(() => update({ projectId: project.id, ...withModel(change, stores) }))
    if (saved === undefined) return
    setChange({})
    showDone('Saved.')
  }
  const errorAt = (field: string) =>
    action.error !== undefined && fieldOf(action.error.code) === field ? action.error.message : undefined
  return (
    <div className="p-4">
      <form onSubmit={(event) => void submit(event)} className="space-y-4">
        <Field label="Name">
          {(control) => (
            <TextInput
              {...control}
              value={change.name ?? project.name}
              maxLength={80}
              onChange={(event) => edit({ name: event.target.value })}
            />
          )}
        </Field>
        <Folder path={project.folder} />
        <Models project={project} change={change} edit={edit} errorAt={errorAt} />
        <DeliveryPart project={project} change={change} edit={edit} errorAt={errorAt} />
        <EgressPart project={project} change={change} edit={edit} errorAt={errorAt} />
        <Runtime project={project} change={change} edit={edit} errorAt={errorAt} />
        {errorAt('form') !== undefined && <Note>{errorAt('form')}</Note>}
        {dirty && (
          <Actions busy={action.busy} ready={change.name?.trim() !== ''} onUndo={() => setChange({})} />
        )}
      </form>
      <Danger project={project} />
    </div>
  )
}

function Folder({ path }: { readonly path: string }) {
  return (
    <Field label="Folder" hint="A project stays in its folder. For another, make another project.">
      {(control) => (
        <TextInput {...control} readOnly value={path} className="font-mono text-code text-muted" />
      )}
    </Field>
  )
}

interface ActionsProps {
  readonly busy: boolean
  readonly ready: boolean
  readonly onUndo: () => void
}

/** Shown once something was changed. */
function Actions({ busy, ready, onUndo }: ActionsProps) {
  return (
    <div className="sticky bottom-0 flex gap-2 border-t border-line bg-bg py-3">
      <Button kind="primary" type="submit" busy={busy} disabled={!ready}>
        Save
      </Button>
      <Button kind="ghost" onClick={onUndo}>
        Undo
      </Button>
    </div>
  )
}

/** A new provider brings its own model: the one the form shows, where none was picked. */
function withModel(change: Change, { providers }: Stores): Change {
  if (change.providerId === undefined || change.modelId !== undefined) return change
  const model = defaultModel(providers.getState().models[change.providerId] ?? [])
  return model === undefined ? change : { ...change, modelId: model.id }
}

interface PartProps {
  readonly project: Project
  readonly change: Change
  readonly edit: (change: Change) => void
  readonly errorAt: (field: string) => string | undefined
}

function Models({ project, change, edit, errorAt }: PartProps) {
  const providers = useOffered()
  const providerId = change.providerId ?? project.providerId
  const models = useModels(providerId)
  const same = providerId === project.providerId
  const modelId = change.modelId ?? (same ? project.modelId : (defaultModel(models ?? [])?.id ?? ''))
  const accountId =
    change.accountId === undefined ? (same ? (project.accountId ?? '') : '') : (change.accountId ?? '')
  return (
    <>
      <ProviderField
        value={providerId}
        providers={providers}
        error={errorAt('provider')}
        onChange={(id) => edit({ providerId: id, accountId: null })}
      />
      <ModelField
        value={modelId}
        models={models}
        error={errorAt('model')}
        onChange={(id) => edit({ providerId, modelId: id })}
      />
      <AccountField
        project={{ id: project.id, providerId, modelId }}
        value={accountId}
        onChange={(id) => edit({ accountId: id === '' ? null : id })}
      />
    </>
  )
}

function DeliveryPart({ project, change, edit }: PartProps) {
  const refusal = useDirectRefusal({
    ...project,
    providerId: change.providerId ?? project.providerId,
    accountId: change.accountId === undefined ? project.accountId : (change.accountId ?? undefined),
  })
  return (
    <div>
      <DeliveryField
        value={change.delivery ?? project.delivery}
        onChange={(delivery) => edit({ delivery })}
        refusal={refusal}
      />
      {change.delivery !== undefined && change.delivery !== project.delivery && isUp(project.state) && (
        <p className="mt-1 text-sm text-muted">Takes effect when the project is started again.</p>
      )}
    </div>
  )
}

function EgressPart({ project, change, edit }: PartProps) {
  const value = change.egress ?? project.egress
  const runtime = change.runtime ?? project.runtime
  return (
    <div>
      <EgressField value={value} runtime={runtime} onChange={(egress) => edit({ egress })} />
      {value !== project.egress && isUp(project.state) && (
        <p className="mt-1 text-sm text-muted">
          The gateway goes by it as soon as it is saved, and ends open connections that it forbids.
        </p>
      )}
      {value === project.egress && <EgressDue project={project} className="mt-2" />}
    </div>
  )
}

function Runtime({ project, change, edit, errorAt }: PartProps) {
  const engineReady = useStatus((state) => state.status?.engine.state === 'ready')
  const images = useImages(engineReady)
  const runtime = change.runtime ?? project.runtime
  const changed = change.runtime !== undefined || change.image !== undefined
  return (
    <>
      <RuntimeField value={runtime} onChange={(next) => edit({ runtime: next })} error={errorAt('runtime')} />
      {runtime === 'docker' && (
        <ImageField
          value={change.image ?? project.image ?? ''}
          placeholder={images?.[0]?.name ?? DEFAULT_IMAGE}
          images={images}
          onChange={(image) => edit({ image })}
          error={errorAt('image')}
        />
      )}
      {changed && project.state !== 'stopped' && project.state !== 'failed' && (
        <p className="text-sm text-muted">Takes effect when the project is started again.</p>
      )}
    </>
  )
}

function Danger({ project }: { readonly project: Project }) {
  const [removing, setRemoving] = useState(false)
  return (
    <div className="mt-6 flex items-center gap-3 border-t border-line pt-4">
      <p className="flex-1 text-sm text-muted">Removes its runtime and its history, never the folder.</p>
      <Button size="sm" className="text-trouble" onClick={() => setRemoving(true)}>
        Remove project
      </Button>
      <RemoveProject project={project} open={removing} onClose={() => setRemoving(false)} />
    </div>
  )
}
