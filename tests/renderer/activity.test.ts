import { describe, expect, it } from 'vitest'
import { type AuditEntry, auditAction } from '../../src/preload/audit.ts'
import type { BerthBridge, Input } from '../../src/preload/contract.ts'
import type { Job } from '../../src/preload/shapes.ts'
import {
  auditFilterOf,
  EMPTY_FILTER,
  fitsEntry,
  fitsStart,
  isNarrowed,
  startFilterOf,
} from '../../src/renderer/src/features/activity/activity-filter.ts'
import { createActivityStore } from '../../src/renderer/src/features/activity/activity-store.ts'
import {
  entryWords,
  startEnding,
  startLine,
  startTook,
} from '../../src/renderer/src/features/activity/activity-words.ts'
import { dayName, linesOf, type StartRecord } from '../../src/renderer/src/features/activity/timeline.ts'

const NOON = new Date(2026, 10, 20, 12).getTime()
const HOUR = 3_600_000

const entry = (id: number, given: Partial<AuditEntry> = {}): AuditEntry => ({
  id,
  at: NOON + id * 1000,
  surface: 'window',
  action: 'account.added',
  ...given,
})

const job = (given: Partial<Job> = {}): Job => ({
  id: 'j',
  pipelineId: 'p',
  projectId: 'atlas',
  kind: 'runtime.start',
  state: 'done',
  attempt: 1,
  maxAttempts: 3,
  startedAt: NOON,
  finishedAt: NOON + 1500,
  ...given,
})

const start = (id: string, createdAt: number, jobs: Job[] = [job()]): StartRecord => ({
  id,
  projectId: 'atlas',
  jobs,
  createdAt,
})

describe('the timeline', () => {
  it('is one, newest first, with a line where a day begins', () => {
    const lines = linesOf(
      { items: [entry(3), entry(1, { at: NOON - 48 * HOUR })], done: true },
      { items: [start('s', NOON + 2000)], done: true },
    )
    expect(lines.map((line) => line.kind)).toEqual(['day', 'entry', 'start', 'day', 'entry'])
    expect(new Set(lines.map((line) => line.id)).size).toBe(lines.length)
  })

  it('shows nothing below what is known of both, lest an older one come in between later', () => {
    const entries = { items: [entry(30), entry(20)], done: false }
    const starts = [start('a', NOON + 25_000), start('b', NOON + 10_000)]
    const ids = (done: boolean) =>
      linesOf(entries, { items: starts, done })
        .filter((line) => line.kind !== 'day')
        .map((line) => line.id)
    expect(ids(false)).toEqual(['e30', 'sa', 'e20'])
    expect(linesOf(entries, { items: [], done: false })).toEqual([])
    expect(ids(true)).toEqual(['e30', 'sa', 'e20'])
  })

  it('names days', () => {
    expect(dayName(NOON, NOON)).toBe('Today')
    expect(dayName(NOON - 24 * HOUR, NOON)).toBe('Yesterday')
    expect(dayName(NOON - 5 * 24 * HOUR, NOON)).toContain('2026')
  })
})

describe('filters', () => {
  it('become the trail’s own, with both days whole', () => {
    expect(auditFilterOf(EMPTY_FILTER, NOON)).toEqual({})
    expect(auditFilterOf({ ...EMPTY_FILTER, kind: 'vault', text: ' x ', surface: 'tray' }, NOON)).toEqual({
      subject: 'vault',
      text: 'x',
      surface: 'tray',
    })
    expect(auditFilterOf({ ...EMPTY_FILTER, range: 'hour' }, NOON)).toEqual({ from: NOON - HOUR })
    const days = { ...EMPTY_FILTER, range: 'dates', firstDay: '2026-11-19', lastDay: '2026-11-20' } as const
    expect(auditFilterOf(days, NOON)).toEqual({
      from: new Date(2026, 10, 19).getTime(),
      to: new Date(2026, 10, 21).getTime() - 1,
    })
    expect(auditFilterOf({ ...days, firstDay: '2026-1', lastDay: '' }, NOON)).toEqual({})
    expect(auditFilterOf({ ...EMPTY_FILTER, kind: 'starts' }, NOON)).toBeUndefined()
  })

  it('leave starts out where they ask for what a start has not', () => {
    expect(startFilterOf({ ...EMPTY_FILTER, accountId: 'a' }, NOON)).toBeUndefined()
    expect(startFilterOf({ ...EMPTY_FILTER, surface: 'tray' }, NOON)).toBeUndefined()
    expect(startFilterOf({ ...EMPTY_FILTER, kind: 'vault' }, NOON)).toBeUndefined()
    expect(startFilterOf({ ...EMPTY_FILTER, projectId: 'atlas' }, NOON)?.projectId).toBe('atlas')
  })

  it('test an entry as the main side does', () => {
    const one = entry(1, { accountLabel: 'Work', accountId: 'a', detail: 'from Env', projectId: 'atlas' })
    expect(fitsEntry(one, {})).toBe(true)
    expect(fitsEntry(one, { text: 'WORK' })).toBe(true)
    expect(fitsEntry(one, { text: 'env' })).toBe(true)
    expect(fitsEntry(one, { text: 'elsewhere' })).toBe(false)
    expect(fitsEntry(one, { accountId: 'b' })).toBe(false)
    expect(fitsEntry(one, { subject: 'vault' })).toBe(false)
    expect(fitsEntry(one, { subject: 'account', from: one.at, to: one.at })).toBe(true)
    expect(fitsEntry(one, { from: one.at + 1 })).toBe(false)
  })

  it('test a start by its project’s name and by what went wrong', () => {
    const failed = start('s', NOON, [
      job({ state: 'failed', problem: { code: 'port_taken', message: 'Port 80 is taken.' } }),
    ])
    const all = { text: '', from: 0, to: NOON + 1 }
    expect(fitsStart(failed, { ...all, text: 'port 80' }, 'atlas-api')).toBe(true)
    expect(fitsStart(failed, { ...all, text: 'atlas' }, 'atlas-api')).toBe(true)
    expect(fitsStart(failed, { ...all, text: 'mobile' }, 'atlas-api')).toBe(false)
    expect(fitsStart(failed, { ...all, to: NOON - 1 }, '')).toBe(false)
    expect(isNarrowed(EMPTY_FILTER)).toBe(false)
    expect(isNarrowed({ ...EMPTY_FILTER, text: 'x' })).toBe(true)
  })
})

