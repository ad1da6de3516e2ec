import type { EgressPolicy } from '../../../../preload/egress-policy.ts'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { AROUND, policies } from './egress-words.ts'

export interface EgressFieldProps {
  readonly value: EgressPolicy
  readonly onChange: (policy: EgressPolicy) => void
}

/** Where a project may go besides its providers, each choice with what it means. */
export function EgressField({ value, onChange }: EgressFieldProps) {
  const chosen = policies.find((policy) => policy.value === value)
  return (
    <Field label="Where it may go" hint={value === 'open' ? chosen?.text : `${chosen?.text} ${AROUND}`}>
      {(control) => (
        <Select
          id={control.id}
          label="Where it may go"
          value={value}
          options={policies.map((policy) => ({
            value: policy.value,
            label: policy.title,
            hint: policy.text,
          }))}
          onChange={onChange}
        />
      )}
    </Field>
  )
}
