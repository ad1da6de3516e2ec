import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createSwitches, type Switches } from '../../src/main/switches.ts'
import type { Account } from '../../src/preload/accounts.ts'
import type { Cooling, Pool } from '../../src/preload/pools.ts'

const NOON = new Date(2026, 10, 20, 12).getTime()
const MINUTE = 60_000
const POOL: Pool = { providerId: 'anthropic', strategy: 'sticky', rotate: false, accounts: [] }

const account = (label: string, change: Partial<Account> = {}): Account => ({
  id: label,
  providerId: 'anthropic',
  namespace: '',
  label,
  type: 'api',
  preview: 'sk-…',
  fields: {},
  state: 'connected',
  active: label === 'work',
  position: 0,
  createdAt: 1,
  ...change,
})

let accounts: Account[]
let cooling: Map<string, Cooling>
let muted: boolean
let said: string[]
/** The account each leads to. */
let leadsTo: (string | undefined)[]
let switches: Switches
beforeEach(() => {
  vi.useFakeTimers({ now: NOON })
  accounts = [account('work'), account('home'), account('spare')]
  cooling = new Map()
  muted = false
  said = []
  leadsTo = []
  switches = createSwitches({
    accountsOf: () => accounts,
    standings: (id) => {
      const found = cooling.get(id)
      return [
        { family: 'claude-haiku', health: 70, tokens: 50 },
        {
          family: 'claude-sonnet',
          health: 60,
          tokens: 40,
          ...(found === undefined ? {} : { cooling: found }),
        },
      ]
    },
    providerName: () => 'Anthropic',
    muted: () => muted,
    notify: ({ level, text, accountId }) => {
      said.push(`${level}: ${text}`)
      leadsTo.push(accountId)
    },
    now: Date.now,
  })
})
afterEach(() => {
  switches.close()
  vi.useRealTimers()
})

const cool = (id: string, ms: number, kind: Cooling['kind'] = 'quota') =>
  cooling.set(id, { kind, since: Date.now(), until: Date.now() + ms, said: '' })
/** A request that usually is work's goes by another. */
function took(label: string): void {
  const [from] = accounts
  const to = accounts.find((one) => one.label === label)
  if (from !== undefined && to !== undefined) switches.took(from, to)
}
const settle = () => vi.advanceTimersByTime(300)

it('says once who was limited until when, and who is used', () => {
  cool('work', 152 * MINUTE)
  for (let n = 0; n < 5; n += 1) {
    took('home')
    settle()
  }
  expect(said).toEqual(['info: work was limited by Anthropic until 14:32 (quota). home is used meanwhile.'])
})

it('says the date of another day', () => {
  cool('work', 24 * 60 * MINUTE, 'rate')
  took('home')
  settle()
  expect(said[0]).toContain('until 2026-11-21 12:00 (rate limit)')
})

it.each([
  ['auth', 'work was refused by Anthropic. home'],
  ['forbidden', 'work was not allowed by Anthropic to use this model. home'],
] as const)('says what %s means', (kind, text) => {
  cool('work', MINUTE, kind)
  took('home')
  settle()
  expect(said[0]).toContain(text)
})

it('names the last of several that one request tried', () => {
  cool('work', MINUTE)
  took('home')
  cool('home', MINUTE)
  took('spare')
  settle()
  expect(said).toHaveLength(1)
  expect(said[0]).toContain('spare is used meanwhile')
})

it('says nothing of accounts that take turns by the pool’s order', () => {
  took('home')
  settle()
  cool('work', MINUTE)
  took('home')
  settle()
  took('spare')
  settle()
  expect(said).toHaveLength(1)
})

it('says when the one that took over is limited too', () => {
  cool('work', MINUTE)
  took('home')
  settle()
  cool('home', MINUTE)
  took('spare')
  settle()
  expect(said.map((text) => text.split('). ')[1])).toEqual([
    'home is used meanwhile.',
    'spare is used meanwhile.',
  ])
})

it('says it again after the account has served well in between, and not for another family of models', () => {
  cool('work', MINUTE)
  took('home')
  settle()
  // Its other models do well.
  switches.served('work')
  took('home')
  settle()
  expect(said).toHaveLength(1)
  cooling.clear()
  switches.served('work')
  cool('work', MINUTE)
  took('home')
  settle()
  expect(said).toHaveLength(2)
})

it('offers once that another could take over, where the pool does not let it', () => {
  cool('work', 10 * MINUTE)
  switches.look(POOL)
  switches.look(POOL)
  expect(said).toEqual([
    'warning: work is limited by Anthropic until 12:10 (quota). home has room. Let accounts of Anthropic take over from each other in Providers.',
  ])
  expect(leadsTo).toEqual(['work'])
  cooling.clear()
  switches.served('work')
  cool('work', 10 * MINUTE)
  switches.look(POOL)
  expect(said).toHaveLength(2)
})

it.each<[string, () => void]>([
  ['takes over already', () => switches.look({ ...POOL, rotate: true })],
  [
    'has no room either',
    () => {
      for (const id of ['home', 'spare']) cool(id, MINUTE)
      switches.look(POOL)
    },
  ],
  [
    'cannot be used',
    () => {
      accounts = [
        account('work'),
        account('home', { state: 'disabled' }),
        account('spare', { state: 'revoked' }),
      ]
      switches.look(POOL)
    },
  ],
  [
    'is not needed for so short a time',
    () => {
      cool('work', 3000)
      switches.look(POOL)
    },
  ],
])('offers nothing when the other %s', (_, look) => {
  cool('work', 10 * MINUTE)
  look()
  expect(said).toEqual([])
})

it('is silent when the user wants that', () => {
  muted = true
  cool('work', 10 * MINUTE)
  took('home')
  settle()
  switches.look(POOL)
  expect(said).toEqual([])
})
