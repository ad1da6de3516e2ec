import type { Pool } from '../../../src/preload/pools.ts'
import type { Handlers, TwinCore } from './twin.ts'

/** An account whose vendor does not answer about it. */
const SILENT = 'a3'

/** Vendors that are asked what is left: they say the same as before, and now. */
export function createQuotaHandlers({ world, emit, fail }: TwinCore): Pick<Handlers, 'accounts.quota'> {
  return {
    'accounts.quota': ({ accountId }) => {
      const { providerId } =
        world.accounts.find((one) => one.id === accountId) ?? fail('not_found', 'There is no such account.')
      const known = world.pools.find((one) => one.providerId === providerId)
      const own = known?.accounts.find((one) => one.accountId === accountId)
      const at = Date.now()
      if (accountId === SILENT)
        return {
          windows: own?.quota ?? [],
          askedAt: at,
          problem: 'OpenRouter does not tell this key what is left (401: No auth credentials found).',
        }
      const windows = (own?.quota ?? []).map((window) => (window.asked === true ? { ...window, at } : window))
      if (known !== undefined) {
        const pool: Pool = {
          ...known,
          accounts: known.accounts.map((one) =>
            one.accountId === accountId ? { ...one, quota: windows } : one,
          ),
        }
        world.pools = world.pools.map((one) => (one === known ? pool : one))
        emit({ name: 'pool.changed', payload: pool })
      }
      return { windows, askedAt: at }
    },
  }
}
