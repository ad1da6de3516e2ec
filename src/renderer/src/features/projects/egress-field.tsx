import type { EgressPolicy } from '../../../../preload/egress-policy.ts'
import type { RuntimeKind } from '../../../../preload/shapes.ts'
import { useStatus } from '../../context.ts'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import type { StatusState } from '../shell/status-store.ts'
import { aroundWords, policies } from './egress-words.ts'

export interface EgressFieldProps {
  readonly value: EgressPolicy
  /** What the project runs on: a narrower policy does not hold everywhere for every program. */
  readonly runtime: RuntimeKind
  readonly onChange: (policy: EgressPolicy) => void
}

/** Whether the engine confines; undefined while none answers. */
export const confinesOf = ({ status }: StatusState): boolean | undefined =>
  status?.engine.state === 'ready' ? status.engine.confines : undefined

/** Where a project may go besides its providers, each choice with what it means. */
export function EgressField({ value, runtime, onChange }: EgressFieldProps) {
  const confines = useStatus(confinesOf)
  const chosen = policies.find((policy) => policy.value === value)
  const hint = value === 'open' ? chosen?.text : `${chosen?.text} ${aroundWords(runtime, confines)}`
  return (
    <Field label="Where it may go" hint={hint}>
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
