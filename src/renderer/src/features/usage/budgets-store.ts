import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BerthBridge, Envelope, Failure, Input } from '../../../../preload/contract.ts'
import type { Budget } from '../../../../preload/usage.ts'
import { createFreshness } from '../../lib/freshness.ts'

export interface BudgetsState {
  /** Absent until the first answer. */
  readonly budgets?: readonly Budget[]
  readonly error: Failure | undefined
  load(): Promise<void>
  put(budgets: readonly Budget[]): void
  set(input: Input<'budgets.set'>): Promise<Envelope<readonly Budget[]>>
  remove(id: string): Promise<Envelope<readonly Budget[]>>
}

const ALL = 'all'

/** The limits the user has set, and how much of each is used. The list comes whole each time. */
export function createBudgetsStore(bridge: BerthBridge): StoreApi<BudgetsState> {
  return createStore<BudgetsState>((set) => {
    const told = createFreshness()
    /** Keeps what a call answers, unless an event has been quicker. */
    const kept = async (call: () => Promise<Envelope<Budget[]>>): Promise<Envelope<readonly Budget[]>> => {
      const outdated = told.begin()
      const answer = await call()
      if (answer.ok && !outdated(ALL)) set({ budgets: answer.value, error: undefined })
      return answer
    }
    return {
      error: undefined,
      load: async () => {
        const answer = await kept(() => bridge.invoke('budgets.list', {}))
        if (!answer.ok) set({ error: answer.error })
      },
      put: (budgets) => {
        told.tell(ALL)
        set({ budgets })
      },
      set: (input) => kept(() => bridge.invoke('budgets.set', input)),
      remove: (id) => kept(() => bridge.invoke('budgets.remove', { id })),
    }
  })
}
