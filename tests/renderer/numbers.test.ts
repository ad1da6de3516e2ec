import { describe, expect, it } from 'vitest'
import type { BerthBridge } from '../../src/preload/contract.ts'
import { POOL_NUMBER_NAMES, type PoolNumber, type PoolNumberName } from '../../src/preload/pool-numbers.ts'
import {
  changedWords,
  numberGroups,
  numberWords,
  parseNumber,
} from '../../src/renderer/src/features/settings/number-words.ts'
import { createNumbersStore } from '../../src/renderer/src/features/settings/numbers-store.ts'

const number = (change: Partial<PoolNumber>): PoolNumber => ({
  name: 'pace',
  value: 5000,
  standard: 5000,
  variable: 'BERTH_POOL_PACE',
  fixed: false,
  ...change,
})
const QUOTA = number({ name: 'cooldown.quota', standard: [60_000, 300_000] })

describe('the numbers of pools', () => {
  it('are each in one group', () => {
    expect(numberGroups.flatMap(({ names }) => names).sort()).toEqual([...POOL_NUMBER_NAMES].sort())
  })

  it.each<[PoolNumberName, number | number[], string]>([
    ['pace', 5000, '5 s'],
    ['pace', 0, '0 s'],
    ['pace', 1500, '1500 ms'],
    ['wait', 90_000, '90 s'],
    ['cooldown.cap', 7_200_000, '2 h'],
    ['cooldown.quota', [60_000, 300_000, 1_800_000, 7_200_000], '1 min, 5 min, 30 min, 2 h'],
    ['keepBytes', 33_554_432, '32 MiB'],
    ['keepBytes', 1000, '1000 B'],
    ['keepBytes', 0, '0 B'],
    ['health.failure', -20, '-20'],
    ['score.idlePerSecond', 0.1, '0.1'],
  ])('%s %j is written %s, and read back', (name, value, words) => {
    expect(numberWords(name, value)).toBe(words)
    expect(parseNumber(number({ name, standard: value }), words)).toEqual({ value })
  })

  it.each<[PoolNumber, string, number | number[]]>([
    [number({}), '1.5 s', 1500],
    [number({}), '1,5s', 1500],
    [number({}), '2 Min', 120_000],
    [number({}), '0', 0],
    [number({ name: 'keepBytes' }), '8 MB', 8 * 1024 * 1024],
    [number({ name: 'health.failure' }), '−5', -5],
    [QUOTA, '1 min,5min; 2h', [60_000, 300_000, 7_200_000]],
    [QUOTA, '90 s', [90_000]],
  ])('reads %#', (of, typed, value) => {
    expect(parseNumber(of, typed)).toEqual({ value })
  })

  it.each<[PoolNumber, string, string]>([
    [number({}), '30', '“30” is not a time such as 30 s, 5 min or 2 h.'],
    [number({}), '', 'Write a time such as 30 s, 5 min or 2 h.'],
    [number({}), '3 days', '“3 days” is not a time such as'],
    [number({ name: 'keepBytes' }), '32', '“32” is not a size such as 32 MiB.'],
    [number({ name: 'health.start' }), 'high', '“high” is not a number.'],
    [number({ name: 'health.start' }), '70 s', '“70 s” is not a number.'],
    [QUOTA, '1 min, soon', '“1 min, soon” is not times with commas between them'],
  ])('says how %# is written', (of, typed, sentence) => {
    expect(parseNumber(of, typed)).toEqual({ problem: expect.stringContaining(sentence) })
  })

  it('say how many are not Berth’s own', () => {
    expect(changedWords([number({})])).toBeUndefined()
    expect(changedWords([number({ value: 1 }), QUOTA])).toBe('2 changed')
    expect(changedWords([number({ value: 1 }), number({ fixed: true })])).toBe(
      '1 changed, 1 fixed by a variable',
    )
  })
})

it('an event that is newer than an answer stands', async () => {
  const answer = Promise.withResolvers<unknown>()
  const bridge = { invoke: () => answer.promise } as unknown as BerthBridge
  const store = createNumbersStore(bridge)
  const setting = store.getState().set({ pace: 1 })
  store.getState().put([number({ value: 2 })])
  answer.resolve({ ok: true, value: [number({ value: 1 })] })
  await setting
  expect(store.getState().numbers).toEqual([number({ value: 2 })])
})
