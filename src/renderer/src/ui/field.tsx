import { type ComponentProps, type ReactNode, useId } from 'react'
import { cx } from '../lib/cx.ts'

export const CONTROL =
  'h-8 w-full min-w-0 rounded-sm border border-line-strong bg-raised px-2.5 text-fg outline-offset-0 ' +
  'focus-visible:outline-2 focus-visible:outline-accent disabled:opacity-60 aria-invalid:border-trouble'

export interface FieldProps {
  readonly label: string
  readonly hint?: ReactNode
  readonly error?: ReactNode
  readonly optional?: boolean
  /** Draws the control; it must carry the given id and say that it is described by `describedBy`. */
  readonly children: (control: FieldControl) => ReactNode
}

export interface FieldControl {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': true | undefined
}

/** A label, its control, and below it one line: a hint, or what is wrong. */
export function Field({ label, hint, error, optional = false, children }: FieldProps) {
  const id = useId()
  const below = error !== undefined || hint !== undefined
  return (
    <div>
      <label htmlFor={id} className="mb-1 flex items-baseline gap-1.5 font-medium">
        {label}
        {optional && <span className="text-sm font-normal text-muted">optional</span>}
      </label>
      {children({
        id,
        'aria-describedby': below ? `${id}-below` : undefined,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {below && (
        <div
          id={`${id}-below`}
          className={cx('mt-1 text-sm break-words', error === undefined ? 'text-muted' : 'text-trouble')}
          role={error === undefined ? undefined : 'alert'}
        >
          {error ?? hint}
        </div>
      )}
    </div>
  )
}

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input
      type="text"
      autoComplete="off"
      autoCorrect="off"
      autoCapitalize="off"
      spellCheck={false}
      {...rest}
      className={cx(CONTROL, className)}
    />
  )
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea {...rest} className={cx(CONTROL, 'h-auto resize-none py-1.5', className)} />
}
