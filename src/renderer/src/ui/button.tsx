import type { ComponentProps } from 'react'
import { cx } from '../lib/cx.ts'
import { useLasting } from '../lib/hooks.ts'
import { Tooltip } from './tooltip.tsx'

const BASE =
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-sm font-medium select-none whitespace-nowrap ' +
  'transition-colors duration-100 disabled:opacity-50 aria-disabled:opacity-50'

const KINDS = {
  primary: 'bg-accent text-accent-text enabled:hover:bg-accent-strong',
  plain: 'border border-line-strong/60 bg-raised text-fg enabled:hover:bg-hover data-popup-open:bg-hover',
  ghost: 'text-fg enabled:hover:bg-hover data-popup-open:bg-hover',
  danger: 'bg-danger text-[oklch(1_0_0)] enabled:hover:brightness-110',
} as const

const SIZES = { md: 'h-8 px-3', sm: 'h-7 px-2.5 text-sm' } as const

export interface ButtonProps extends ComponentProps<'button'> {
  readonly kind?: keyof typeof KINDS
  readonly size?: keyof typeof SIZES
  /** Under way: cannot be pressed again; shown once it lasts. */
  readonly busy?: boolean
}

export function Button({ kind = 'plain', size = 'md', busy = false, className, ...rest }: ButtonProps) {
  const lasting = useLasting(busy)
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      disabled={rest.disabled || busy}
      className={cx(BASE, KINDS[kind], SIZES[size], lasting && 'pulse', className)}
    />
  )
}

export interface IconButtonProps extends ComponentProps<'button'> {
  /** What it does; its tooltip and its name. */
  readonly label: string
  readonly keys?: string | undefined
  readonly active?: boolean
}

/** A button that is only an icon, with its name as a tooltip. */
export function IconButton({ label, keys, active, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={cx(
          BASE,
          'size-7 text-muted enabled:hover:bg-hover enabled:hover:text-fg data-popup-open:bg-hover',
          active && 'bg-hover text-fg',
          className,
        )}
      />
    </Tooltip>
  )
}
