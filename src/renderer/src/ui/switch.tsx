import { Switch as Base } from '@base-ui/react/switch'

export interface SwitchProps {
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly labelledBy: string
  readonly disabled?: boolean
}

/** On or off, at once. */
export function Switch({ checked, onChange, labelledBy, disabled = false }: SwitchProps) {
  return (
    <Base.Root
      checked={checked}
      onCheckedChange={onChange}
      aria-labelledby={labelledBy}
      disabled={disabled}
      className="flex h-5 w-9 shrink-0 items-center rounded-full border border-line-strong bg-sunken p-0.5 transition-colors duration-100 disabled:opacity-60 data-checked:border-accent data-checked:bg-accent"
    >
      <Base.Thumb className="size-3.5 rounded-full bg-line-strong transition-transform duration-100 data-checked:translate-x-4 data-checked:bg-accent-text" />
    </Base.Root>
  )
}
