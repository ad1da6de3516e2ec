import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronDown } from 'lucide-react'
import { cx } from '../lib/cx.ts'
import { CONTROL } from './field.tsx'

export interface SelectOption<V extends string> {
  readonly value: V
  readonly label: string
  readonly hint?: string | undefined
}

export interface SelectProps<V extends string> {
  readonly value: V
  readonly options: readonly SelectOption<V>[]
  readonly onChange: (value: V) => void
  readonly id?: string
  readonly label?: string
  readonly disabled?: boolean
}

/** One of a few options. For many, use Combobox. */
export function Select<V extends string>({ value, options, onChange, id, label, disabled }: SelectProps<V>) {
  return (
    <Base.Root<V>
      value={value}
      items={options.map((option) => ({ value: option.value, label: option.label }))}
      onValueChange={(next) => next !== null && onChange(next)}
      {...(id === undefined ? {} : { id })}
      {...(disabled === undefined ? {} : { disabled })}
    >
      <Base.Trigger
        aria-label={label}
        className={cx(CONTROL, 'flex items-center justify-between gap-2 text-left')}
      >
        <Base.Value className="truncate" />
        <Base.Icon className="text-muted">
          <ChevronDown size={16} strokeWidth={1.75} />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Base.Popup className="appear max-h-(--available-height) w-(--anchor-width) min-w-56 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-lg shadow-shade">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                className="flex min-h-8 items-center gap-2 rounded-xs px-2 py-1 outline-none select-none data-highlighted:bg-hover"
              >
                <span className="min-w-0 flex-1">
                  <Base.ItemText className="block truncate">{option.label}</Base.ItemText>
                  {option.hint !== undefined && (
                    <span className="block text-sm text-muted">{option.hint}</span>
                  )}
                </span>
                <Base.ItemIndicator>
                  <Check size={14} strokeWidth={2} />
                </Base.ItemIndicator>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
