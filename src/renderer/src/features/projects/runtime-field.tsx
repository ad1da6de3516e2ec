import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { type ReactNode, useId } from 'react'
import type { RuntimeKind } from '../../../../preload/shapes.ts'
import { useStatus } from '../../context.ts'
import { cx } from '../../lib/cx.ts'

export interface RuntimeFieldProps {
  readonly value: RuntimeKind
  readonly onChange: (runtime: RuntimeKind) => void
  readonly error?: string | undefined
}

/** Container or not, each with what it means. */
export function RuntimeField({ value, onChange, error }: RuntimeFieldProps) {
  const engine = useStatus((state) => state.status?.engine)
  const id = useId()
  const reason = engine?.state === 'unavailable' || engine?.state === 'starting' ? engine.reason : undefined
  return (
    <div className="@container">
      <div id={id} className="mb-1 font-medium">
        Runs
      </div>
      <RadioGroup
        aria-labelledby={id}
        value={value}
        onValueChange={(next: RuntimeKind) => onChange(next)}
        className="grid gap-2 @md:grid-cols-2"
      >
        <Option value="docker" title="In a container" chosen={value === 'docker'}>
          {reason ?? 'OpenCode sees the folder and nothing else of this machine.'}
        </Option>
        <Option value="process" title="Without a container" chosen={value === 'process'}>
          Not isolated: the agent can reach every file you can.
        </Option>
      </RadioGroup>
      {error !== undefined && (
        <div role="alert" className="mt-1 text-sm text-trouble">
          {error}
        </div>
      )}
    </div>
  )
}

interface OptionProps {
  readonly value: RuntimeKind
  readonly title: string
  readonly chosen: boolean
  readonly children: ReactNode
}

function Option({ value, title, chosen, children }: OptionProps) {
  const id = useId()
  return (
    <div
      className={cx(
        'relative flex gap-2.5 rounded-sm border p-3',
        chosen ? 'border-accent bg-accent-soft' : 'border-line-strong/60 bg-raised',
      )}
    >
      <RadioDot value={value} labelledBy={id} />
      <div className="min-w-0">
        <div id={id} className="font-medium">
          {title}
        </div>
        <div className="text-sm text-muted">{children}</div>
      </div>
    </div>
  )
}

function RadioDot({ value, labelledBy }: { readonly value: string; readonly labelledBy: string }) {
  return (
    <Radio.Root
      value={value}
      aria-labelledby={labelledBy}
      className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-raised before:absolute before:inset-0 data-checked:border-accent data-checked:bg-accent"
    >
      <Radio.Indicator className="size-1.5 rounded-full bg-accent-text" />
    </Radio.Root>
  )
}
