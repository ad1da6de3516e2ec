import { useMemo, useState } from 'react'
import type { Account } from '../../../../preload/accounts.ts'
import { usePins, useProjects, useProviders } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { ComboboxField } from '../../ui/combobox.tsx'
import { Note } from '../../ui/notes.tsx'
import { modelItems } from '../projects/model-fields.tsx'
import { useModels } from '../projects/use-project-form.ts'
import { showDone } from '../shell/notices.ts'
import { accountName, isUsable } from './account-names.ts'
import { FormDialog } from './form-dialog.tsx'
import { pinAt, placeWords } from './pin-words.ts'
import { usePinNames } from './use-pin-names.ts'

export interface PinDialogProps {
  readonly account: Account
  /** Chosen to begin with. */
  readonly projectId?: string | undefined
  readonly onClose: () => void
}

/** Stands for no choice, in a list of ids. */
const ANY = ''

/** Chooses an account for a project, for a model, or for a model in a project. */
export function PinDialog({ account, projectId: first = ANY, onClose }: PinDialogProps) {
  const set = usePins((state) => state.set)
  const action = useAction()
  const [projectId, setProjectId] = useState(first)
  const [modelId, setModelId] = useState(ANY)
  const place = {
    ...(projectId === ANY ? {} : { projectId }),
    ...(modelId === ANY ? {} : { modelId }),
  }
  const names = usePinNames(account.providerId)
  const somewhere = projectId !== ANY || modelId !== ANY
  const save = async () => {
    const done = await action.run(() => set({ accountId: account.id, ...place }))
    if (done === undefined) return
    onClose()
    showDone(`${accountName(account)} is pinned ${placeWords(place, names)}.`)
  }
  return (
    <FormDialog
      title={`Pin ${accountName(account)}`}
      description="Requests that fit the pin use this account, whichever is active. The narrowest pin wins."
      action="Pin"
      ready={somewhere}
      busy={action.busy}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <ProjectChoice account={account} value={projectId} onChange={setProjectId} />
      <ModelChoice providerId={account.providerId} value={modelId} onChange={setModelId} />
      <Outcome account={account} place={place} somewhere={somewhere} />
      {action.error !== undefined && <Note>{action.error.message}</Note>}
    </FormDialog>
  )
}

interface OutcomeProps {
  readonly account: Account
  readonly place: { readonly projectId?: string; readonly modelId?: string }
  readonly somewhere: boolean
}

/** What the pin will do, in words. */
function Outcome({ account, place, somewhere }: OutcomeProps) {
  const pins = usePins((state) => state.pins) ?? []
  const accounts = useProviders((state) => state.accounts) ?? []
  const direct = useProjects((state) =>
    state.projects?.some((one) => one.id === place.projectId && one.delivery === 'direct'),
  )
  const names = usePinNames(account.providerId)
  const before = pinAt(pins, { providerId: account.providerId, ...place })
  const other = accounts.find((one) => one.id === before?.accountId)
  return (
    <div role="status" className="min-h-10 text-sm text-muted">
      {!somewhere && 'Choose a project, a model, or both.'}
      {somewhere && `${accountName(account)} will be used ${placeWords(place, names)}.`}
      {other !== undefined && other.id !== account.id && ` It takes the place of ${accountName(other)}.`}
      {!isUsable(account) && somewhere && ` While it is ${account.state}, the pin is passed over.`}
      {direct === true && ' This project has its real key: a pin reaches it at its next start.'}
    </div>
  )
}

interface ChoiceProps {
  readonly value: string
  readonly onChange: (id: string) => void
}

function ProjectChoice({ account, value, onChange }: ChoiceProps & { readonly account: Account }) {
  const projects = useProjects((state) => state.projects)
  const items = useMemo(() => {
    const fits = (providerId: string) => Number(providerId !== account.providerId)
    const sorted = (projects ?? []).toSorted(
      (a, b) => fits(a.providerId) - fits(b.providerId) || a.name.localeCompare(b.name),
    )
    return [
      { id: ANY, label: 'Every project' },
      ...sorted.map((project) => ({ id: project.id, label: project.name, hint: project.modelId })),
    ]
  }, [projects, account.providerId])
  return (
    <ComboboxField
      label="Project"
      items={items}
      value={value}
      onChange={(item) => onChange(item.id)}
      placeholder="Search projects"
      shown={items.find((item) => item.id === value)?.label ?? value}
    />
  )
}

function ModelChoice({ providerId, value, onChange }: ChoiceProps & { readonly providerId: string }) {
  const models = useModels(providerId)
  const items = useMemo(() => [{ id: ANY, label: 'Every model' }, ...modelItems(models ?? [])], [models])
  return (
    <ComboboxField
      label="Model"
      items={items}
      value={value}
      onChange={(item) => onChange(item.id)}
      placeholder="Search models"
      shown={items.find((item) => item.id === value)?.label ?? value}
    />
  )
}
