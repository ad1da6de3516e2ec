import {
  ChevronRight,
  FilePen,
  FileText,
  FolderSearch,
  Globe,
  ListTodo,
  Search,
  SquareTerminal,
  Wrench,
} from 'lucide-react'
import { useMemo } from 'react'
import type { Part } from '../../../../preload/conversation.ts'
import { useConversations } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { duration } from '../../lib/format.ts'
import { diffCounts } from './diff-lines.ts'
import { ToolDetail } from './tool-detail.tsx'

export type ToolPart = Extract<Part, { type: 'tool' }>

const ICONS: Readonly<Record<string, typeof Wrench>> = {
  bash: SquareTerminal,
  read: FileText,
  edit: FilePen,
  write: FilePen,
  patch: FilePen,
  multiedit: FilePen,
  grep: Search,
  glob: FolderSearch,
  list: FolderSearch,
  webfetch: Globe,
  websearch: Globe,
  todowrite: ListTodo,
  todoread: ListTodo,
}

/** A tool call on one line; it opens to what went in and what came out. */
export function ToolRow({ part }: { readonly part: ToolPart }) {
  const open = useConversations((state) => state.opened.has(part.id))
  const toggle = useConversations((state) => state.toggle)
  const Icon = ICONS[part.tool] ?? Wrench
  return (
    <div className={cx('-mx-1.5 rounded-sm border', open ? 'border-line bg-raised' : 'border-transparent')}>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => toggle(part.id)}
        className="flex h-7 w-full items-center gap-2 rounded-sm px-1.5 text-left text-muted hover:bg-hover hover:text-fg"
      >
        <ChevronRight
          size={14}
          strokeWidth={1.75}
          aria-hidden="true"
          className={cx('shrink-0', open && 'rotate-90')}
        />
        <Icon size={14} strokeWidth={1.75} aria-hidden="true" className="shrink-0" />
        <span className="shrink-0 font-medium">{part.tool}</span>
        <span className="min-w-0 flex-1 truncate font-mono text-[12px]">{part.title}</span>
        <Counts diff={part.diff} />
        <ToolState part={part} />
      </button>
      {open && <ToolDetail part={part} />}
    </div>
  )
}

function Counts({ diff }: { readonly diff: string | undefined }) {
  const counts = useMemo(() => (diff === undefined ? undefined : diffCounts(diff)), [diff])
  if (counts === undefined) return null
  return (
    <span className="shrink-0 font-mono text-[12px]">
      <span className="text-ok">+{counts.added}</span> <span className="text-trouble">−{counts.removed}</span>
    </span>
  )
}

function ToolState({ part }: { readonly part: ToolPart }) {
  if (part.state === 'error') return <span className="shrink-0 text-sm font-medium text-trouble">failed</span>
  if (part.state === 'completed')
    return part.durationMs === undefined ? null : (
      <span className="w-12 shrink-0 text-right text-sm">{duration(part.durationMs)}</span>
    )
  return (
    <span className="pulse shrink-0 text-sm text-busy">{part.state === 'pending' ? 'next' : 'running'}</span>
  )
}
