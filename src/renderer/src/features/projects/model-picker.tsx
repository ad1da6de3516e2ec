import { ChevronDown } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { Project } from '../../../../preload/shapes.ts'
import { useProjects, useProviders } from '../../context.ts'
import { Button } from '../../ui/button.tsx'
import { FilterList } from '../../ui/filter-list.tsx'
import { Popover } from '../../ui/popover.tsx'
import { showFailure } from '../shell/notices.ts'
import { modelItems } from './model-fields.tsx'

/** The project's model; opens to the models of every connected provider. */
export function ModelPicker({ project }: { readonly project: Project }) {
  const [open, setOpen] = useState(false)
  const models = useProviders((state) => state.models[project.providerId])
  const update = useProjects((state) => state.update)
  const items = useChoices(project.providerId, open)
  const name = models?.find((model) => model.id === project.modelId)?.name ?? project.modelId
  const pick = async (item: Choice) => {
    setOpen(false)
    const moved = item.providerId !== project.providerId
    const answer = await update({
      projectId: project.id,
      providerId: item.providerId,
      modelId: item.modelId,
      // An account belongs to one provider: a pin does not move with the model.
      ...(moved && project.accountId !== undefined ? { accountId: null } : {}),
    })
    if (!answer.ok) showFailure(answer.error)
  }
  return (
    <Popover
      align="end"
      label="Models"
      padded={false}
      width="w-100"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button kind="ghost" size="sm" className="min-w-0 shrink font-normal" aria-label={`Model: ${name}`}>
          <span className="truncate">{name}</span>
          <ChevronDown size={14} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-muted" />
        </Button>
      }
    >
      <FilterList
        label="Models"
        placeholder="Search models of connected providers"
        autoFocus
        items={items}
        selectedId={`${project.providerId}/${project.modelId}`}
        onPick={(item) => void pick(item)}
        className="max-h-100"
      />
    </Popover>
  )
}

interface Choice {
  readonly id: string
  readonly label: string
  readonly keywords: string
  readonly hint: string
  readonly group: string
  readonly providerId: string
  readonly modelId: string
}

/** The models of the project's own provider first, then those of the other connected ones. */
function useChoices(ownId: string, open: boolean): Choice[] {
  const { models, accounts, providers, loadModels } = useProviders((state) => state)
  const ids = useMemo(
    () => [...new Set([ownId, ...(accounts ?? []).map((account) => account.providerId)])],
    [ownId, accounts],
  )
  useEffect(() => {
    void loadModels(ownId)
    if (open) for (const id of ids) void loadModels(id)
  }, [open, ids, ownId, loadModels])
  return useMemo(
    () =>
      ids.flatMap((providerId) => {
        const group = providers?.find((provider) => provider.id === providerId)?.name ?? providerId
        return modelItems(models[providerId] ?? []).map((item) => ({
          ...item,
          id: `${providerId}/${item.id}`,
          keywords: `${item.keywords} ${group}`,
          group,
          providerId,
          modelId: item.id,
        }))
      }),
    [ids, models, providers],
  )
}
