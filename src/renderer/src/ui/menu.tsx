import { Menu as Base } from '@base-ui/react/menu'
import { Check, ChevronRight } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { cx } from '../lib/cx.ts'

const POPUP =
  'appear max-h-(--available-height) max-w-90 min-w-48 overflow-y-auto rounded-lg border border-line bg-raised p-1 ' +
  'shadow-lg shadow-shade'

const ITEM =
  'flex min-h-8 items-center gap-2 rounded-xs px-2 py-1 outline-none select-none data-highlighted:bg-hover ' +
  'data-disabled:opacity-50'

export interface MenuProps {
  readonly trigger: ReactElement
  /** To find the trigger by. */
  readonly triggerId?: string
  readonly children: ReactNode
  readonly align?: 'start' | 'end'
  readonly side?: 'top' | 'bottom'
}

export function Menu({ trigger, triggerId, children, align = 'end', side = 'bottom' }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} {...(triggerId === undefined ? {} : { id: triggerId })} />
      <Base.Portal>
        <Base.Positioner align={align} side={side} sideOffset={4} className="z-50">
          <Base.Popup className={POPUP}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

export interface MenuItemProps {
  readonly icon?: ReactNode
  readonly danger?: boolean
  readonly disabled?: boolean
  readonly onSelect: () => void
  readonly children: ReactNode
}

export function MenuItem({ icon, danger = false, disabled = false, onSelect, children }: MenuItemProps) {
  return (
    <Base.Item className={cx(ITEM, danger && 'text-trouble')} disabled={disabled} onClick={onSelect}>
      {icon}
      {children}
    </Base.Item>
  )
}

export function MenuSeparator() {
  return <Base.Separator className="mx-2 my-1 h-px bg-line" />
}

/** A line of a menu that says something and does nothing. */
export function MenuNote({ children }: { readonly children: ReactNode }) {
  return <div className="max-w-80 border-b border-line px-2 pt-1 pb-2 text-sm text-muted">{children}</div>
}

export interface SubmenuProps {
  readonly label: string
  readonly children: ReactNode
}

/** An item that opens a menu of its own. */
export function Submenu({ label, children }: SubmenuProps) {
  return (
    <Base.SubmenuRoot>
      <Base.SubmenuTrigger className={cx(ITEM, 'data-popup-open:bg-hover')}>
        <span className="min-w-0 flex-1 truncate pl-6">{label}</span>
        <ChevronRight size={14} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-muted" />
      </Base.SubmenuTrigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignOffset={-5} collisionPadding={8} className="z-50">
          <Base.Popup className={POPUP}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.SubmenuRoot>
  )
}

export interface MenuOption {
  readonly value: string
  readonly label: string
  readonly hint?: string
  readonly disabled?: boolean
}

export interface MenuChoiceProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly options: readonly MenuOption[]
}

/** A group of menu items of which one is chosen. */
export function MenuChoice({ label, value, onChange, options }: MenuChoiceProps) {
  return (
    <Base.RadioGroup value={value} onValueChange={(next: string) => onChange(next)}>
      <Base.Group>
        <Base.GroupLabel className="px-2 pt-1.5 pb-1 text-sm text-muted">{label}</Base.GroupLabel>
        {options.map((option) => (
          <Base.RadioItem
            key={option.value}
            value={option.value}
            disabled={option.disabled}
            closeOnClick
            className={ITEM}
          >
            <span className="w-4 shrink-0">
              <Base.RadioItemIndicator>
                <Check size={14} strokeWidth={2} />
              </Base.RadioItemIndicator>
            </span>
            <span className="min-w-0 flex-1">
              <span className="block truncate">{option.label}</span>
              {option.hint !== undefined && (
                <span className="block truncate text-sm text-muted">{option.hint}</span>
              )}
            </span>
          </Base.RadioItem>
        ))}
      </Base.Group>
    </Base.RadioGroup>
  )
}
