import { type KeyboardEvent, useId, useState } from 'react'
import { cx } from '../lib/cx.ts'
import { type FieldControl, Input } from './field.tsx'
import { movedTo } from './filter-list.tsx'

export interface Suggestion {
  readonly value: string
  readonly label: string
  readonly hint?: string
}

export interface SuggestInputProps {
  readonly control: FieldControl
  readonly value: string
  readonly suggestions: readonly Suggestion[]
  readonly onChange: (value: string) => void
  readonly onBlur?: () => void
  readonly placeholder?: string
  readonly autoFocus?: boolean
  readonly mono?: boolean
  /** True where a picked suggestion is a step on the way, as a folder is, and the list stays open. */
  readonly stepwise?: boolean
}

/** Free text with suggestions: arrows move among them, Tab or Enter takes one, Esc closes the list. */
export function SuggestInput(props: SuggestInputProps) {
  const { control, value, suggestions, onChange } = props
  const listId = useId()
  const { shown, active, take, onKeyDown, setOpen, setActive } = useSuggestions(props)
  return (
    <div className="relative min-w-0 flex-1">
      <Input
        {...control}
        role="combobox"
        aria-expanded={shown}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={shown && active >= 0 ? `${listId}-${active}` : undefined}
        autoFocus={props.autoFocus}
        value={value}
        placeholder={props.placeholder}
        className={cx(props.mono && 'font-mono text-code')}
        onChange={(event) => {
          setOpen(true)
          setActive(-1)
          onChange(event.target.value)
        }}
        onKeyDown={onKeyDown}
        onClick={() => setOpen(true)}
        onBlur={() => {
          setOpen(false)
          props.onBlur?.()
        }}
      />
      <SuggestList id={listId} shown={shown} active={active} suggestions={suggestions} onTake={take} />
    </div>
  )
}

/** Whether the list is open, which row the keys are at, and what they do. */
function useSuggestions({ value, suggestions, onChange, stepwise = false }: SuggestInputProps) {
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const shown = open && suggestions.length > 0
  const take = (suggestion: Suggestion) => {
    onChange(suggestion.value)
    setActive(-1)
    setOpen(stepwise)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const act = shown ? keyAct(event) : undefined
    if (!shown && event.key === 'ArrowDown') setOpen(true)
    if (act === undefined) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  /** What a key does to the open list; undefined when it is not meant for it. */
  const keyAct = ({ key, shiftKey }: KeyboardEvent): (() => void) | undefined => {
    const next = movedTo(key, active < 0 && key === 'ArrowUp' ? 0 : active, suggestions.length)
    if (next !== undefined) return () => setActive(next)
    if (key === 'Escape') return () => setOpen(false)
    const chosen =
      suggestions[active] ?? (key === 'Tab' && suggestions.length === 1 ? suggestions[0] : undefined)
    const takes = key === 'Enter' || (key === 'Tab' && !shiftKey)
    return takes && chosen !== undefined && chosen.value !== value ? () => take(chosen) : undefined
  }
  return { shown, active, take, onKeyDown, setOpen, setActive }
}

/** Returns nothing: what a ref callback returns is taken for its clean-up. */
function intoView(row: HTMLElement | null): void {
  row?.scrollIntoView({ block: 'nearest' })
}

interface SuggestListProps {
  readonly id: string
  readonly shown: boolean
  readonly active: number
  readonly suggestions: readonly Suggestion[]
  readonly onTake: (suggestion: Suggestion) => void
}

function SuggestList({ id, shown, active, suggestions, onTake }: SuggestListProps) {
  return (
    <div
      id={id}
      role="listbox"
      aria-label="Suggestions"
      tabIndex={-1}
      hidden={!shown}
      className="appear absolute inset-x-0 top-full z-20 mt-1 max-h-56 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-lg shadow-shade"
    >
      {suggestions.map((suggestion, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the input, which keeps the focus
        // biome-ignore lint/a11y/useFocusableInteractive: it is reached through aria-activedescendant
        <div
          key={suggestion.value}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          ref={index === active ? intoView : undefined}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake(suggestion)}
          className={cx(
            'flex min-h-7 items-center gap-3 rounded-xs px-2 hover:bg-hover',
            index === active && 'bg-hover',
          )}
        >
          <span className="min-w-0 flex-1 truncate font-mono text-code">{suggestion.label}</span>
          {suggestion.hint !== undefined && <span className="text-sm text-muted">{suggestion.hint}</span>}
        </div>
      ))}
    </div>
  )
}
