import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { Route } from '../../../../preload/shapes.ts'
import { useInspector } from '../../context.ts'
import { absoluteTime, clockTime, duration } from '../../lib/format.ts'
import { EmptyState, Note, Skeleton } from '../../ui/notes.tsx'
import { reachable } from '../../ui/reachable.ts'

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
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: routes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 76,
    overscan: 8,
    getItemKey: (index) => routes[index]?.id ?? index,
  })
  return (
    <section
      ref={scroller}
      {...reachable}
      aria-label="Requests"
      className="min-h-0 flex-1 overflow-y-auto -outline-offset-2"
    >
      <ul className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const route = routes[index]
          return route === undefined ? null : (
            <li
              key={key}
              ref={rows.measureElement}
              data-index={index}
              className="absolute inset-x-0 top-0 border-b border-line px-3 py-2"
              style={{ transform: `translateY(${start}px)` }}
            >
              <RouteRow route={route} />
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function RouteRow({ route }: { readonly route: Route }) {
  return (
    <>
      <div className="flex items-baseline gap-2">
        <time className="text-sm text-muted" title={absoluteTime(route.at)}>
          {clockTime(route.at)}
        </time>
        <span className="min-w-0 flex-1 truncate font-medium">
          {route.accountLabel ?? (route.outcome === 'tunnelled' ? 'not read' : 'no account')}
        </span>
        <Outcome route={route} />
        {route.durationMs !== undefined && (
          <span className="w-12 shrink-0 text-right text-sm text-muted">{duration(route.durationMs)}</span>
        )}
      </div>
      <div
        className="truncate font-mono text-[11.5px] text-muted"
        title={`${route.method} ${route.host}${route.path}`}
      >
        {route.method} {route.host}
        {route.outcome === 'tunnelled' ? '' : route.path}
      </div>
      <div className="text-sm text-muted">{route.reason}</div>
    </>
  )
}

function Outcome({ route }: { readonly route: Route }) {
  const good = route.outcome === 'sent' && route.status !== undefined && route.status < 400
  const bad = route.outcome === 'refused' || route.outcome === 'failed' || (route.status ?? 0) >= 400
  const word =
    route.outcome === 'sent'
      ? (route.status?.toString() ?? 'under way')
      : `${route.outcome}${route.status ? ` ${route.status}` : ''}`
  return (
    <span className={`text-sm font-medium ${good ? 'text-ok' : bad ? 'text-trouble' : 'text-muted'}`}>
      {word}
    </span>
  )
}
