import { type ReactNode, useId } from 'react'

export interface GroupBoxProps {
  readonly title: string
  /** At the end of the title's line. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A titled box of rows. */
export function GroupBox({ title, actions, children }: GroupBoxProps) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <div className="mb-2 flex min-h-7 items-center gap-3">
        <h2 id={id} className="flex-1 text-title font-semibold">
          {title}
        </h2>
        {actions}
      </div>
      <div className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-raised">
        {children}
      </div>
    </section>
  )
}

export interface GroupRowProps {
  readonly title: ReactNode
  readonly children?: ReactNode
  /** What one can do about it, at the end of the row. */
  readonly action?: ReactNode
  readonly titleId?: string
}

/** What it is, a line about it, and what to do about it. */
export function GroupRow({ title, children, action, titleId }: GroupRowProps) {
  return (
    <div className="flex min-h-14 items-center gap-4 px-4 py-2.5">
      <div className="min-w-0 flex-1">
        <div id={titleId} className="font-medium">
          {title}
        </div>
        {children !== undefined && <div className="text-sm break-words text-muted">{children}</div>}
      </div>
      {action !== undefined && <div className="flex shrink-0 items-center gap-2">{action}</div>}
    </div>
  )
}
