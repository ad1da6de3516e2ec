import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { writeAtomicSync } from '../files/atomic-file.ts'

const bounds = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
})
export type Bounds = z.infer<typeof bounds>

export const MIN_SIZE = { width: 900, height: 600 }
const DEFAULT_SIZE = { width: 1280, height: 800 }
/** Of the window's title bar, how much must be on a screen for a hand to reach it. */
const REACHABLE = 80

/** The place to open the window: the remembered one while a screen still shows it, else the system's choice. */
export function placeFor(
  remembered: Bounds | undefined,
  screens: readonly Bounds[],
): { width: number; height: number; x?: number; y?: number } {
  if (remembered === undefined) return DEFAULT_SIZE
  const width = Math.max(remembered.width, MIN_SIZE.width)
  const height = Math.max(remembered.height, MIN_SIZE.height)
  const visible = screens.some(
    (screen) =>
      remembered.x + width >= screen.x + REACHABLE &&
      remembered.x <= screen.x + screen.width - REACHABLE &&
      remembered.y >= screen.y &&
      remembered.y <= screen.y + screen.height - REACHABLE,
  )
  return visible ? { x: remembered.x, y: remembered.y, width, height } : { width, height }
}

/** Remembers where the window was. Losing it costs nothing, so a file that cannot be read or written is no error. */
export interface BoundsFile {
  load(): Bounds | undefined
  save(bounds: Bounds): void
}

export function createBoundsFile(path: string): BoundsFile {
  return {
    load: () => {
      try {
        return bounds.parse(JSON.parse(readFileSync(path, 'utf8')))
      } catch {
        return undefined
      }
    },
    save: (value) => {
      try {
        writeAtomicSync(path, JSON.stringify(value))
      } catch {
        // It opens in the usual place next time.
      }
    },
  }
}
