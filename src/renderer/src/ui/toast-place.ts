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
 * Where toasts cover nothing a person acts with, or least. They stay where they are while that is as good as any.
 * @param actions where the buttons and fields are
 */
export function freePlace(now: ToastPlace, toasts: Size, window: Size, actions: readonly Box[]): ToastPlace {
  const covered = (place: ToastPlace): number => {
    const box = boxAt(place, toasts, window)
    return actions.filter((action) => meet(box, action)).length
  }
  let best: ToastPlace = now
  let least = covered(now)
  for (const place of PLACES) {
    const count = covered(place)
    if (count < least) [best, least] = [place, count]
  }
  return best
}

const ACTIONS =
  'button, a[href], input, textarea, select, [role="switch"], [role="combobox"], [role="option"]'
const WAIT_MS = 150
/** Of a toast of two lines, before it is drawn. */
const USUAL: Size = { width: 320, height: 62 }

const sizeOf = (element: Element | null): Size => {
  const { width, height } = element?.getBoundingClientRect() ?? USUAL
  return width === 0 || height === 0 ? USUAL : { width, height }
}

function look(now: ToastPlace): ToastPlace {
  const own = document.querySelector('[data-sonner-toaster]')
  // A toast that is being pointed at or read must not run away.
  if (own?.matches(':hover') === true || own?.contains(document.activeElement) === true) return now
  const front = document.querySelector('[data-sonner-toast][data-front="true"]')
  const size = sizeOf(front)
  const actions = [...document.querySelectorAll(ACTIONS)]
    .filter((element) => own?.contains(element) !== true)
    .map((element) => element.getBoundingClientRect())
    .filter(({ width, height }) => width > 0 && height > 0)
  // Those behind the front one look out by a few pixels.
  const stack = { width: size.width, height: size.height + 16 }
  return freePlace(now, stack, { width: window.innerWidth, height: window.innerHeight }, actions)
}

/** Where the toasts stand now: looked at anew whenever what is on show changes, as long as there are any. */
export function useToastPlace(shown: boolean): ToastPlace {
  const [place, setPlace] = useState<ToastPlace>('top-right')
  useEffect(() => {
    if (!shown) return
    let timer: number | undefined
    const lookNow = () => {
      timer = undefined
      setPlace(look)
    }
    const soon = () => {
      timer ??= window.setTimeout(lookNow, WAIT_MS)
    }
    const changes = new MutationObserver(soon)
    changes.observe(document.body, { childList: true, subtree: true })
    window.addEventListener('resize', soon)
    window.addEventListener('scroll', soon, true)
    lookNow()
    return () => {
      window.clearTimeout(timer)
      setPlace('top-right')
      changes.disconnect()
      window.removeEventListener('resize', soon)
      window.removeEventListener('scroll', soon, true)
    }
  }, [shown])
  return place
}
