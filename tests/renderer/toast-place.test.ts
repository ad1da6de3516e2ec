import { expect, it } from 'vitest'
import { type Box, covered, freePlace, type ToastPlace } from '../../src/renderer/src/ui/toast-place.ts'

const WINDOW = { width: 1280, height: 800 }
const TOAST = { width: 360, height: 60 }
const box = (left: number, top: number, width = 100, height = 28): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
})
/** Where each place is. */
const TOP_RIGHT = box(1000, 100)
const BOTTOM_RIGHT = box(1000, 760)
const TOP_CENTRE = box(600, 100)
const BOTTOM_CENTRE = box(600, 760)

const placed = (now: ToastPlace, actions: readonly Box[]) =>
  freePlace(now, TOAST, WINDOW, (at) =>
    covered(
      at,
      actions.map((one) => ({ box: one, weight: 1 })),
    ),
  )

it('stay at the top where nothing is in the way, beside and below the header', () => {
  expect(placed('top-right', [])).toBe('top-right')
  // Stop in the header, a tab below it, and a button under the toast.
  const near = [box(1240, 10), box(1000, 50, 100, 40), box(1000, 154)]
  expect(placed('top-right', near)).toBe('top-right')
})

it('go where they cover nothing', () => {
  expect(placed('top-right', [TOP_RIGHT])).toBe('bottom-right')
  expect(placed('top-right', [TOP_RIGHT, BOTTOM_RIGHT])).toBe('top-center')
  expect(placed('top-right', [TOP_RIGHT, BOTTOM_RIGHT, TOP_CENTRE])).toBe('bottom-center')
})

it('stay where they are while no place is better', () => {
  expect(placed('bottom-center', [TOP_RIGHT])).toBe('bottom-center')
  const all = [TOP_RIGHT, BOTTOM_RIGHT, TOP_CENTRE, BOTTOM_CENTRE]
  expect(placed('top-center', all)).toBe('top-center')
  expect(placed('top-center', [...all, TOP_CENTRE])).toBe('top-right')
})

it('rather cover what matters less', () => {
  const actions = [
    { box: BOTTOM_RIGHT, weight: 10 },
    { box: TOP_RIGHT, weight: 1 },
    { box: TOP_RIGHT, weight: 1 },
    { box: TOP_CENTRE, weight: 10 },
    { box: BOTTOM_CENTRE, weight: 10 },
  ]
  const cost = (at: Box) => covered(at, actions)
  expect(freePlace('bottom-center', TOAST, WINDOW, cost)).toBe('top-right')
})
