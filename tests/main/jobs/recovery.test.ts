import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Database, openDatabase } from '../../../src/main/db/database.ts'
import { bench, settle, states, steps } from './support.ts'

let dir: string
let db: Database
const open = () => openDatabase(join(dir, 'berth.db'))
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000, toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  dir = mkdtempSync(join(tmpdir(), 'berth-jobs-'))
  db = open()
})
afterEach(() => {
  vi.useRealTimers()
  db.close()
  rmSync(dir, { recursive: true, force: true })
})

/** As if Berth was killed: its timers and open handlers are gone, the file stays. */
function kill(): void {
  vi.clearAllTimers()
  db.close()
  db = open()
}

it('goes on after a kill where it was, counting the attempt that was cut off', async () => {
  const before = bench(db)
  before.jobs.start()
  before.jobs.enqueue('p', steps(3))
  await settle()
  before.open()[0]?.succeed()
  await settle()
  kill()
  const after = bench(db)
  after.jobs.start()
  await settle()
  expect(after.open().map((call) => [call.kind, call.attempt])).toEqual([['runtime.start', 2]])
  expect(states(after.jobs, 'p')).toEqual(['done', 'running', 'queued'])
})

it('gives up on a step that was cut off every time, and says so', async () => {
  let last = bench(db, { maxAttempts: 3 })
  last.jobs.enqueue('p', steps(2))
  for (let life = 0; life < 3; life++) {
    last.jobs.start()
    await settle()
    expect(last.open()).toHaveLength(1)
    kill()
    last = bench(db, { maxAttempts: 3 })
  }
  last.jobs.start()
  await settle()
  expect(last.calls).toEqual([])
  expect(states(last.jobs, 'p')).toEqual(['failed', 'cancelled'])
  expect(last.jobs.latest('p')?.jobs[0]?.problem?.message).toContain('3 times')
})

it('does not bring a cancelled pipeline back', async () => {
  const before = bench(db, { stubborn: true })
  before.jobs.start()
  before.jobs.enqueue('p', steps(2))
  await settle()
  void before.jobs.cancel('p')
  kill()
  const after = bench(db)
  after.jobs.start()
  await settle()
  expect(after.calls).toEqual([])
  expect(states(after.jobs, 'p')).toEqual(['cancelled', 'cancelled'])
})

it('keeps waiting where a pause was cut off, and no longer than half a minute when the clock was set back', async () => {
  const before = bench(db)
  before.jobs.start()
  before.jobs.enqueue('p', steps(1))
  await settle()
  before.open()[0]?.fail(new Error('later'))
  await settle()
  kill()
  vi.setSystemTime(0)
  const after = bench(db)
  after.jobs.start()
  await vi.advanceTimersByTimeAsync(29_999)
  expect(after.calls).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(after.calls).toHaveLength(1)
})

it.each([
  ['a payload that is no JSON', `payload = '{"in'`],
  ['a kind of step it does not know', `kind = 'from.the.future'`],
])('fails a stored step with %s once, with a record', async (_name, change) => {
  const before = bench(db)
  before.jobs.enqueue('p', steps(2))
  db.exec(`UPDATE job SET ${change} WHERE position = 0`)
  before.jobs.start()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(before.calls).toEqual([])
  const rows = db.prepare('SELECT state, attempt, problem FROM job ORDER BY position').all()
  expect(rows.map((row) => [row.state, row.attempt])).toEqual([
    ['failed', 1],
    ['cancelled', 0],
  ])
  expect(String(rows[0]?.problem)).toContain('cannot be read')
  before.jobs.enqueue('q', steps(1))
  await settle()
  expect(before.open()).toHaveLength(1)
})
