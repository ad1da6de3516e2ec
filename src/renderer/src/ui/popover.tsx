import { Popover as Base } from '@base-ui/react/popover'
import type { ReactElement, ReactNode } from 'react'
import { cx } from '../lib/cx.ts'

export interface PopoverProps {
  readonly trigger: ReactElement
  /** Shown at its top. */
  readonly title?: string
  /** What it is called where it has no title. */
  readonly label?: string
  readonly children: ReactNode
  readonly side?: 'top' | 'right' | 'bottom'
  readonly align?: 'start' | 'end'
  readonly width?: string
  readonly open?: boolean
  readonly onOpenChange?: (open: boolean) => void
  /** False where the content brings its own edges, as a list does. */
  readonly padded?: boolean
}

export function Popover(props: PopoverProps) {
  const { trigger, title, children, side = 'bottom', align = 'start', width = 'w-80', padded = true } = props
  const control = props.open === undefined ? {} : { open: props.open }
  return (
    <Base.Root {...control} onOpenChange={(open) => props.onOpenChange?.(open)}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner
          side={side}
          align={align}
          sideOffset={side === 'right' ? 14 : 6}
          collisionPadding={8}
          className="z-50"
        >
          <Base.Popup
            aria-label={props.label}
            className={cx(
              'appear max-w-[calc(100vw-16px)] overflow-hidden rounded-lg border border-line bg-raised shadow-lg shadow-shade',
              padded && 'p-4',
              width,
            )}
          >
            {title !== undefined && (
              <Base.Title className="mb-2 text-title font-semibold">{title}</Base.Title>
            )}
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
