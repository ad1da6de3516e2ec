import { expect, it } from 'vitest'
import { type Box, freePlace } from '../../src/renderer/src/ui/toast-place.ts'

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

it('stay at the top where nothing is in the way, beside and below the header', () => {
  expect(freePlace('top-right', TOAST, WINDOW, [])).toBe('top-right')
  // Stop in the header, a tab below it, and a button under the toast.
  const near = [box(1240, 10), box(1000, 50, 100, 40), box(1000, 154)]
  expect(freePlace('top-right', TOAST, WINDOW, near)).toBe('top-right')
})

it('go where they cover nothing', () => {
  expect(freePlace('top-right', TOAST, WINDOW, [TOP_RIGHT])).toBe('bottom-right')
  expect(freePlace('top-right', TOAST, WINDOW, [TOP_RIGHT, BOTTOM_RIGHT])).toBe('top-center')
  expect(freePlace('top-right', TOAST, WINDOW, [TOP_RIGHT, BOTTOM_RIGHT, TOP_CENTRE])).toBe('bottom-center')
})

it('stay where they are while no place is better', () => {
  expect(freePlace('bottom-center', TOAST, WINDOW, [TOP_RIGHT])).toBe('bottom-center')
  const all = [TOP_RIGHT, BOTTOM_RIGHT, TOP_CENTRE, BOTTOM_CENTRE]
  expect(freePlace('top-center', TOAST, WINDOW, all)).toBe('top-center')
  expect(freePlace('top-center', TOAST, WINDOW, [...all, TOP_CENTRE])).toBe('top-right')
})
