import type { ComponentProps } from 'react'
import { cx } from '../lib/cx.ts'

export interface CheckboxProps extends Omit<ComponentProps<'input'>, 'type' | 'onChange'> {
  readonly onChange: (checked: boolean) => void
  /** Some of what it stands for is checked, and some is not. */
  readonly partly?: boolean
}

/** The system's own checkbox in Berth's colour. */
export function Checkbox({ onChange, partly = false, className, ...rest }: CheckboxProps) {
  return (
    <input
      type="checkbox"
      {...rest}
      ref={(box) => {
        if (box !== null) box.indeterminate = partly
      }}
      onChange={(event) => onChange(event.target.checked)}
      className={cx('size-4 shrink-0 accent-accent', className)}
    />
  )
}
