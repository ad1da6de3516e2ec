import type { AccountField } from '../../../../preload/shapes.ts'
import { Field, Input } from '../../ui/field.tsx'

export interface LabelFieldsProps {
  readonly label: string
  readonly namespace: string
  readonly onLabel: (label: string) => void
  readonly onNamespace: (namespace: string) => void
  readonly error?: string | undefined
}

/** How an account is called: its label, and the group it belongs to. */
export function LabelFields({ label, namespace, onLabel, onNamespace, error }: LabelFieldsProps) {
  return (
    <div className="grid grid-cols-2 gap-3">
      <Field label="Label" hint="How you know it" error={error}>
        {(control) => (
          <Input
            {...control}
            value={label}
            maxLength={80}
            onChange={(event) => onLabel(event.target.value)}
          />
        )}
      </Field>
      <Field label="Group" optional hint="For example work or home">
        {(control) => (
          <Input
            {...control}
            value={namespace}
            maxLength={40}
            onChange={(event) => onNamespace(event.target.value)}
          />
        )}
      </Field>
    </div>
  )
}

export type FieldValues = Readonly<Record<string, string>>

export interface ExtraFieldsProps {
  readonly fields: readonly AccountField[]
  readonly values: FieldValues
  readonly onChange: (values: FieldValues) => void
  /** What is wrong with them, said at the first. */
  readonly error?: string | undefined
}

/** What an account of this provider needs beside its key. */
export function ExtraFields({ fields, values, onChange, error }: ExtraFieldsProps) {
  return fields.map((field, index) => (
    <Field
      key={field.name}
      label={field.label}
      optional={!field.required}
      error={index === 0 ? error : undefined}
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

/** The fields that say something, without blanks around it. */
export function filled(fields: FieldValues): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value.trim() === '' ? [] : [[name, value.trim()]])),
  )
}

export const lacksField = (fields: readonly AccountField[], values: FieldValues): boolean =>
  fields.some((field) => field.required && !values[field.name]?.trim())
