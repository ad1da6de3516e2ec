import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createPoolNumbers } from '../../src/main/pool-options.ts'
import { poolSettings } from '../../src/main/settings/pool-settings.ts'
import { openSettings } from '../../src/main/settings/settings.ts'
import {
  POOL_NUMBER_NAMES,
  type PoolNumber,
  type PoolNumberChange,
  type PoolNumberName,
} from '../../src/preload/pool-numbers.ts'

let dir: string
let told: PoolNumber[][]
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'berth-pool-numbers-'))
  told = []
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const file = () => join(dir, 'settings.json')
const stored = () => JSON.parse(readFileSync(file(), 'utf8')).pool
const open = (env: NodeJS.ProcessEnv = {}) =>
  createPoolNumbers(openSettings(dir, env), (numbers) => told.push(numbers))
const of = (numbers: readonly PoolNumber[], name: PoolNumberName) => numbers.find((one) => one.name === name)

it('are all of settings.json, and of the table in the docs with their variables and defaults', () => {
  const names = Object.entries(poolSettings.shape).flatMap(([name, part]) => {
    const inner = part.unwrap()
    return 'shape' in inner ? Object.keys(inner.shape).map((key) => `${name}.${key}`) : [name]
  })
  expect(names).toEqual([...POOL_NUMBER_NAMES])
  const docs = readFileSync(resolve(import.meta.dirname, '../../docs/pools.md'), 'utf8')
  const rows = [...docs.matchAll(/^\| `([\w.]+)` \| `(BERTH_POOL_\w+)` \| ([-\d.,]+) \|/gm)]
  const inDocs = rows.map(([, name, variable, standard]) => [name, variable, standard])
  expect(inDocs).toEqual(
    open()
      .list()
      .map(({ name, variable, standard }) => [name, variable, String(standard)]),
  )
})

it('count at once, are told of and kept; a default leaves nothing behind', async () => {
  const numbers = open()
  expect(numbers.options().health.start).toBe(70)
  const answer = await numbers.set({ 'health.start': 60, 'cooldown.quota': [1000, 2000], pace: 10 })
  expect(numbers.options()).toMatchObject({
    health: { start: 60, max: 100 },
    cooldown: { quota: [1000, 2000], rate: 30_000 },
    pace: 10,
  })
  expect(told).toEqual([answer])
  expect(of(answer, 'health.start')).toMatchObject({ value: 60, standard: 70, fixed: false })
  expect(stored()).toEqual({ health: { start: 60 }, cooldown: { quota: [1000, 2000] }, pace: 10 })
  expect(open().options()).toEqual(numbers.options())
  await numbers.set({ 'health.start': null, 'cooldown.quota': null, pace: null })
  expect(stored()).toEqual({})
  expect(numbers.options().pace).toBe(5000)
})

it('lose none of two changes at once, and keep the other settings', async () => {
  writeFileSync(file(), JSON.stringify({ muteSwitches: true }))
  const numbers = open()
  await Promise.all([numbers.set({ pace: 1 }), numbers.set({ wait: 2 })])
  expect(numbers.options()).toMatchObject({ pace: 1, wait: 2 })
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ muteSwitches: true })
})

it('a variable wins, is named, and lets nothing else change its number', async () => {
  writeFileSync(file(), JSON.stringify({ pool: { pace: 7 } }))
  const numbers = open({ BERTH_POOL_PACE: '9' })
  expect(of(numbers.list(), 'pace')).toMatchObject({ value: 9, fixed: true, variable: 'BERTH_POOL_PACE' })
  for (const pace of [5, null])
    await expect(numbers.set({ pace, wait: 1 })).rejects.toThrow(
      '“Longest limit that is waited for” (pace) is set by BERTH_POOL_PACE. Unset that and start Berth again',
    )
  expect(numbers.options()).toMatchObject({ pace: 9, wait: 30_000 })
  await numbers.set({ wait: 1 })
  // The variable's number is not written back.
  expect(stored()).toEqual({ pace: 7, wait: 1 })
})

it.each<[PoolNumberChange, string]>([
  [{ 'health.start': -1 }, '“Health of a new account” (health.start) cannot be -1: it must be 0 or more.'],
  [{ 'health.max': 0 }, '“Best health” (health.max) cannot be 0: it must be more than 0.'],
  [{ 'health.failure': 20 }, '“Health for a refusal” (health.failure) cannot be 20: it must be 0 or less.'],
  [{ 'tokens.max': 0.5 }, '“Requests in a full bucket” (tokens.max) cannot be 0.5: it must be 1 or more.'],
  [{ 'tokens.max': [1] }, '“Requests in a full bucket” (tokens.max) cannot be 1: it must be a number.'],
  [{ 'cooldown.rate': 1.5 }, '“Rest after a rate limit” (cooldown.rate) cannot be 1.5: it must be a whole'],
  [{ 'cooldown.cap': 1e12 }, 'it must be 30 days or less.'],
  [{ 'cooldown.quota': [] }, '“Rests after a used-up quota” (cooldown.quota) cannot be'],
  [{ 'cooldown.quota': 5 }, 'it must be a list of times.'],
  [{ wait: 86_400_000 }, 'it must be an hour or less.'],
  [{ keepBytes: 1e9 }, 'it must be 256 MiB or less.'],
  [
    { 'health.usableFrom': 101 },
    '“Least health to be used” (health.usableFrom) cannot be 101: it would be above “Best health” (health.max), 100.',
  ],
  [
    { 'health.max': 60 },
    '“Best health” (health.max) cannot be 60: it would be below “Health of a new account” (health.start), 70.',
  ],
])('%j is refused with a sentence, and nothing changes', async (change, sentence) => {
  const numbers = open()
  await expect(numbers.set({ pace: 1, ...change })).rejects.toThrow(sentence)
  expect(numbers.options().pace).toBe(5000)
  expect(told).toEqual([])
})

it('what would keep Berth from starting without a variable is refused', async () => {
  const numbers = open({ BERTH_POOL_HEALTH_MAX: '200' })
  await expect(numbers.set({ 'health.start': 150 })).rejects.toThrow(
    'cannot be 150: it would be above “Best health” (health.max), 100 without BERTH_POOL_HEALTH_MAX.',
  )
  await numbers.set({ 'health.start': 90 })
  expect(open().options().health.start).toBe(90)
})
