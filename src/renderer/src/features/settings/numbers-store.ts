import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BerthBridge, Envelope, Failure } from '../../../../preload/contract.ts'
import type { PoolNumber, PoolNumberChange } from '../../../../preload/pool-numbers.ts'
import { createFreshness } from '../../lib/freshness.ts'

export interface NumbersState {
  /** Absent until the first answer. */
  readonly numbers?: readonly PoolNumber[]
  readonly error: Failure | undefined
  load(): Promise<void>
  set(change: PoolNumberChange): Promise<Envelope<PoolNumber[]>>
  put(numbers: readonly PoolNumber[]): void
}

/** The numbers by which pools judge accounts. */
export function createNumbersStore(bridge: BerthBridge): StoreApi<NumbersState> {
  return createStore<NumbersState>((set) => {
    const told = createFreshness()
    /** Keeps what a call answers, unless an event has been quicker. */
    const kept = async (call: () => Promise<Envelope<PoolNumber[]>>) => {
      const outdated = told.begin()
      const answer = await call()
      if (answer.ok && !outdated('numbers')) set({ numbers: answer.value, error: undefined })
      return answer
    }
    return {
      error: undefined,
      load: async () => {
        const answer = await kept(() => bridge.invoke('pools.numbers', {}))
        if (!answer.ok) set({ error: answer.error })
      },
      set: (numbers) => kept(() => bridge.invoke('pools.setNumbers', { numbers })),
      put: (numbers) => {
        told.tell('numbers')
        set({ numbers })
      },
    }
  })
}
