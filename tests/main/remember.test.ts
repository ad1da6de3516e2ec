import { expect, it } from 'vitest'
import { remember } from '../../src/main/remember.ts'

function counted(most: number) {
  const made: string[] = []
  const ask = remember(most, (key) => {
    made.push(key)
    return key.length
  })
  return { ask, made }
}

it('makes what it is asked for once', () => {
  const { ask, made } = counted(2)
  expect([ask('one'), ask('three'), ask('one')]).toEqual([3, 5, 3])
  expect(made).toEqual(['one', 'three'])
})

it('remembers that nothing was made of a text', () => {
  const made: string[] = []
  const ask = remember(2, (key) => void made.push(key))
  ask('one')
  ask('one')
  expect(made).toEqual(['one'])
})

it('keeps no more than it may', () => {
  const { ask, made } = counted(2)
  for (const key of ['a', 'b', 'c', 'a']) ask(key)
  expect(made).toEqual(['a', 'b', 'c', 'a'])
})

it('keeps no long text', () => {
  const { ask, made } = counted(2)
  const long = 'x'.repeat(10_000)
  expect([ask(long), ask(long)]).toEqual([10_000, 10_000])
  expect(made).toEqual([long, long])
})
