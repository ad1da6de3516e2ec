import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown } from 'lucide-react'
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import type { Message } from '../../../../preload/conversation.ts'
import { Button } from '../../ui/button.tsx'
import { reachable } from '../../ui/reachable.ts'

export interface MessageListProps {
  readonly messages: readonly Message[]
  readonly renderMessage: (message: Message, index: number) => ReactNode
  /** Below the last message: what is going on now. */
  readonly children: ReactNode
  /** Another value scrolls to the end, wherever the user was: for their own prompt. */
  readonly endKey: number
}

/** How near to the end still counts as being there, in pixels. */
const NEAR = 60

/** The messages, of which only those in view are drawn. It stays at the end for as long as the user is there. */
export function MessageList({ messages, renderMessage, children, endKey }: MessageListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: messages.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (messages[index]?.role === 'user' ? 60 : 120),
    overscan: 6,
    getItemKey: (index) => messages[index]?.id ?? index,
  })
  const { atEnd, toEnd, hands } = useStayAtEnd(scroller, content, endKey)
  return (
    <div className="relative min-h-0 flex-1">
      <section
        ref={scroller}
        {...hands}
        {...reachable}
        aria-label="Messages"
        className="h-full overflow-y-auto [overflow-anchor:none] -outline-offset-2"
      >
        <div ref={content} className="mx-auto max-w-190 px-6 pt-2 pb-6">
          <div className="relative" style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map(({ index, key, start }) => {
              const message = messages[index]
              return message === undefined ? null : (
                <div
                  key={key}
                  ref={rows.measureElement}
                  data-index={index}
                  className="absolute inset-x-0 top-0 focus-within:z-10 hover:z-10"
                  style={{ transform: `translateY(${start}px)` }}
                >
                  {renderMessage(message, index)}
                </div>
              )
            })}
          </div>
          {children}
        </div>
      </section>
      {!atEnd && <ToEnd onClick={toEnd} />}
    </div>
  )
}

function ToEnd({ onClick }: { readonly onClick: () => void }) {
  return (
    <Button
      size="sm"
      onClick={onClick}
      className="appear absolute bottom-3 left-1/2 -translate-x-1/2 shadow-md shadow-shade/40"
    >
      <ArrowDown size={14} strokeWidth={1.75} aria-hidden="true" />
      To the newest
    </Button>
  )
}

type Box = React.RefObject<HTMLDivElement | null>

/** How long after a hand was on the wheel, keys or pointer a scroll counts as the user's, in milliseconds. */
const BY_HAND = 400

/**
 * Only the user leaves the end. Scrolling also happens when rows are measured or the window changes, and then the end
 * is gone back to.
 */
function useStayAtEnd(scroller: Box, content: Box, endKey: number) {
  const [atEnd, setAtEnd] = useState(true)
  const staying = useRef(true)
  const touchedAt = useRef(0)
  const stay = (on: boolean) => {
    staying.current = on
    setAtEnd(on)
  }
  const toEnd = () => {
    stay(true)
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight })
  }
  const onScroll = () => {
    const box = scroller.current
    if (box === null) return
    if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR) stay(true)
    else if (Date.now() - touchedAt.current < BY_HAND) stay(false)
  }
  const touch = () => {
    touchedAt.current = Date.now()
  }
  useLayoutEffect(() => {
    const box = scroller.current
    const inner = content.current
    if (box === null || inner === null) return
    const observer = new ResizeObserver(() => {
      if (staying.current) box.scrollTop = box.scrollHeight
    })
    observer.observe(inner)
    observer.observe(box)
    return () => observer.disconnect()
  }, [scroller, content])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new end key calls for the end
  useLayoutEffect(toEnd, [endKey])
  // A scrollbar is dragged for longer than a moment, so moving counts too.
  const hands = {
    onWheel: touch,
    onTouchMove: touch,
    onKeyDown: touch,
    onPointerDown: touch,
    onPointerMove: (event: React.PointerEvent) => event.buttons > 0 && touch(),
  }
  return { atEnd, toEnd, hands: { ...hands, onScroll } }
}
