import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react'

export interface SplitPaneProps {
  readonly label: string
  /** Width of the right pane in pixels. */
  readonly width: number
  readonly min: number
  readonly max: number
  /** Told when the user lets go, so that it can be remembered. */
  readonly onWidth: (width: number) => void
  readonly left: ReactNode
  readonly right: ReactNode
}

/** Two panes with a divider that is dragged, or moved with the arrow keys. */
export function SplitPane(props: SplitPaneProps) {
  const { label, min, max, left, right } = props
  const { shown, hands } = useDivider(props)
  return (
    <div className="flex min-h-0 min-w-0 flex-1">
      <div className="flex min-w-0 flex-1 flex-col">{left}</div>
      {/* biome-ignore lint/a11y/useSemanticElements: a divider that moves is a focusable separator, which hr is not */}
      <div
        role="separator"
        tabIndex={0}
        aria-label={label}
        aria-orientation="vertical"
        aria-valuenow={Math.round(shown)}
        aria-valuemin={min}
        aria-valuemax={max}
        {...hands}
        className="relative w-px shrink-0 cursor-col-resize touch-none bg-line outline-offset-0 before:absolute before:inset-y-0 before:-left-1 before:w-2.25 hover:bg-accent focus-visible:bg-accent"
      />
      <div className="flex min-h-0 shrink-0 flex-col" style={{ width: shown }}>
        {right}
      </div>
    </div>
  )
}

/** The right pane's width, while it is dragged and after, and what the divider does about pointer and keys. */
function useDivider({ width, min, max, onWidth }: SplitPaneProps) {
  const [dragged, setDragged] = useState<number>()
  const from = useRef({ x: 0, width: 0 })
  const clamp = (value: number) => Math.min(max, Math.max(min, value))
  const shown = clamp(dragged ?? width)

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    from.current = { x: event.clientX, width: shown }
    setDragged(shown)
  }
  const onPointerMove = (event: PointerEvent) => {
    if (dragged !== undefined) setDragged(clamp(from.current.width + from.current.x - event.clientX))
  }
  const onPointerUp = () => {
    if (dragged !== undefined) onWidth(dragged)
    setDragged(undefined)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? 16 : event.key === 'ArrowRight' ? -16 : 0
    if (step === 0) return
    event.preventDefault()
    onWidth(clamp(shown + step))
  }
  const hands = { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp, onKeyDown }
  return { shown, hands }
}
