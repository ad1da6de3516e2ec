import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronRight } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Route } from '../../../../preload/shapes.ts'
import { useInspector, useProviders } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { absoluteTime, clockTime, duration, plural } from '../../lib/format.ts'
import { EmptyState, Note, Skeleton } from '../../ui/notes.tsx'
import { reachable } from '../../ui/reachable.ts'
import { accountName } from '../providers/account-names.ts'
import { type Line, linesOf, outcomeOf } from './routes.ts'

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
    estimateSize: (index) => (lines[index]?.kind === 'request' ? 57 : 37),
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

/** `12:04:31 work 200 3.1 s` and why this account; it opens to where it went. */
function RouteRow({ route }: { readonly route: Route }) {
  const [open, setOpen] = useState(false)
  const account = useProviders((state) => state.accounts?.find((one) => one.id === route.accountId))
  // One that has been removed since is known by its label alone.
  const name = account === undefined ? route.accountLabel : accountName(account)
  return (
    <button
      type="button"
      aria-expanded={open}
      onClick={() => setOpen(!open)}
      className="block w-full px-3 py-2 text-left -outline-offset-2 hover:bg-hover"
    >
      <span className="flex items-baseline gap-2.5">
        <At route={route} />
        <span className="min-w-0 flex-1 truncate font-medium">{name ?? route.host}</span>
        <Ending route={route} />
      </span>
      <span className={cx('block text-sm text-muted', open ? 'break-words' : 'truncate')}>
        {route.reason}
      </span>
      {open && <Address route={route} />}
    </button>
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
      <At route={route} />
      <span className="min-w-0 flex-1 truncate text-sm text-muted">{route.host}</span>
      <Ending route={route} />
    </div>
  )
}

function At({ route }: { readonly route: Route }) {
  return (
    <time className="shrink-0 text-sm text-muted" title={absoluteTime(route.at)}>
      {clockTime(route.at)}
    </time>
  )
}

function Ending({ route }: { readonly route: Route }) {
  const { word, tone } = outcomeOf(route)
  return (
    <>
      <span className={cx('shrink-0 text-sm', TONES[tone])}>{word}</span>
      <span className="w-12 shrink-0 text-right text-sm text-muted">
        {route.durationMs === undefined ? '' : duration(route.durationMs)}
      </span>
    </>
  )
}

const TONES = { ok: 'font-medium text-ok', trouble: 'font-medium text-trouble', muted: 'text-muted' } as const

function Address({ route }: { readonly route: Route }) {
  return (
    <span className="mt-1 block font-mono text-[11.5px] leading-4 break-all text-muted">
      {route.method} {route.host}
      {route.path}
    </span>
  )
}
