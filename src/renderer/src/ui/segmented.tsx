import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import type { ReactNode } from 'react'

export interface Segment<V extends string> {
  readonly value: V
  readonly label: string
  readonly icon?: ReactNode
}

export interface SegmentedProps<V extends string> {
  readonly value: V
  readonly options: readonly Segment<V>[]
  readonly onChange: (value: V) => void
  readonly label?: string
  /** The id of what names it, where that stands beside it. */
  readonly labelledBy?: string
}

/** One of a few, all of them in view. */
export function Segmented<V extends string>({ value, options, onChange, ...named }: SegmentedProps<V>) {
  return (
    <RadioGroup
      aria-label={named.label}
      aria-labelledby={named.labelledBy}
      value={value}
      onValueChange={(next: V) => onChange(next)}
      className="flex w-fit rounded-sm border border-line bg-sunken p-0.5"
    >
      {options.map((option) => (
        <Radio.Root
          key={option.value}
          value={option.value}
          aria-label={option.label}
          className="flex h-7 items-center gap-1.5 rounded-xs px-2.5 text-sm whitespace-nowrap text-muted data-checked:bg-raised data-checked:font-medium data-checked:text-fg data-checked:shadow-sm data-checked:shadow-shade/30"
        >
          {option.icon}
          {option.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  )
}
