import { createStore, type StoreApi } from 'zustand/vanilla'
import type { AuditEntry } from '../../../../preload/audit.ts'
import type { BerthBridge, Envelope, Failure, Input, Output } from '../../../../preload/contract.ts'
import type { Pipeline } from '../../../../preload/shapes.ts'
import {
  type ActivityFilter,
  auditFilterOf,
  EMPTY_FILTER,
  fitsEntry,
  fitsStart,
  type StartFilter,
  startFilterOf,
} from './activity-filter.ts'
import { horizonOf, type StartRecord, type Stream } from './timeline.ts'

const PAGE = 200

export interface ActivityState {
  readonly filter: ActivityFilter
  readonly entries: Stream<AuditEntry>
  readonly starts: Stream<StartRecord>
  /** Absent until the first answer. */
  readonly loaded: boolean
  readonly loading: boolean
  readonly error: Failure | undefined
  load(): Promise<void>
  loadMore(): Promise<void>
  setFilter(part: Partial<ActivityFilter>): void
  putEntry(entry: AuditEntry): void
  putStart(pipeline: Pipeline): void
  export(): Promise<Envelope<Output<'audit.export'>>>
}

type Get = () => ActivityState
type Set = (change: Partial<ActivityState>) => void
/** How a project is called now, for the search. */
type NameOf = (projectId: string) => string

const NONE = { items: [], done: false } as const
const NOTHING = { items: [], done: true } as const

/** The audit trail and the starts of projects, as far as they have been looked at. */
export function createActivityStore(bridge: BerthBridge, nameOf: NameOf): StoreApi<ActivityState> {
  return createStore<ActivityState>((set, get) => {
    const turn = { now: 0 }
    const fetch = createFetch(bridge, get, nameOf)
    const load = async () => {
      turn.now += 1
      const mine = turn.now
      set({ loading: true, error: undefined })
      const pages = await Promise.all([fetch.entries(NONE), fetch.starts(NONE)])
      if (turn.now === mine) set({ loading: false, ...taken(pages, get()) })
    }
    return {
      filter: EMPTY_FILTER,
      entries: NONE,
      starts: NONE,
      loaded: false,
      loading: false,
      error: undefined,
      load,
      loadMore: async () => {
        const { entries, starts, loading, loaded } = get()
        if (loading || !loaded || (entries.done && starts.done)) return
        const mine = turn.now
        set({ loading: true, error: undefined })
        const { at, ofEntries } = horizonOf(entries, starts)
        // Only the one that keeps the horizon up: the other is known further down already.
        const page = await (ofEntries === at ? fetch.entries(entries) : fetch.starts(starts))
        if (turn.now === mine) set({ loading: false, ...('code' in page ? { error: page } : page) })
      },
      setFilter: (part) => {
        set({ filter: { ...get().filter, ...part } })
        void load()
      },
      ...livePuts(get, set, nameOf),
      export: () => bridge.invoke('audit.export', { filter: auditFilterOf(get().filter, Date.now()) ?? {} }),
    }
  })
}

type Page = Pick<ActivityState, 'entries'> | Pick<ActivityState, 'starts'> | Failure

/** First pages: what an event told meanwhile, and the answer does not hold, stays on top. */
function taken(pages: readonly Page[], before: ActivityState): Partial<ActivityState> {
  let change: Partial<ActivityState> = { loaded: true }
  for (const page of pages) {
    if ('code' in page) change = { ...change, error: page, loaded: before.loaded }
    else change = { ...change, ...page }
  }
  if (change.entries === undefined) return change
  const newest = change.entries.items[0]?.id ?? 0
  const filter = auditFilterOf(before.filter, Date.now())
  const live = before.entries.items.filter(
    (entry) => entry.id > newest && filter !== undefined && fitsEntry(entry, filter),
  )
  return { ...change, entries: { ...change.entries, items: [...live, ...change.entries.items] } }
}

function createFetch(bridge: BerthBridge, get: Get, nameOf: NameOf) {
  return {
    entries: async (so: Stream<AuditEntry>): Promise<Page> => {
      const filter = auditFilterOf(get().filter, Date.now())
      if (filter === undefined) return { entries: NOTHING }
      const before = so.items.at(-1)?.id
      const answer = await bridge.invoke('audit.list', {
        filter,
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
      })
      if (!answer.ok) return answer.error
      return { entries: { items: [...so.items, ...answer.value], done: answer.value.length < PAGE } }
    },
    starts: async (so: Stream<StartRecord>): Promise<Page> => {
      const filter = startFilterOf(get().filter, Date.now())
      if (filter === undefined) return { starts: NOTHING }
      let before = so.items.at(-1)?.createdAt ?? (Number.isFinite(filter.to) ? filter.to + 1 : undefined)
      // Pages of which nothing fits say nothing; the next one is asked for until one does.
      for (;;) {
        const answer = await bridge.invoke('projects.pipelines', startQuery(filter, before))
        if (!answer.ok) return answer.error
        const fitting = answer.value.filter((start) => fitsStart(start, filter, nameOf(start.projectId)))
        before = answer.value.at(-1)?.createdAt
        const done = answer.value.length < PAGE || before === undefined || before < filter.from
        if (done || fitting.length > 0) return { starts: { items: [...so.items, ...fitting], done } }
      }
    },
  }
}

const startQuery = ({ projectId }: StartFilter, before: number | undefined): Input<'projects.pipelines'> => ({
  limit: PAGE,
  ...(projectId === undefined ? {} : { projectId }),
  ...(before === undefined ? {} : { before }),
})

function livePuts(get: Get, set: Set, nameOf: NameOf): Pick<ActivityState, 'putEntry' | 'putStart'> {
  return {
    putEntry: (entry) => {
      const { entries, filter, loaded, loading } = get()
      const wanted = auditFilterOf(filter, Date.now())
      if ((!loaded && !loading) || wanted === undefined || !fitsEntry(entry, wanted)) return
      if (entries.items.some((one) => one.id === entry.id)) return
      set({ entries: { ...entries, items: [entry, ...entries.items] } })
    },
    putStart: (pipeline) => {
      const { starts, filter, loaded } = get()
      const wanted = startFilterOf(filter, Date.now())
      if (!loaded || wanted === undefined) return
      const index = starts.items.findIndex((one) => one.id === pipeline.id)
      const createdAt = starts.items[index]?.createdAt ?? pipeline.jobs[0]?.startedAt ?? Date.now()
      const start = { ...pipeline, createdAt }
      if (index >= 0) set({ starts: { ...starts, items: starts.items.with(index, start) } })
      else if (fitsStart(start, wanted, nameOf(start.projectId)))
        set({ starts: { ...starts, items: [start, ...starts.items] } })
    },
  }
}
