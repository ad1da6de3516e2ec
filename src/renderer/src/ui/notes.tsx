import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from '../lib/cx.ts'
import { useLasting } from '../lib/hooks.ts'

const NOTE = {
  error: { icon: CircleAlert, box: 'border-trouble/35 bg-trouble-soft', mark: 'text-trouble' },
  warning: { icon: TriangleAlert, box: 'border-waiting/35 bg-waiting-soft', mark: 'text-waiting' },
  info: { icon: Info, box: 'border-line bg-sunken', mark: 'text-muted' },
} as const

export interface NoteProps {
  readonly kind?: keyof typeof NOTE
  readonly title?: string
  readonly children: ReactNode
  /** What to do about it; at most two buttons. */
  readonly actions?: ReactNode
  readonly className?: string
}

/** A sentence, its cause, and what to do next. */
export function Note({ kind = 'error', title, children, actions, className }: NoteProps) {
  const { icon: Icon, box, mark } = NOTE[kind]
  return (
    <div
      role={kind === 'error' ? 'alert' : undefined}
      className={cx('flex gap-2.5 rounded-sm border px-3 py-2.5', box, className)}
    >
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" className={cx('mt-0.5 shrink-0', mark)} />
      <div className="min-w-0 flex-1 break-words">
        {title !== undefined && <div className="font-medium">{title}</div>}
        <div>{children}</div>
        {actions !== undefined && <div className="mt-2 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </div>
  )
}

export interface EmptyStateProps {
  readonly icon?: ReactNode
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}

/** Where there is nothing yet: what belongs here, and the one thing to do. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      {icon !== undefined && <div className="mb-3 text-muted">{icon}</div>}
      <div className="text-title font-semibold">{title}</div>
      {children !== undefined && <div className="mt-1 max-w-96 text-balance text-muted">{children}</div>}
      {action !== undefined && <div className="mt-4">{action}</div>}
    </div>
  )
}

/** Rows in the place of those on their way; shown only when they take their time. */
export function Skeleton({ rows = 4, className }: { readonly rows?: number; readonly className?: string }) {
  const shown = useLasting(true)
  if (!shown) return null
  return (
    <div className={cx('appear space-y-3', className)} aria-busy="true">
      <span className="sr-only" role="status">
        Loading
      </span>
      {Array.from({ length: rows }, (_, row) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
          key={row}
          className="pulse h-4 rounded-xs bg-hover"
          style={{ width: `${92 - ((row * 23) % 41)}%` }}
        />
      ))}
    </div>
  )
}
