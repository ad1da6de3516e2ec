import { execFile } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const heap = pathToFileURL('src/main/heap.ts').href

/** Megabytes the space for new objects comes to in a process that makes many, and holds on to each for a moment. */
async function newSpaceOf(begin: string): Promise<number> {
  const code = `
    import { getHeapSpaceStatistics } from 'node:v8'
    import { setImmediate } from 'node:timers/promises'
    import { tuneHeap } from '${heap}'
    ${begin}
    const kept = []
    let most = 0
    for (let i = 0; i < 1500; i++) {
      kept[i % 300] = Array.from({ length: 1000 }, () => ({ i }))
      most = Math.max(most, getHeapSpaceStatistics().find((one) => one.space_name === 'new_space').space_size)
      await setImmediate()
    }
    console.log(most / 1048576)`
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return Number(stdout)
}

it('keeps the space for new objects at 32 MB, which V8 by itself lets grow', {
  timeout: 60_000,
}, async () => {
  expect(await newSpaceOf('')).toBeGreaterThan(32)
  expect(await newSpaceOf('tuneHeap()')).toBe(32)
})
