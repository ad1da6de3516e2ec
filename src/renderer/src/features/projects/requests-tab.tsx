import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronRight } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Route } from '../../../../preload/shapes.ts'
import { useInspector } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { plural } from '../../lib/format.ts'
import { EmptyState, Note, Skeleton } from '../../ui/notes.tsx'
import { reachable } from '../../ui/reachable.ts'
import { RouteEnding, RouteRow, RouteTime } from './route-row.tsx'
import { type Line, linesOf } from './routes.ts'

/** Each request of a project: where to, with which account, why, and how it ended. */
export function RequestsTab({ projectId }: { readonly projectId: string }) {
  const routes = useInspector((state) => state.routes[projectId])
  const error = useInspector((state) => state.errors[projectId])
  const loadRoutes = useInspector((state) => state.loadRoutes)
  useEffect(() => {
    void loadRoutes(projectId)
  }, [loadRoutes, projectId])
  if (routes === undefined)
    return error === undefined ? <Skeleton className="p-4" /> : <Note className="m-3">{error.message}</Note>
  if (routes.length === 0)
    return (
      <EmptyState title="No requests yet">
        When OpenCode calls a model, the request is listed here with the account it used and why.
      </EmptyState>
    )
  return <Rows routes={routes} />
}

function Rows({ routes }: { readonly routes: readonly Route[] }) {
  const [othersOpen, setOthersOpen] = useState(false)
  const lines = useMemo(() => linesOf(routes, othersOpen), [routes, othersOpen])
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.kind === 'request' ? 73 : 37),
    overscan: 8,
    getItemKey: (index) => lines[index]?.id ?? index,
  })
  const draw = (line: Line) => {
    if (line.kind === 'request') return <RouteRow route={line.route} />
    if (line.kind === 'other') return <OtherRow route={line.route} />
    return <Others count={line.count} open={othersOpen} onToggle={() => setOthersOpen(!othersOpen)} />
  }
  return (
    <section
      ref={scroller}
      {...reachable}
      aria-label="Requests"
      className="min-h-0 flex-1 overflow-y-auto -outline-offset-2"
    >
      <ul className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start }) => (
          <li
            key={key}
            ref={rows.measureElement}
            data-index={index}
            className="absolute inset-x-0 top-0 border-b border-line"
            style={{ transform: `translateY(${start}px)` }}
          >
            {lines[index] !== undefined && draw(lines[index])}
          </li>
        ))}
      </ul>
    </section>
  )
}

interface OthersProps {
  readonly count: number
  readonly open: boolean
  readonly onToggle: () => void
}

function Others({ count, open, onToggle }: OthersProps) {
  return (
    <button
      type="button"
      aria-expanded={open}
      onClick={onToggle}
      className="flex h-9 w-full items-center gap-1.5 px-3 text-left text-sm text-muted -outline-offset-2 hover:bg-hover hover:text-fg"
    >
      <ChevronRight
        size={14}
        strokeWidth={1.75}
        aria-hidden="true"
        className={cx('-ml-0.5 shrink-0', open && 'rotate-90')}
      />
      {plural(count, 'other connection')}
    </button>
  )
}

function OtherRow({ route }: { readonly route: Route }) {
  return (
    <div className="flex items-baseline gap-2.5 bg-sunken px-3 py-2" title={route.reason}>
      <RouteTime route={route} />
      <span className="min-w-0 flex-1 truncate text-sm text-muted">{route.host}</span>
      <RouteEnding route={route} />
    </div>
  )
}
