import { expect, it } from 'vitest'
import { checkHandlers } from '../../../src/main/rpc/check-handlers.ts'
import type { Services } from '../../../src/main/rpc/services.ts'
import type { QuotaWindow } from '../../../src/preload/pools.ts'

const WINDOW: QuotaWindow = { name: 'key limit', limit: 20, remaining: 12.5, asked: true, at: 1 }

/** What a test of an account leaves behind; `later` is the key it has when the test ends. */
async function leaves(quota: QuotaWindow | undefined, later = 'one') {
  const heard: unknown[] = []
  let marked = 0
  let key = 'one'
  const services = {
    accounts: {
      credential: () => ({ type: 'api', key }),
      markChecked: () => {
        marked += 1
      },
    },
    checkAccount: async () => {
      const tested = { type: 'api', key }
      key = later
      const check = {
        verdict: 'good',
        message: 'Good.',
        durationMs: 1,
        ...(quota === undefined ? {} : { quota: [quota] }),
      }
      return { check, tested }
    },
    pools: { heard: (...told: unknown[]) => heard.push(told) },
  } as unknown as Services
  await checkHandlers(services)['accounts.check']({ accountId: 'a1' })
  return { heard, marked }
}

it('keeps what a test shows of what is left', async () => {
  expect(await leaves(WINDOW)).toEqual({ heard: [['a1', [WINDOW]]], marked: 1 })
  expect(await leaves(undefined)).toEqual({ heard: [], marked: 1 })
})

it('keeps nothing of a key that was replaced meanwhile', async () => {
  expect(await leaves(WINDOW, 'two')).toEqual({ heard: [], marked: 0 })
})
