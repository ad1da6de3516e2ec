import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, memo, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useActivity } from '../../context.ts'
import { useNow, useStable } from '../../lib/hooks.ts'
import { LIST_STEPS } from '../../lib/list-steps.ts'
import { EntryRow } from './entry-row.tsx'
import { StartRow } from './start-row.tsx'
import { dayName, type Line } from './timeline.ts'

const ROW = 52
const DAY = 36
/** Rows before the end at which older ones are fetched. */
const AHEAD = 40

/** The timeline: only the rows in view are drawn; J and K or the arrows move, Enter opens. */
export function TimelineList({ lines }: { readonly lines: readonly Line[] }) {
  const { scroller, rows, active, setActiveId, onKeyDown } = useRows(lines)
  const [openIds, setOpenIds] = useState<ReadonlySet<string>>(new Set())
  const drawn = rows.getVirtualItems()
  usePaging(drawn.at(-1)?.index ?? 0, lines.length)
  const toggle = useStable((id: string) => {
    const next = new Set(openIds)
    if (!next.delete(id)) next.add(id)
    setOpenIds(next)
  })
  const entries = useMemo(() => lines.filter((line) => line.kind !== 'day').length, [lines])
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-hidden rounded-lg border border-line bg-raised">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: moves the focus among the rows' own buttons */}
      <div
        ref={scroller}
        className="min-h-0 flex-1 overflow-y-auto [overflow-anchor:none]"
        onKeyDown={onKeyDown}
      >
        <ul aria-label="Timeline" className="relative" style={{ height: rows.getTotalSize() }}>
          {drawn.map(({ index, key, start }) => {
            const line = lines[index]
            return line === undefined ? null : (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${start}px)` }}
              >
                <LineView
                  line={line}
                  open={openIds.has(line.id)}
                  tabbable={index === active}
                  onFocus={setActiveId}
                  onToggle={toggle}
                />
              </li>
            )
          })}
        </ul>
      </div>
      <Foot shown={entries} />
    </div>
  )
}

export interface RowProps {
  readonly open: boolean
  readonly tabbable: boolean
  readonly onFocus: (id: string) => void
  readonly onToggle: (id: string) => void
}

/** Drawn anew only when it has changed itself: scrolling moves many of them. */
const LineView = memo(function LineView({ line, ...row }: RowProps & { readonly line: Line }) {
  const now = useNow(60_000, line.kind === 'day')
  if (line.kind === 'entry') return <EntryRow entry={line.entry} id={line.id} {...row} />
  if (line.kind === 'start') return <StartRow start={line.start} id={line.id} {...row} />
  return (
    <h2 className="flex h-9 items-end border-b border-line bg-bg px-4 pb-1.5 text-sm font-medium text-muted">
      {dayName(line.at, now)}
    </h2>
  )
})

/** Fetches older entries before their end comes in sight. */
function usePaging(lastDrawn: number, count: number) {
  const loadMore = useActivity((state) => state.loadMore)
  const loading = useActivity((state) => state.loading)
  const failed = useActivity((state) => state.error !== undefined)
  useEffect(() => {
    if (!loading && !failed && lastDrawn >= count - AHEAD) void loadMore()
  }, [lastDrawn, count, loading, failed, loadMore])
}

/** Where the list ends for now, said in words. */
function Foot({ shown }: { readonly shown: number }) {
  const done = useActivity((state) => state.entries.done && state.starts.done)
  const loading = useActivity((state) => state.loading)
  const error = useActivity((state) => state.error)
  const loadMore = useActivity((state) => state.loadMore)
  return (
    <div
      role="status"
      className="flex h-8 shrink-0 items-center gap-3 border-t border-line px-4 text-sm text-muted"
    >
      {error === undefined ? (
        footWords(shown, done, loading)
      ) : (
        <>
          <span className="min-w-0 truncate text-trouble">{error.message}</span>
          <button type="button" onClick={() => void loadMore()} className="shrink-0 font-medium text-accent">
            Try again
          </button>
        </>
      )}
    </div>
  )
}

function footWords(shown: number, done: boolean, loading: boolean): string {
  if (done) return `${shown === 1 ? 'One entry' : `${shown} entries`}, back to the beginning.`
  return loading ? 'Fetching older ones.' : 'Older ones follow as you scroll.'
}

/** The rows in view, and the one the keys are at, known by its id; rows that come on top move nothing that is read. */
function useRows(lines: readonly Line[]) {
  const scroller = useRef<HTMLDivElement>(null)
  const [activeId, setActiveId] = useState<string>()
  const found = lines.findIndex((line) => line.id === activeId)
  const active = found >= 0 ? found : lines.findIndex((line) => line.kind !== 'day')
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.kind === 'day' ? DAY : ROW),
    overscan: 10,
    getItemKey: (index) => lines[index]?.id ?? index,
  })
  useSteady(lines, scroller.current, (index) => rows.measurementsCache[index]?.start ?? 0)
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.metaKey || event.ctrlKey || event.altKey ? undefined : LIST_STEPS[event.key]
    if (step === undefined) return
    event.preventDefault()
    const index = rowFrom(lines, active, step)
    const line = lines[index]
    if (line === undefined) return
    setActiveId(line.id)
    rows.scrollToIndex(index)
    const focus = () => document.getElementById(`line-${line.id}`)?.focus()
    // A row that is drawn already takes the focus at once: the next key may follow before the next frame.
    focus()
    requestAnimationFrame(focus)
  }
  return { scroller, rows, active, setActiveId, onKeyDown }
}

/** The row a step leads to; the lines that name a day are no rows. */
function rowFrom(lines: readonly Line[], active: number, step: number): number {
  const index = Math.min(lines.length - 1, Math.max(0, active + step))
  if (lines[index]?.kind !== 'day') return index
  return step > 0 || index === 0 ? index + 1 : index - 1
}

/** Keeps what is in view where it is when something is put above it. At the very top, the new is what one wants to see. */
function useSteady(lines: readonly Line[], box: HTMLElement | null, startOf: (index: number) => number) {
  const before = useRef<{ id: string; start: number } | undefined>(undefined)
  useLayoutEffect(() => {
    const known = before.current
    if (known !== undefined && box !== null && box.scrollTop > 0) {
      const index = lines.findIndex((line) => line.id === known.id)
      const moved = index < 0 ? 0 : startOf(index) - known.start
      if (moved !== 0) box.scrollTop += moved
    }
    // The newest row proper; day lines come and go.
    const first = lines.findIndex((line) => line.kind !== 'day')
    const line = lines[first]
    before.current = line === undefined ? undefined : { id: line.id, start: startOf(first) }
  }, [lines, box, startOf])
}
