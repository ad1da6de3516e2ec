import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react'

/** Becomes true once `on` has lasted `delayMs`, so that short waits show nothing. */
export function useLasting(on: boolean, delayMs = 150): boolean {
  const [lasting, setLasting] = useState(false)
  useEffect(() => {
    if (!on) {
      setLasting(false)
      return
    }
    const timer = setTimeout(() => setLasting(true), delayMs)
    return () => clearTimeout(timer)
  }, [on, delayMs])
  return on && lasting
}

/** The present, renewed every `everyMs` while `on`. */
export function useNow(everyMs: number, on = true): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!on) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs, on])
  return now
}

/** Calls the newest `handler` for every key press in the window. */
export function useKeys(handler: (event: KeyboardEvent) => void): void {
  const newest = useRef(handler)
  useLayoutEffect(() => {
    newest.current = handler
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent) => newest.current(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}

/** True while the media query holds. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(query)
      list.addEventListener('change', changed)
      return () => list.removeEventListener('change', changed)
    },
    () => window.matchMedia(query).matches,
    () => false,
  )
}

/** Names the document after the screen. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Berth' : `${title} · Berth`
  }, [title])
}

/** The same function for the life of a component, doing what the newest one does; for events, not for rendering. */
export function useStable<A extends unknown[], R>(newest: (...args: A) => R): (...args: A) => R {
  const current = useRef(newest)
  useLayoutEffect(() => {
    current.current = newest
  })
  const [stable] = useState(
    () =>
      (...args: A): R =>
        current.current(...args),
  )
  return stable
}
