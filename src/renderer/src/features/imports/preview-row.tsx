import { Pencil } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import type { ImportItem } from '../../../../preload/imports.ts'
import { useImports, useProviders } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { IconButton } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Monogram } from '../../ui/monogram.tsx'
import { Select } from '../../ui/select.tsx'
import { StateDot, type StateTone } from '../../ui/state-dot.tsx'
import { accountName } from '../providers/account-names.ts'
import { draftOf, freeLabel, type ItemDraft, type ItemProblem, isOpen } from './import-drafts.ts'
import { ItemFields } from './item-fields.tsx'
import { ProviderChoice } from './provider-choice.tsx'

const STATES: Readonly<Record<ImportItem['state'], { word: string; tone: StateTone }>> = {
  new: { word: 'new', tone: 'ok' },
  same: { word: 'already here', tone: 'rest' },
  conflict: { word: 'conflict', tone: 'waiting' },
  unsure: { word: 'unsure', tone: 'waiting' },
  refused: { word: 'refused', tone: 'trouble' },
}

interface PreviewRowProps {
  readonly item: ImportItem
  readonly problem: ItemProblem | undefined
}

/** One item of the source: what it is, how it stands to what is here, and what to do with it. */
export function PreviewRow({ item, problem }: PreviewRowProps) {
  const draft = useImports((state) => state.drafts[item.id]) ?? draftOf(item)
  const [editing, setEditing] = useState(false)
  const id = useId()
  const adds = draft.action === 'add'
  // Where a field is missing, or a name is taken, there is something to fill in.
  const open = adds && (editing || (problem !== undefined && problem.field !== 'provider'))
  return (
    <div className="px-4 py-2.5">
      <div className="flex items-center gap-3">
        <Take item={item} draft={draft} labelledBy={id} />
        <Name item={item} draft={draft} id={id} />
        <StateDot {...STATES[item.state]} />
        <Choice item={item} draft={draft} />
        {isOpen(item) && (
          <IconButton
            label={`Edit ${accountName(draft)}`}
            aria-expanded={open}
            active={open}
            className={adds ? '' : 'invisible'}
            onClick={() => setEditing(!open)}
          >
            <Pencil size={14} strokeWidth={1.75} />
          </IconButton>
        )}
      </div>
      <Remarks item={item} problem={problem} />
      {open && <ItemFields item={item} draft={draft} problem={problem} />}
    </div>
  )
}

/** Taken or left with one click; a conflict has three ways. */
const hasBox = (item: ImportItem): boolean => item.state === 'new' || item.state === 'unsure'

interface PartProps {
  readonly item: ImportItem
  readonly draft: ItemDraft
}

function Take({ item, draft, labelledBy }: PartProps & { readonly labelledBy: string }) {
  const decide = useImports((state) => state.decide)
  if (!hasBox(item)) return null
  return (
    <Checkbox
      aria-labelledby={labelledBy}
      checked={draft.action === 'add'}
      onChange={(checked) => decide(item.id, { action: checked ? 'add' : 'skip' })}
    />
  )
}

function Name({ item, draft, id }: PartProps & { readonly id: string }) {
  const provider = useProviders((state) => state.providers?.find((one) => one.id === draft.providerId))
  const vendor = provider?.name ?? draft.providerId
  return (
    <div className="flex min-w-0 flex-1 items-center gap-3">
      <Monogram name={vendor ?? '?'} />
      <div className="min-w-0 flex-1">
        <div id={id} className="truncate">
          <span className="font-medium">{accountName(draft)}</span>
          <span className="text-muted">
            {vendor !== undefined && `, ${vendor}`}
            {item.type === 'oauth' && ' login'}
          </span>
        </div>
        <div className="truncate text-sm text-muted" title={item.place}>
          <code className="text-[11.5px]">{item.preview}</code> · {item.place}
        </div>
      </div>
    </div>
  )
}

const KEEP = { value: 'skip', label: 'Keep the one here' } as const
const REPLACE = {
  value: 'replace',
  label: 'Replace its key',
  hint: 'The key it has now is forgotten',
} as const
const ANOTHER = { value: 'add', label: 'Add as another' } as const

function Choice({ item, draft }: PartProps): ReactNode {
  const decide = useImports((state) => state.decide)
  const accounts = useProviders((state) => state.accounts)
  if (item.state === 'unsure')
    return (
      <ProviderChoice
        item={item}
        value={draft.providerId}
        onChange={(providerId) => decide(item.id, { providerId, action: 'add' })}
      />
    )
  if (item.state !== 'conflict') return null
  return (
    <div className="w-44 shrink-0">
      <Select
        label={`What to do with ${accountName(draft)}`}
        value={draft.action}
        options={[KEEP, REPLACE, ANOTHER]}
        onChange={(action) => {
          const label =
            action === 'add' ? freeLabel({ ...draft, label: item.label }, accounts ?? []) : item.label
          decide(item.id, { action, label })
        }}
      />
    </div>
  )
}

/** Why it is refused, what follows from taking it, and what is still wanted. */
function Remarks({ item, problem }: PreviewRowProps) {
  const name = useProviders((state) => {
    const there = state.accounts?.find((one) => one.id === item.existingId)
    return there === undefined ? undefined : `${accountName(there)} (${there.preview})`
  })
  const lines = [
    item.state === 'conflict' && name !== undefined ? `${name} is here with another key.` : undefined,
    item.state === 'same' && name !== undefined ? `It is here as ${name}.` : undefined,
    item.reason,
    item.note,
  ].filter((line) => line !== undefined)
  if (lines.length === 0 && problem === undefined) return null
  return (
    <div className={cx('mt-1 space-y-0.5 text-sm break-words', hasBox(item) ? 'pl-17' : 'pl-10')}>
      {lines.map((line) => (
        <p key={line} className="text-muted">
          {line}
        </p>
      ))}
      {problem?.field === 'provider' && <p className="text-trouble">{problem.message}</p>}
    </div>
  )
}
