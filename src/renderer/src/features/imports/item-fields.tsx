import type { ImportItem } from '../../../../preload/imports.ts'
import { useImports, useProviders } from '../../context.ts'
import { Field, Input } from '../../ui/field.tsx'
import type { ItemDraft, ItemProblem } from './import-drafts.ts'

interface ItemFieldsProps {
  readonly item: ImportItem
  readonly draft: ItemDraft
  readonly problem: ItemProblem | undefined
}

/** How the account will be called, and what its vendor wants beside the key. */
export function ItemFields({ item, draft, problem }: ItemFieldsProps) {
  const decide = useImports((state) => state.decide)
  const provider = useProviders((state) => state.providers?.find((one) => one.id === draft.providerId))
  const setField = (name: string, value: string) =>
    decide(item.id, { fields: { ...draft.fields, [name]: value } })
  return (
    <div className="mt-2.5 grid grid-cols-2 gap-3 rounded-sm bg-sunken p-3">
      <Field label="Label" error={problem?.field === 'label' ? problem.message : undefined}>
        {(control) => (
          <Input
            {...control}
            value={draft.label}
            maxLength={80}
            onChange={(event) => decide(item.id, { label: event.target.value })}
          />
        )}
      </Field>
      <Field label="Group" optional>
        {(control) => (
          <Input
            {...control}
            value={draft.namespace}
            maxLength={40}
            onChange={(event) => decide(item.id, { namespace: event.target.value })}
          />
        )}
      </Field>
      {provider?.fields.map((field) => {
        const value = draft.fields[field.name] ?? ''
        const missing = problem?.field === 'fields' && field.required && value.trim() === ''
        return (
          <Field
            key={field.name}
            label={field.label}
            optional={!field.required}
            error={missing ? `${field.label} is needed.` : undefined}
          >
            {(control) => (
              <Input
                {...control}
                value={value}
                placeholder={field.placeholder}
                onChange={(event) => setField(field.name, event.target.value)}
              />
            )}
          </Field>
        )
      })}
    </div>
  )
}
