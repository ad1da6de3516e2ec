import { useMemo } from 'react'
import { useConversations } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { reachable } from '../../ui/reachable.ts'
import { type DiffLine, diffLines } from './diff-lines.ts'
import type { ToolPart } from './tool-row.tsx'

/** What went into a tool and what came out. */
export function ToolDetail({ part }: { readonly part: ToolPart }) {
  return (
    <div className="space-y-2 border-t border-line p-2">
      {part.diff === undefined ? (
        <Cut id={`${part.id}:in`} label="Input" text={readable(part.input)} />
      ) : (
        <Diff id={`${part.id}:diff`} diff={part.diff} />
      )}
      {part.output !== undefined && part.output.trim() !== '' && part.diff === undefined && (
        <Cut id={`${part.id}:out`} label={part.state === 'error' ? 'Error' : 'Output'} text={part.output} />
      )}
      {part.diff !== undefined && part.state === 'error' && part.output !== undefined && (
        <Cut id={`${part.id}:out`} label="Error" text={part.output} />
      )}
    </div>
  )
}

/** Arguments as lines of `name: value`; a single one as its bare value. */
export function readable(input: string): string {
  let value: unknown
  try {
    value = JSON.parse(input)
  } catch {
    return input
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return input
  const write = (one: unknown) => (typeof one === 'string' ? one : JSON.stringify(one, null, 2))
  return Object.entries(value)
    .map(([name, one]) => `${name}: ${write(one)}`)
    .join('\n')
}

const SHOWN = 16

function useCut<T>(id: string, lines: readonly T[]) {
  const open = useConversations((state) => state.opened.has(id))
  const toggle = useConversations((state) => state.toggle)
  const hidden = lines.length - SHOWN
  // Hiding two lines behind a button that takes one is no gain.
  const shown = open || hidden <= 2 ? lines : lines.slice(0, SHOWN)
  return { shown, hidden: lines.length - shown.length, showAll: () => toggle(id) }
}

interface CutProps {
  readonly id: string
  readonly label: string
  readonly text: string
}

function Cut({ id, label, text }: CutProps) {
  const lines = useMemo(() => text.replace(/\n+$/, '').split('\n'), [text])
  const { shown, hidden, showAll } = useCut(id, lines)
  return (
    <div>
      <div className="flex items-center justify-between text-sm text-muted">
        <span className="pl-1">{label}</span>
        <CopyButton label={`Copy the ${label.toLowerCase()}`} text={() => text} />
      </div>
      <pre {...reachable} className="overflow-x-auto rounded-xs bg-sunken px-2.5 py-2 leading-[18px]">
        {shown.join('\n')}
      </pre>
      <ShowAll hidden={hidden} onShow={showAll} />
    </div>
  )
}

function ShowAll({ hidden, onShow }: { readonly hidden: number; readonly onShow: () => void }) {
  if (hidden <= 0) return null
  return (
    <button
      type="button"
      onClick={onShow}
      className="mt-1 rounded-xs px-1 text-sm text-accent hover:bg-hover"
    >
      Show all, {hidden} more lines
    </button>
  )
}

function Diff({ id, diff }: { readonly id: string; readonly diff: string }) {
  const lines = useMemo(() => diffLines(diff), [diff])
  const { shown, hidden, showAll } = useCut(id, lines)
  return (
    <div>
      <pre {...reachable} className="overflow-x-auto rounded-xs bg-sunken py-1.5 leading-[18px]">
        {shown.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a diff does not change
          <DiffRow key={index} line={line} />
        ))}
      </pre>
      <ShowAll hidden={hidden} onShow={showAll} />
    </div>
  )
}

const SIGNS: Readonly<Record<DiffLine['kind'], string>> = { add: '+', remove: '−', same: ' ', hunk: ' ' }
const TINTS: Readonly<Record<DiffLine['kind'], string>> = {
  add: 'bg-ok-soft',
  remove: 'bg-trouble-soft',
  same: '',
  hunk: 'text-muted',
}

function DiffRow({ line }: { readonly line: DiffLine }) {
  return (
    <div className={cx('w-max min-w-full px-2.5', TINTS[line.kind])}>
      <span className={cx('mr-2 select-none', line.kind === 'add' ? 'text-ok' : 'text-trouble')}>
        {SIGNS[line.kind]}
      </span>
      {line.text}
    </div>
  )
}
