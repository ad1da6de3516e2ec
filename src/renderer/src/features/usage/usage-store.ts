import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BerthBridge, Envelope, Failure, Output } from '../../../../preload/contract.ts'
import type { UsageRow } from '../../../../preload/usage.ts'
import { daysOf, type Group, type Measure, type Range, spanOf } from './usage-range.ts'

/** What is looked at. */
export interface UsageView {
  readonly range: Range
  readonly group: Group
  readonly measure: Measure
}

/** What was answered for a view. */
export interface UsageFacts {
  readonly view: Pick<UsageView, 'range' | 'group'>
  /** One row for each group. */
  readonly totals: readonly UsageRow[]
  /** Every day of the range, the oldest first. */
  readonly axis: readonly string[]
  /** One row for each day and group. */
  readonly days: readonly UsageRow[]
}

export interface UsageState {
  readonly view: UsageView
  /** Absent until the first answer; that of the view before while a new one is on its way. */
  readonly facts?: UsageFacts
  readonly error: Failure | undefined
  load(): Promise<void>
  choose(change: Partial<UsageView>): void
  /** What the table shows, as CSV. */
  export(): Promise<Envelope<Output<'usage.export'>>>
}

/** What requests have used. */
export function createUsageStore(bridge: BerthBridge, now: () => number): StoreApi<UsageState> {
  return createStore<UsageState>((set, get) => {
    let asked = 0
    const load = async () => {
      asked += 1
      const turn = asked
      const { range, group } = get().view
      const span = spanOf(range, now())
      const [totals, days] = await Promise.all([
        bridge.invoke('usage.query', { ...span, dimension: group }),
        bridge.invoke('usage.query', { ...span, dimension: 'day', by: group }),
      ])
      // A newer question is under way.
      if (turn !== asked) return
      if (!totals.ok) return set({ error: totals.error })
      if (!days.ok) return set({ error: days.error })
      const facts = { totals: totals.value, days: days.value, axis: daysOf(range, span.to) }
      set({ facts: { view: { range, group }, ...facts }, error: undefined })
    }
    return {
      view: { range: 'week', group: 'project', measure: 'cost' },
      error: undefined,
      load,
      choose: (change) => {
        set({ view: { ...get().view, ...change } })
        if (change.range !== undefined || change.group !== undefined) void load()
      },
      export: () => {
        const { range, group } = get().view
        return bridge.invoke('usage.export', { ...spanOf(range, now()), dimension: group })
      },
    }
  })
}
