import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDownToLine } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { LogLine } from '../../../../preload/shapes.ts'
import { useInspector } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { absoluteTime, clockTime, plural } from '../../lib/format.ts'
import { IconButton } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { EmptyState, Skeleton } from '../../ui/notes.tsx'
import { reachable } from '../../ui/reachable.ts'

/** The log, fetched when looked at. */
export function LogsTab({ projectId }: { readonly projectId: string }) {
  const loadLogs = useInspector((state) => state.loadLogs)
  useEffect(() => {
    void loadLogs(projectId)
  }, [loadLogs, projectId])
  return <LogView projectId={projectId} />
}

/** A project's log. It follows its end until the user scrolls up. */
export function LogView({ projectId }: { readonly projectId: string }) {
  const lines = useInspector((state) => state.logs[projectId])
  const [follow, setFollow] = useState(true)
  if (lines === undefined) return <Skeleton className="p-4" />
  if (lines.length === 0)
    return <EmptyState title="No log yet">What OpenCode and its runtime write is shown here.</EmptyState>
  return (
    <div className="flex min-h-0 flex-1 flex-col bg-sunken">
      <div className="flex h-8 shrink-0 items-center gap-1 border-b border-line pr-1 pl-3">
        <span className="flex-1 text-sm text-muted">{plural(lines.length, 'line')}</span>
        <IconButton
          label={follow ? 'Following the end' : 'Follow the end'}
          aria-pressed={follow}
          active={follow}
          onClick={() => setFollow(!follow)}
        >
          <ArrowDownToLine size={14} strokeWidth={1.75} />
        </IconButton>
        <CopyButton label="Copy the log" text={() => lines.map(asText).join('\n')} />
      </div>
      <Lines lines={lines} follow={follow} onFollow={setFollow} />
    </div>
  )
}

const asText = (line: LogLine): string => `${new Date(line.at).toISOString()} ${line.stream} ${line.text}`

interface LinesProps {
  readonly lines: readonly LogLine[]
  readonly follow: boolean
  readonly onFollow: (follow: boolean) => void
}

function Lines({ lines, follow, onFollow }: LinesProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 18,
    overscan: 20,
  })
  useEffect(() => {
    if (follow) rows.scrollToIndex(lines.length - 1, { align: 'end' })
  }, [follow, lines.length, rows])
  const onScroll = () => {
    const atEnd = scroller.current === null || isAtEnd(scroller.current)
    if (atEnd !== follow) onFollow(atEnd)
  }
  return (
    <div
      ref={scroller}
      {...reachable}
      role="log"
      aria-live="off"
      aria-label="Log"
      onWheel={onScroll}
      onKeyUp={onScroll}
      onPointerUp={onScroll}
      className="min-h-0 flex-1 overflow-y-auto py-1 -outline-offset-2"
    >
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index]
          return line === undefined ? null : (
            <div
              key={key}
              ref={rows.measureElement}
              data-index={index}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${start}px)` }}
            >
              <LineText line={line} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

const isAtEnd = (box: HTMLElement): boolean => box.scrollHeight - box.scrollTop - box.clientHeight < 24

function LineText({ line }: { readonly line: LogLine }) {
  return (
    <div className="flex gap-2.5 px-3 font-mono text-[11.5px] leading-4.5">
      <time className="shrink-0 text-muted select-none" title={absoluteTime(line.at)}>
        {clockTime(line.at)}
      </time>
      <span className={cx('min-w-0 break-all whitespace-pre-wrap', LINE[line.stream])}>{line.text}</span>
    </div>
  )
}

const LINE: Readonly<Record<LogLine['stream'], string>> = {
  stdout: '',
  stderr: 'text-waiting',
  berth: 'text-accent',
}
