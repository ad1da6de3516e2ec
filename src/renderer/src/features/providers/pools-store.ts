import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BerthBridge, Envelope, Failure, Input } from '../../../../preload/contract.ts'
import type { Pool } from '../../../../preload/pools.ts'
import { createFreshness } from '../../lib/freshness.ts'

export interface PoolsState {
  /** By provider; absent until the first answer. */
  readonly pools?: Readonly<Record<string, Pool>>
  readonly error: Failure | undefined
  load(): Promise<void>
  put(pool: Pool): void
  update(input: Input<'pools.update'>): Promise<Envelope<Pool>>
  /** Ends the cooldowns of an account, or the one with a family of models. */
  reset(accountId: string, family?: string): Promise<Envelope<Pool>>
}

/** How the accounts of each provider share its requests, and how each is doing. */
export function createPoolsStore(bridge: BerthBridge): StoreApi<PoolsState> {
  return createStore<PoolsState>((set, get) => {
    const told = createFreshness()
    const show = (pool: Pool) => set({ pools: { ...get().pools, [pool.providerId]: pool } })
    /** Keeps what a call answers, unless an event has been quicker. */
    const kept = async (call: () => Promise<Envelope<Pool>>) => {
      const outdated = told.begin()
      const answer = await call()
      if (answer.ok && !outdated(answer.value.providerId)) show(answer.value)
      return answer
    }
    return {
      error: undefined,
      load: async () => {
        const outdated = told.begin()
        const answer = await bridge.invoke('pools.list', {})
        if (!answer.ok) return set({ error: answer.error })
        const newer = Object.values(get().pools ?? {}).filter((pool) => outdated(pool.providerId))
        const all = [...answer.value, ...newer].map((pool) => [pool.providerId, pool] as const)
        set({ pools: Object.fromEntries(all), error: undefined })
      },
      put: (pool) => {
        told.tell(pool.providerId)
        show(pool)
      },
      update: (input) => kept(() => bridge.invoke('pools.update', input)),
      reset: (accountId, family) =>
        kept(() => bridge.invoke('pools.reset', { accountId, ...(family === undefined ? {} : { family }) })),
    }
  })
}