describe('words', () => {
  it('has a sentence for every act, with names as they were', () => {
    for (const action of auditAction.options) {
      const text = entryWords(entry(1, { action, accountLabel: 'work $& key', projectName: 'atlas' }))
      expect(text, action).not.toMatch(/%|undefined/)
      expect(entryWords(entry(1, { action }))[0], action).toMatch(/[A-Z]/)
    }
    expect(
      entryWords(entry(1, { action: 'account.used', accountLabel: 'work', projectName: 'a $& b' })),
    ).toBe('work was used by a $& b')
  })

  it('tells how a start went', () => {
    const well = {
      id: 'p',
      projectId: 'atlas',
      jobs: [job(), job({ startedAt: NOON + 1500, finishedAt: NOON + 4100 })],
    }
    expect(startEnding(well).word).toBe('started')
    expect(startTook(well)).toBe(4100)
    expect(startLine(well)).toBe('2 steps in 4.1 s')
    const failed = { ...well, jobs: [job({ state: 'failed' }), job({ state: 'queued' })] }
    expect(startEnding(failed).word).toBe('failed')
    expect(startLine(failed)).toBe('Failed at: Start the runtime.')
    expect(startEnding({ jobs: [job(), job({ state: 'running' })] }).word).toBe('starting')
    expect(startEnding({ jobs: [job({ state: 'cancelled' })] }).word).toBe('cancelled')
    expect(startTook({ jobs: [] })).toBeUndefined()
  })
})

/** A trail of `count` entries and `starts` starts, newest first, read through the real queries' limits. */
function createTrail(count: number, starts: number) {
  const entries = Array.from({ length: count }, (_, index) => entry(count - index))
  const records = Array.from({ length: starts }, (_, index) =>
    start(`s${starts - index}`, NOON + (starts - index) * 7000 + 1),
  )
  const asked: string[] = []
  const bridge = {
    invoke: async (method: string, input: unknown) => {
      asked.push(method)
      if (method === 'audit.list') {
        const { before = Number.POSITIVE_INFINITY, limit = 100, filter = {} } = input as Input<'audit.list'>
        return {
          ok: true,
          value: entries.filter((one) => one.id < before && fitsEntry(one, filter)).slice(0, limit),
        }
      }
      const { before = Number.POSITIVE_INFINITY, limit = 50 } = input as Input<'projects.pipelines'>
      return { ok: true, value: records.filter((one) => one.createdAt < before).slice(0, limit) }
    },
    on: () => () => {},
    onConnection: () => () => {},
  } as unknown as BerthBridge
  return { entries, asked, store: createActivityStore(bridge, () => 'atlas-api') }
}

describe('the activity store', () => {
  it('pages back through both to the beginning, each line once and in order', async () => {
    const { store } = createTrail(1050, 120)
    await store.getState().load()
    for (let turn = 0; turn < 30; turn += 1) await store.getState().loadMore()
    const { entries, starts } = store.getState()
    expect(entries.done && starts.done).toBe(true)
    const rows = linesOf(entries, starts).filter((line) => line.kind !== 'day')
    expect(rows).toHaveLength(1170)
    expect(rows.map((row) => row.at)).toEqual(rows.map((row) => row.at).toSorted((a, b) => b - a))
    expect(new Set(rows.map((row) => row.id)).size).toBe(1170)
  })

  it('puts live entries on top once, and only those that fit', async () => {
    const { store } = createTrail(3, 0)
    await store.getState().load()
    store.getState().putEntry(entry(4))
    store.getState().putEntry(entry(4))
    expect(store.getState().entries.items.map((one) => one.id)).toEqual([4, 3, 2, 1])
    store.getState().setFilter({ kind: 'vault' })
    await new Promise((done) => setTimeout(done))
    store.getState().putEntry(entry(5))
    store.getState().putEntry(entry(6, { action: 'vault.locked' }))
    expect(store.getState().entries.items.map((one) => one.id)).toEqual([6])
  })

  it('keeps an entry that is told while the first page is on its way', async () => {
    const { store } = createTrail(2, 0)
    const loading = store.getState().load()
    store.getState().putEntry(entry(9))
    await loading
    expect(store.getState().entries.items.map((one) => one.id)).toEqual([9, 2, 1])
  })

  it('asks the trail nothing while only starts are wanted', async () => {
    const { store, asked } = createTrail(2, 2)
    store.getState().setFilter({ kind: 'starts' })
    await new Promise((done) => setTimeout(done))
    expect(asked).toEqual(['projects.pipelines'])
    expect(store.getState().entries).toEqual({ items: [], done: true })
    store.getState().putStart({ id: 's2', projectId: 'atlas', jobs: [job({ state: 'failed' })] })
    expect(store.getState().starts.items).toHaveLength(2)
    expect(store.getState().starts.items[0]?.jobs[0]?.state).toBe('failed')
  })
})
