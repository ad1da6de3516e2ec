import { type FormEvent, type ReactNode, useId } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'

export interface FormDialogProps {
  readonly title: string
  readonly description?: ReactNode
  readonly width?: string
  /** The verb on the button. */
  readonly action: string
  readonly ready: boolean
  readonly busy: boolean
  /** More to do, before the usual two buttons. */
  readonly extra?: ReactNode
  readonly onSubmit: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}

/** A dialog with a form: Enter in a field is its button. */
export function FormDialog(props: FormDialogProps) {
  const { title, action, ready, busy, extra, onSubmit, onClose, children } = props
  const id = useId()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready && !busy) onSubmit()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={props.description}
      {...(props.width === undefined ? {} : { width: props.width })}
      actions={
        <>
          {extra}
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={id} busy={busy} disabled={!ready}>
            {action}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} className="mt-3 space-y-4" autoComplete="off">
        {children}
      </form>
    </Dialog>
  )
}
