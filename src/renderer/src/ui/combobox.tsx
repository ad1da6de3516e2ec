import { ChevronDown } from 'lucide-react'
import { type ReactElement, type ReactNode, useState } from 'react'
import { cx } from '../lib/cx.ts'
import { CONTROL, Field, type FieldControl } from './field.tsx'
import { type FilterItem, FilterList } from './filter-list.tsx'
import { Popover } from './popover.tsx'

export interface ComboboxProps<T extends FilterItem> {
  readonly label: string
  readonly items: readonly T[]
  readonly value: string | undefined
  readonly onChange: (item: T) => void
  /** What the closed control shows. */
  readonly shown: ReactNode
  readonly placeholder?: string
  readonly control?: FieldControl
  readonly trigger?: ReactElement
  readonly width?: string
  readonly empty?: (query: string) => ReactNode
  readonly disabled?: boolean
  readonly onOpen?: () => void
}

/** One of many options, found by typing. */
export function Combobox<T extends FilterItem>(props: ComboboxProps<T>) {
  const [open, setOpen] = useState(false)
  const { label, items, value, onChange, placeholder = 'Search', control } = props
  const trigger = props.trigger ?? (
    <button
      type="button"
      {...control}
      disabled={props.disabled}
      className={cx(CONTROL, 'flex items-center justify-between gap-2 text-left')}
    >
      <span className="flex min-w-0 items-center gap-2 truncate">{props.shown}</span>
      <ChevronDown size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-muted" />
    </button>
  )
  return (
    <Popover
      trigger={trigger}
      label={label}
      open={open}
      onOpenChange={(next) => {
        if (next) props.onOpen?.()
        setOpen(next)
      }}
      padded={false}
      width={props.width ?? 'w-(--anchor-width) min-w-80'}
    >
      <FilterList
        label={label}
        items={items}
        selectedId={value}
        placeholder={placeholder}
        autoFocus
        {...(props.empty === undefined ? {} : { empty: props.empty })}
        className="max-h-84"
        onPick={(item) => {
          setOpen(false)
          onChange(item)
        }}
      />
    </Popover>
  )
}

interface ComboboxFieldProps<T extends FilterItem> extends Omit<ComboboxProps<T>, 'control' | 'trigger'> {
  readonly hint?: ReactNode
  readonly error?: ReactNode
}

/** A combobox with its label above it, and a hint or what is wrong below. */
export function ComboboxField<T extends FilterItem>({ hint, error, ...props }: ComboboxFieldProps<T>) {
  return (
    <Field label={props.label} hint={hint} error={error}>
      {(control) => <Combobox {...props} control={control} />}
    </Field>
  )
}
