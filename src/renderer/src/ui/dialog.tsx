import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from '../lib/cx.ts'
import { useFocusReturn } from '../lib/focus-return.ts'
import { Button } from './button.tsx'

export interface DialogProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: string
  readonly description?: ReactNode
  readonly children?: ReactNode
  readonly actions?: ReactNode
  readonly width?: string
}

/** A dialog traps focus while it is open and gives it back when it closes. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  children,
  actions,
  width = 'w-110',
}: DialogProps) {
  useFocusReturn(open)
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="appear fixed inset-0 z-40 bg-shade" />
        <Base.Popup
          className={cx(
            'rise fixed top-[12vh] left-1/2 z-40 flex max-h-[76vh] max-w-[calc(100vw-32px)] -translate-x-1/2 flex-col',
            'overflow-hidden rounded-lg border border-line bg-raised shadow-xl shadow-shade',
            width,
          )}
        >
          <Base.Title className="shrink-0 pt-4 pr-12 pb-1 pl-5 text-title font-semibold">{title}</Base.Title>
          <div className="min-h-0 overflow-y-auto px-5 pb-4">
            {description !== undefined && (
              <Base.Description className="text-muted">{description}</Base.Description>
            )}
            {children}
          </div>
          {actions !== undefined && (
            <footer className="flex justify-end gap-2 border-t border-line bg-bg px-5 py-3">{actions}</footer>
          )}
          {/* Last in order, so that the focus begins with the content. */}
          <Base.Close
            aria-label="Close"
            className="absolute top-3 right-3 flex size-7 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-fg"
          >
            <X size={16} strokeWidth={1.75} aria-hidden="true" />
          </Base.Close>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

export interface ConfirmProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: string
  readonly description: ReactNode
  /** The verb on the button. */
  readonly action: string
  /** The words for leaving things as they are. */
  readonly keep?: string
  readonly busy?: boolean
  readonly error?: ReactNode
  readonly children?: ReactNode
  readonly onConfirm: () => void
}

/** Asks before something that cannot be undone. */
export function Confirm(props: ConfirmProps) {
  const { action, keep = 'Keep it', busy = false, error, children, onConfirm, ...dialog } = props
  return (
    <Dialog
      {...dialog}
      actions={
        <>
          <Button onClick={dialog.onClose}>{keep}</Button>
          <Button kind="danger" busy={busy} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    >
      {children}
      {error}
    </Dialog>
  )
}
