import { useId } from 'react'
import { useImports } from '../../context.ts'
import { Checkbox } from '../../ui/checkbox.tsx'
import type { ItemGroup } from './import-drafts.ts'
import { PreviewRow } from './preview-row.tsx'
import type { Problems } from './preview-view.tsx'

interface PreviewGroupProps {
  readonly group: ItemGroup
  readonly problems: Problems
}

/** Items of one kind of state under their name. */
export function PreviewGroup({ group, problems }: PreviewGroupProps) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <div className="mb-2 flex items-center gap-2.5">
        {group.id === 'new' && group.items.length > 1 && <TakeAll group={group} />}
        <h3 id={id} className="font-semibold">
          {group.title} <span className="font-normal text-muted">{group.items.length}</span>
        </h3>
      </div>
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-raised">
        {group.items.map((item) => (
          <li
            key={item.id}
            // Long lists are laid out as far as they are looked at.
            className="[contain-intrinsic-size:auto_56px] [content-visibility:auto]"
          >
            <PreviewRow item={item} problem={problems[item.id]} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function TakeAll({ group }: { readonly group: ItemGroup }) {
  const drafts = useImports((state) => state.drafts)
  const decide = useImports((state) => state.decide)
  const taken = group.items.filter((item) => drafts[item.id]?.action === 'add').length
  const all = taken === group.items.length
  const toggle = () => {
    for (const item of group.items) decide(item.id, { action: all ? 'skip' : 'add' })
  }
  return (
    <Checkbox
      aria-label="Take every new one"
      checked={all}
      partly={taken > 0 && !all}
      onChange={toggle}
      className="ml-4"
    />
  )
}
