import { Search } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react'
import { cx } from '../lib/cx.ts'
import { filterItems, type Searchable } from '../lib/filter.ts'

export interface FilterItem extends Searchable {
  readonly id: string
  readonly icon?: ReactNode
  /** At the end of the row, in grey. */
  readonly hint?: ReactNode
  /** Rows of one group stand together under its name while nothing is searched for. */
  readonly group?: string | undefined
}

export interface FilterListProps<T extends FilterItem> {
  readonly label: string
  readonly items: readonly T[]
  readonly onPick: (item: T) => void
  readonly placeholder: string
  readonly selectedId?: string | undefined
  readonly autoFocus?: boolean
  readonly empty?: (query: string) => ReactNode
  /** How many rows are drawn; the rest is one line that asks for a narrower search. */
  readonly limit?: number
  readonly className?: string
}

/** What is searched for, what it finds, and which row the keys are at. */
function useFilter<T extends FilterItem>({ items, onPick, selectedId, limit = 300 }: FilterListProps<T>) {
  const [query, setQuery] = useState('')
  const [moved, setMoved] = useState<number>()
  const found = useMemo(() => filterItems(items, query), [items, query])
  const shown = found.slice(0, limit)
  const selected = query === '' ? shown.findIndex((item) => item.id === selectedId) : -1
  const active = Math.min(moved ?? Math.max(0, selected), shown.length - 1)
  const search = (next: string) => {
    setQuery(next)
    setMoved(undefined)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const next = movedTo(event.key, active, shown.length)
    const item = event.key === 'Enter' && !event.nativeEvent.isComposing ? shown[active] : undefined
    if (next === undefined && item === undefined) return
    event.preventDefault()
    if (next !== undefined) setMoved(next)
    if (item !== undefined) onPick(item)
  }
  return { query, search, shown, hidden: found.length - shown.length, active, setMoved, onKeyDown }
}

/** A search field and the rows it finds; arrows move, Enter picks. The focus stays in the field. */
export function FilterList<T extends FilterItem>(props: FilterListProps<T>) {
  const listId = useId()
  const filter = useFilter(props)
  const { query, shown, hidden, active } = filter
  return (
    <div className={cx('flex min-h-0 flex-col', props.className)}>
      <SearchField
        label={props.label}
        placeholder={props.placeholder}
        autoFocus={props.autoFocus ?? false}
        listId={listId}
        filter={filter}
      />
      <Rows listId={listId} list={props} filter={filter} />
      {shown.length === 0 && (
        <div className="px-4 pb-5 text-center text-muted" role="status">
          {props.empty?.(query) ?? `Nothing matches “${query}”.`}
        </div>
      )}
      {hidden > 0 && active >= 0 && (
        <div className="border-t border-line px-3 py-1.5 text-sm text-muted">
          {hidden} more. Type to narrow the list.
        </div>
      )}
    </div>
  )
}

interface SearchFieldProps {
  readonly label: string
  readonly placeholder: string
  readonly autoFocus: boolean
  readonly listId: string
  readonly filter: Pick<ReturnType<typeof useFilter>, 'query' | 'search' | 'active' | 'onKeyDown'>
}

function SearchField({ label, placeholder, autoFocus, listId, filter }: SearchFieldProps) {
  const { query, search, active, onKeyDown } = filter
  return (
    <div className="flex shrink-0 items-center gap-2 border-b border-line px-3">
      <Search size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-muted" />
      <input
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={active >= 0 ? `${listId}-${active}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: the field is the reason its page or popup was opened
        autoFocus={autoFocus}
        value={query}
        onChange={(event) => search(event.target.value)}
        onKeyDown={onKeyDown}
        placeholder={placeholder}
        className="h-10 min-w-0 flex-1 bg-transparent outline-none"
      />
    </div>
  )
}

interface RowsProps<T extends FilterItem> {
  readonly listId: string
  readonly list: FilterListProps<T>
  readonly filter: { query: string; shown: readonly T[]; active: number; setMoved: (index: number) => void }
}

function Rows<T extends FilterItem>({ listId, list, filter }: RowsProps<T>) {
  const { query, shown, active, setMoved } = filter
  const box = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the active row is found by its mark, which moves with it
  useEffect(() => {
    box.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    <div
      ref={box}
      id={listId}
      role="listbox"
      aria-label={list.label}
      tabIndex={-1}
      className="min-h-0 flex-1 overflow-y-auto p-1 outline-none"
    >
      {shown.map((item, index) => (
        <Row
          key={item.id}
          id={`${listId}-${index}`}
          item={item}
          heading={query === '' && item.group !== shown[index - 1]?.group ? item.group : undefined}
          active={index === active}
          selected={item.id === list.selectedId}
          onHover={() => setMoved(index)}
          onPick={() => list.onPick(item)}
        />
      ))}
    </div>
  )
}

interface RowProps {
  readonly id: string
  readonly item: FilterItem
  readonly heading: string | undefined
  readonly active: boolean
  readonly selected: boolean
  readonly onHover: () => void
  readonly onPick: () => void
}

function Row({ id, item, heading, active, selected, onHover, onPick }: RowProps) {
  return (
    <>
      {heading !== undefined && (
        <div role="presentation" className="px-2 pt-2 pb-1 text-sm text-muted">
          {heading}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the search field, which keeps the focus */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: it is reached through aria-activedescendant */}
      <div
        id={id}
        role="option"
        aria-selected={selected}
        data-active={active || undefined}
        onPointerMove={active ? undefined : onHover}
        onPointerDown={(event) => event.preventDefault()}
        onClick={onPick}
        className={cx(
          'flex min-h-9 items-center gap-2.5 rounded-xs px-2 select-none',
          active && 'bg-hover',
          selected && 'font-medium text-accent',
        )}
      >
        {item.icon}
        <span className="min-w-0 flex-1 truncate">{item.label}</span>
        {item.hint !== undefined && (
          <span className="max-w-1/2 shrink-0 truncate text-sm font-normal text-muted">{item.hint}</span>
        )}
      </div>
    </>
  )
}

/** Where a key moves the active row to; undefined when it moves nothing. */
export function movedTo(key: string, active: number, count: number): number | undefined {
  if (count === 0) return undefined
  if (key === 'ArrowDown') return (active + 1) % count
  if (key === 'ArrowUp') return (active - 1 + count) % count
  if (key === 'PageDown') return Math.min(count - 1, active + 8)
  if (key === 'PageUp') return Math.max(0, active - 8)
  return undefined
}
