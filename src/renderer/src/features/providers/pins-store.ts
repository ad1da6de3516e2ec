import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Pin } from '../../../../preload/accounts.ts'
import type { BerthBridge, Envelope, Failure, Input } from '../../../../preload/contract.ts'
import { createFreshness } from '../../lib/freshness.ts'

export interface PinsState {
  /** Absent until the first answer. */
  readonly pins?: readonly Pin[]
  readonly error: Failure | undefined
  load(): Promise<void>
  put(pins: readonly Pin[]): void
  set(input: Input<'pins.set'>): Promise<Envelope<readonly Pin[]>>
  remove(input: Input<'pins.remove'>): Promise<Envelope<readonly Pin[]>>
}

const ALL = 'all'

/** Which accounts are pinned, and where. The list comes whole, with every answer and every event. */
export function createPinsStore(bridge: BerthBridge): StoreApi<PinsState> {
  return createStore<PinsState>((set) => {
    const told = createFreshness()
    /** Keeps what a call answers, unless an event has been quicker. */
    const kept = async (call: () => Promise<Envelope<Pin[]>>): Promise<Envelope<readonly Pin[]>> => {
      const outdated = told.begin()
      const answer = await call()
      if (answer.ok && !outdated(ALL)) set({ pins: answer.value })
      return answer
    }
    return {
      error: undefined,
      load: async () => {
        const answer = await kept(() => bridge.invoke('pins.list', {}))
        set({ error: answer.ok ? undefined : answer.error })
      },
      put: (pins) => {
        told.tell(ALL)
        set({ pins })
      },
      set: (input) => kept(() => bridge.invoke('pins.set', input)),
      remove: (input) => kept(() => bridge.invoke('pins.remove', input)),
    }
  })
}
