import { type ReactNode, useEffect, useRef } from 'react'
import { cx } from '../lib/cx.ts'

export interface PageProps {
  readonly title: string
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
  /** Text pages are narrower than lists. */
  readonly narrow?: boolean
  /** The content takes the height that is left, and scrolls in itself. */
  readonly fill?: boolean
}

/** A place: its name, what one can do there, and its content, which scrolls. */
export function Page({ title, lead, actions, children, narrow = false, fill = false }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  // A new place is announced and read from its name on, unless one of its fields has taken the focus.
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <div className={cx('min-h-0 flex-1', fill ? 'flex flex-col' : 'overflow-y-auto')}>
      <div
        className={cx(
          'mx-auto w-full px-8 pt-7',
          narrow ? 'max-w-160' : 'max-w-260',
          fill ? 'flex min-h-0 flex-1 flex-col pb-5' : 'pb-7',
        )}
      >
        <header className="mb-5 flex items-start gap-4">
          <div className="min-w-0 flex-1">
            <h1 ref={heading} tabIndex={-1} className="text-head font-semibold tracking-tight outline-none">
              {title}
            </h1>
            {lead !== undefined && <p className="mt-0.5 text-muted">{lead}</p>}
          </div>
          {actions}
        </header>
        {children}
      </div>
    </div>
  )
}
