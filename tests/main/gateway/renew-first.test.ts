import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NotRenewed } from '../../../src/main/oauth/renewals.ts'
import type { Account } from '../../../src/preload/accounts.ts'
import { keyOf, type Rig, startRig } from './rig.ts'
import { until } from './world.ts'

/** Logins that are about to end, at the gateway. What is sent here are keys: only the account's end and its renewal matter. */

const NOW = Date.now()
let rig: Rig
let asked: string[]
/** What a renewal does and comes to. */
let renewal: (account: Account) => Promise<NotRenewed | undefined>

beforeEach(async () => {
  rig = await startRig(['a', 'b'], { now: () => NOW })
  asked = []
  renewal = async () => undefined
  Object.assign(rig.world.deps, {
    canRefresh: ({ renewable }: Account) => renewable === true,
    refresh: (id: string) => {
      asked.push(id)
      const account = rig.choice.accounts.find((one) => one.id === id)
      if (account === undefined) throw new Error(`nobody is ${id}`)
      return renewal(account)
    },
  })
})
afterEach(() => rig.close())

/** Account a's login ends in `ms`. */
function ends(ms: number, renewable = true): void {
  const accounts = rig.choice.accounts.map((one) =>
    one.label === 'a' ? { ...one, expiresAt: NOW + ms, renewable } : one,
  )
  rig.choice = { ...rig.choice, accounts }
}

const TROUBLE: NotRenewed = { message: 'It could not be renewed: no answer.', isPassing: true }
const DEAD: NotRenewed = { message: 'It is dead. Sign in again in Providers.', isPassing: false }

describe('a login that is about to end', () => {
  it.each([
    [60_000, true, []],
    [59_999, true, ['acc-a']],
    [-1, true, ['acc-a']],
    // Where it cannot be renewed, what is to be done about that is the directory's.
    [-1, false, []],
  ])('in %i ms, renewable: %s', async (ms, renewable, expected) => {
    ends(ms, renewable)
    expect(await rig.ask()).toMatchObject({ status: 200, text: 'ok a' })
    expect(asked).toEqual(expected)
  })

  it('goes out with what it was renewed to', async () => {
    ends(-1)
    renewal = async ({ id }) => {
      rig.world.credentials.set(id, { type: 'api', key: keyOf('b') })
      ends(3_600_000)
      return undefined
    }
    expect(await rig.ask()).toMatchObject({ text: 'ok b' })
    expect(rig.counted).toMatchObject([{ account: { label: 'a' }, attempts: 1 }])
  })

  it('is used once more when it has not ended and only could not be renewed now', async () => {
    ends(1000)
    renewal = async () => TROUBLE
    expect(await rig.ask()).toMatchObject({ text: 'ok a' })
  })

  it.each([
    ['ended and could not be renewed', -1, TROUBLE],
    ['dead', 1000, DEAD],
  ])('%s: the next account, without blame', async (_, ms, problem) => {
    ends(ms)
    renewal = async () => problem
    expect(await rig.ask()).toMatchObject({ text: 'ok b' })
    expect(rig.arrived).toEqual(['b'])
    expect(rig.world.rejected).toEqual([])
    expect(rig.world.gateway.pools.standings('acc-a')).toEqual([{ family: 'gpt', health: 70, tokens: 50 }])
  })

  it('is not sent when the account was taken away meanwhile', async () => {
    ends(-1)
    renewal = async () => {
      rig.choice = { ...rig.choice, accounts: rig.choice.accounts.slice(1) }
      return undefined
    }
    expect(await rig.ask()).toMatchObject({ text: 'ok b' })
    expect(rig.arrived).toEqual(['b'])
  })
})

describe('the only account', () => {
  const alone = (ms: number): void => {
    ends(ms)
    rig.choice = { ...rig.choice, accounts: rig.choice.accounts.slice(0, 1) }
  }

  it('that could not be renewed: the client is told why, and when to come back', async () => {
    alone(-1)
    renewal = async () => TROUBLE
    const answer = await rig.ask()
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '30' } })
    expect(answer.text).toContain(TROUBLE.message)
  })

  it('that is dead: the client is told to sign in again', async () => {
    alone(-1)
    renewal = async () => DEAD
    const answer = await rig.ask()
    expect(answer).toMatchObject({ status: 401 })
    expect(answer.text).toContain(DEAD.message)
    expect(rig.arrived).toEqual([])
  })

  it('is not asked for a client that left while it was renewed', async () => {
    alone(-1)
    const leaves = new AbortController()
    const renewed = Promise.withResolvers<undefined>()
    renewal = () => {
      leaves.abort()
      return renewed.promise
    }
    await expect(rig.ask({ signal: leaves.signal })).rejects.toThrow()
    await until(() => rig.world.gateway.routes('one')[0]?.outcome === 'aborted', 'the end of the request')
    renewed.resolve(undefined)
    expect([rig.arrived, rig.counted]).toEqual([[], []])
  })
})
