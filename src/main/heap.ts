import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/**
 * How much of its live size V8 lets the heap grow by before it collects all of it, in percent. By itself it goes down to 30 %
 * where it expects little of a collection, and it counts buffers in: the bodies of a few hundred requests fill that, each
 * collection looks through everything Berth holds, and finds what the next small one would have freed.
 */
const GROWTH = 100

/** Bytes of the two halves where new objects are. More makes collections rarer and Berth bigger, by up to 96 MB. */
const NEW_SPACE = 32 * 1024 * 1024

function newSpaceSize(): number {
  const found = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
  return found?.space_size ?? 0
}

/**
 * Lets the space for new objects grow up to its size and no further. V8 doubles it in a collection that finds many objects still
 * used, and makes it small again where little happens, so it is looked at after each.
 */
function watchNewSpace(): void {
  let factor = 0
  const look = (): void => {
    const wanted = newSpaceSize() < NEW_SPACE ? 2 : 1
    if (wanted === factor) return
    factor = wanted
    setFlagsFromString(`--semi-space-growth-factor=${factor}`)
  }
  new PerformanceObserver(look).observe({ entryTypes: ['gc'] })
  look()
}

/**
 * Tells V8 how this process uses memory: many requests with bodies of tens of kilobytes, each gone after a moment. V8 reads these
 * flags anew whenever it decides, so they hold from now on; Node lets them be set at run time, and Electron too (its `v8Flags` in
 * package.json are set the same way). Decision 24 says what they change.
 */
export function tuneHeap(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`)
  watchNewSpace()
}
