import { expect, it } from 'vitest'
import { createLock } from '../../../src/main/projects/locks.ts'

it('runs acts on one key in order, other keys at once, and goes on after a failure', async () => {
  const lock = createLock()
  const done: string[] = []
  let release = () => {}
  const first = lock('a', async () => {
    await new Promise<void>((resolve) => {
      release = resolve
    })
    done.push('first')
    throw new Error('no')
  })
  const second = lock('a', async () => {
    done.push('second')
    return 2
  })
  await lock('b', async () => {
    done.push('other')
  })
  expect(done).toEqual(['other'])
  release()
  await expect(first).rejects.toThrow('no')
  expect(await second).toBe(2)
  expect(done).toEqual(['other', 'first', 'second'])
})
