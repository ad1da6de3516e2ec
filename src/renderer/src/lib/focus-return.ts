import { useLayoutEffect, useRef } from 'react'

/** What has the focus now; an item of a menu stands for the menu's own button, for the item is about to go. */
function focusedNow(): HTMLElement | null {
  const element = document.activeElement
  const button = element?.closest('[role="menu"]')?.getAttribute('aria-labelledby')
  const target = button ? document.getElementById(button) : element
  return target instanceof HTMLElement ? target : null
}

/**
 * Gives the focus back to where it was before something opened, however it is closed: by its own button, by a key, or
 * by being taken off the page. A focus that has been put elsewhere meanwhile stays there.
 */
export function useFocusReturn(open: boolean): void {
  const before = useRef<HTMLElement | null>(null)
  const wasOpen = useRef(false)
  // While rendering, for afterwards the focus has moved inside.
  if (open && !wasOpen.current) before.current = focusedNow()
  wasOpen.current = open
  useLayoutEffect(() => {
    if (!open) return
    return () => {
      const target = before.current
      setTimeout(() => {
        const lost = document.activeElement === null || document.activeElement === document.body
        if (!lost) return
        if (target?.isConnected) target.focus({ preventScroll: true })
        else document.getElementById('main')?.focus({ preventScroll: true })
      }, 0)
    }
  }, [open])
}
