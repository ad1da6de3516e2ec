import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createBoundsFile, placeFor } from '../../src/main/desktop/window-bounds.ts'

const screens = [
  { x: 0, y: 0, width: 1920, height: 1080 },
  { x: 1920, y: 0, width: 1280, height: 1024 },
]

describe('placeFor', () => {
  it.each([
    ['nothing remembered', undefined, { width: 1280, height: 800 }],
    [
      'a place on a screen',
      { x: 2000, y: 50, width: 1000, height: 700 },
      { x: 2000, y: 50, width: 1000, height: 700 },
    ],
    ['a screen that is gone', { x: 4000, y: 50, width: 1000, height: 700 }, { width: 1000, height: 700 }],
    [
      'a title bar above the screen',
      { x: 0, y: -50, width: 1000, height: 700 },
      { width: 1000, height: 700 },
    ],
    [
      'a size below the least',
      { x: 5, y: 5, width: 10, height: 10 },
      { x: 5, y: 5, width: 900, height: 600 },
    ],
  ])('with %s', (_what, remembered, place) => {
    expect(placeFor(remembered, screens)).toEqual(place)
  })
})

describe('the bounds file', () => {
  it('remembers, and takes a missing or damaged file for nothing remembered', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'berth-bounds-'))
    const file = createBoundsFile(join(folder, 'window.json'))
    expect(file.load()).toBeUndefined()
    file.save({ x: 1, y: 2, width: 3, height: 4 })
    expect(file.load()).toEqual({ x: 1, y: 2, width: 3, height: 4 })
    await writeFile(join(folder, 'window.json'), '{"x":1')
    expect(file.load()).toBeUndefined()
    await rm(folder, { recursive: true })
    expect(() => file.save({ x: 1, y: 2, width: 3, height: 4 })).not.toThrow()
  })
})
