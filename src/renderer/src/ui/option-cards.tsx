import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { type ReactNode, useId } from 'react'
import { cx } from '../lib/cx.ts'

export interface OptionCard<V extends string> {
  readonly value: V
  readonly title: string
  /** What it means. */
  readonly text: ReactNode
  readonly disabled?: boolean
}

export interface OptionCardsProps<V extends string> {
  readonly label: string
  readonly value: V
  readonly options: readonly OptionCard<V>[]
  readonly onChange: (value: V) => void
  readonly error?: string | undefined
}

/** One of a few options, each with what it means. */
export function OptionCards<V extends string>(props: OptionCardsProps<V>) {
  const { label, value, options, onChange, error } = props
  const id = useId()
  return (
    <div className="@container">
      <div id={id} className="mb-1 font-medium">
        {label}
      </div>
      <RadioGroup
        aria-labelledby={id}
        value={value}
        onValueChange={(next: V) => onChange(next)}
        className="grid gap-2 @md:grid-cols-2"
      >
        {options.map((option) => (
          <Option key={option.value} option={option} chosen={option.value === value} />
        ))}
      </RadioGroup>
      {error !== undefined && (
        <div role="alert" className="mt-1 text-sm text-trouble">
          {error}
        </div>
      )}
    </div>
  )
}

function Option({ option, chosen }: { readonly option: OptionCard<string>; readonly chosen: boolean }) {
  const id = useId()
  return (
    <div
      className={cx(
        'relative flex gap-2.5 rounded-sm border p-3',
        chosen ? 'border-accent bg-accent-soft' : 'border-line-strong/60 bg-raised',
      )}
    >
      <Radio.Root
        value={option.value}
        aria-labelledby={id}
        aria-describedby={`${id}-text`}
        disabled={option.disabled}
        className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-raised before:absolute before:inset-0 data-checked:border-accent data-checked:bg-accent data-disabled:border-line data-disabled:bg-sunken"
      >
        <Radio.Indicator className="size-1.5 rounded-full bg-accent-text" />
      </Radio.Root>
      <div className="min-w-0">
        <div id={id} className="font-medium">
          {option.title}
        </div>
        <div id={`${id}-text`} className="text-sm text-muted">
          {option.text}
        </div>
      </div>
    </div>
  )
}
