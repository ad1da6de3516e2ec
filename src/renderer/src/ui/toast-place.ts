import { useEffect, useState } from 'react'

/** Where toasts may stand, the likeliest first. */
const PLACES = ['top-right', 'bottom-right', 'top-center', 'bottom-center'] as const
export type ToastPlace = (typeof PLACES)[number]

/** How far from the window's edges. At the top below a project's header (48 px) and the inspector's tabs (36 px). */
export const TOAST_OFFSET = { top: 92, right: 12, bottom: 16, left: 12 }

export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** What toasts of this size cover at a place. */
function boxAt(place: ToastPlace, toasts: Size, window: Size): Box {
  const { top, right, bottom } = TOAST_OFFSET
  const end = place.endsWith('right') ? window.width - right : (window.width + toasts.width) / 2
  const low = place.startsWith('top') ? top + toasts.height : window.height - bottom
  return { left: end - toasts.width, right: end, top: low - toasts.height, bottom: low }
}

export interface Size {
  readonly width: number
  readonly height: number
}

const meet = (one: Box, other: Box): boolean =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom

/**
 * Where toasts cost least. They stay where they are while that is as good as any.
 * @param costOf what it costs to cover a box
 */
export function freePlace(
  now: ToastPlace,
  toasts: Size,
  window: Size,
  costOf: (box: Box) => number,
): ToastPlace {
  let best: ToastPlace = now
  let least = costOf(boxAt(now, toasts, window))
  for (const place of PLACES) {
    const cost = costOf(boxAt(place, toasts, window))
    if (cost < least) [best, least] = [place, cost]
  }
  return best
}

/** Something to act with, and how bad it is to cover it. */
export interface Action {
  readonly box: Box
  readonly weight: number
}

/** What it costs to cover the actions that a box meets. */
export const covered = (box: Box, actions: readonly Action[]): number =>
  actions.reduce((sum, action) => sum + (meet(box, action.box) ? action.weight : 0), 0)

const ACTIONS =
  'button, a[href], input, textarea, select, [role="switch"], [role="combobox"], [role="option"]'
const WAIT_MS = 150
/** Of a toast of two lines, before it is drawn. */
const USUAL: Size = { width: 320, height: 62 }

const sizeOf = (element: Element | null): Size => {
  const { width, height } = element?.getBoundingClientRect() ?? USUAL
  return width === 0 || height === 0 ? USUAL : { width, height }
}

/** How much of what is to be read is in a box: of a grid of points those that are on text. */
function textIn({ left, top, right, bottom }: Box, own: Element | null): number {
  let count = 0
  for (let x = left + 10; x < right; x += 50)
    for (let y = top + 5; y < bottom; y += 10) {
      const found = document.elementsFromPoint(x, y).find((element) => own?.contains(element) !== true)
      if ([...(found?.childNodes ?? [])].some((node) => node.nodeType === Node.TEXT_NODE)) count++
    }
  return count
}

/** More than all the text a toast can cover. What opens a row only can wait, and nobody can write under a toast. */
function weightOf(action: Element): number {
  if (action.matches('input, textarea')) return 100_000
  return action.matches('[aria-expanded]:not([aria-haspopup])') ? 1000 : 10_000
}

/** @param isNew nobody has seen the toasts yet: only then do they make room for what is to be read */
function look(now: ToastPlace, isNew: boolean): ToastPlace {
  const own = document.querySelector('[data-sonner-toaster]')
  // A toast that is being pointed at or read must not run away.
  if (own?.matches(':hover') === true || own?.contains(document.activeElement) === true) return now
  const front = document.querySelector('[data-sonner-toast][data-front="true"]')
  const size = sizeOf(front)
  const actions = [...document.querySelectorAll(ACTIONS)]
    .filter((element) => own?.contains(element) !== true)
    .map((element) => ({ box: element.getBoundingClientRect(), weight: weightOf(element) }))
    .filter(({ box }) => box.width > 0 && box.height > 0)
  // Those behind the front one look out by a few pixels.
  const stack = { width: size.width, height: size.height + 16 }
  return freePlace(
    now,
    stack,
    { width: window.innerWidth, height: window.innerHeight },
    (box) => covered(box, actions) + (isNew ? textIn(box, own) : 0),
  )
}

/** Where the toasts stand now: looked at anew whenever what is on show changes, as long as there are any. */
export function useToastPlace(shown: boolean): ToastPlace {
  const [place, setPlace] = useState<ToastPlace>('top-right')
  useEffect(() => {
    if (!shown) return
    let timer: number | undefined
    const lookNow = () => {
      timer = undefined
      setPlace((now) => look(now, false))
    }
    const soon = () => {
      timer ??= window.setTimeout(lookNow, WAIT_MS)
    }
    const changes = new MutationObserver(soon)
    changes.observe(document.body, { childList: true, subtree: true })
    window.addEventListener('resize', soon)
    window.addEventListener('scroll', soon, true)
    // With the next frame the toast is drawn, and not yet seen.
    const frame = window.requestAnimationFrame(() => setPlace((now) => look(now, true)))
    return () => {
      window.cancelAnimationFrame(frame)
      window.clearTimeout(timer)
      setPlace('top-right')
      changes.disconnect()
      window.removeEventListener('resize', soon)
      window.removeEventListener('scroll', soon, true)
    }
  }, [shown])
  return place
}
