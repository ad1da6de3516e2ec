import { beforeEach, expect, it } from 'vitest'
import type { AuditTrail } from '../../../src/main/audit/types.ts'
import { createUses, type Uses } from '../../../src/main/audit/uses.ts'

const MINUTE = 60_000

let now: number
let uses: Uses
let written: string[]
beforeEach(() => {
  now = 1_000_000
  written = []
  const record: AuditTrail['record'] = ({ surface, action, projectName, accountLabel, detail }) =>
    written.push([surface, action, projectName, accountLabel, detail].filter(Boolean).join(' '))
  uses = createUses({
    audit: { record, list: () => [], export: async () => ({ text: '', entries: 0 }) },
    now: () => now,
  })
})

const use = (project: string, account: string, providerId = 'openai') => ({
  project: { id: project, name: project },
  account: { id: account, label: account, providerId },
})

it('writes a first use at once, then one a quarter of an hour, for each project', () => {
  for (let minute = 0; minute <= 30; minute += 1) {
    uses.used(use('atlas', 'work'))
    if (minute > 20) uses.used(use('borneo', 'work'))
    now += MINUTE
  }
  expect(written).toEqual([
    'berth account.used atlas work',
    'berth account.used atlas work',
    'berth account.used borneo work',
    'berth account.used atlas work',
  ])
})

it('writes each account once a quarter of an hour, however often they take turns', () => {
  for (let minute = 0; minute < 16; minute += 1) {
    for (const account of ['work', 'home']) uses.used(use('atlas', account))
    if (minute === 3) uses.used(use('atlas', 'other', 'anthropic'))
    now += MINUTE
  }
  const names = written.map((line) => line.split(' ').at(-1))
  expect(names).toEqual(['work', 'home', 'other', 'work', 'home'])
})

it('writes a refusal once a quarter of an hour, and at once after a good answer', () => {
  uses.refused(use('atlas', 'work'), 'OpenAI refused the key.')
  now += MINUTE
  uses.refused(use('atlas', 'work'), 'OpenAI refused the key.')
  uses.used(use('atlas', 'work'))
  uses.refused(use('atlas', 'work'), 'OpenAI refused the key.')
  now += 15 * MINUTE
  uses.refused(use('atlas', 'work'), 'OpenAI refused the key.')
  expect(written).toEqual([
    'berth account.refused atlas work OpenAI refused the key.',
    'berth account.used atlas work',
    'berth account.refused atlas work OpenAI refused the key.',
    'berth account.refused atlas work OpenAI refused the key.',
  ])
})

it('goes on when the clock was set back', () => {
  uses.used(use('atlas', 'work'))
  now -= 60 * MINUTE
  uses.used(use('atlas', 'work'))
  expect(written).toHaveLength(2)
})

it('writes each time that a key itself is given away', () => {
  uses.given(use('atlas', 'work'))
  uses.given(use('atlas', 'work'))
  expect(written).toEqual(
    Array(2).fill("berth account.used atlas work Its key itself was given to the project's OpenCode."),
  )
})
