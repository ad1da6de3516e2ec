import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Database, openDatabase } from '../../../src/main/db/database.ts'
import { type Bench, bench, settle, steps } from './support.ts'

let dir: string
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000, toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  dir = mkdtempSync(join(tmpdir(), 'berth-jobs-'))
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(dir, { recursive: true, force: true })
})

const project = fc.constantFrom('a', 'b', 'c')
const act = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('enqueue' as const), project }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('succeed' as const), project }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fail' as const), project }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), project }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(3000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('quit' as const) }) },
)
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

interface World {
  db: Database
  bench: Bench
}

/** Never two running steps of a project, and never a step before an earlier one of its pipeline is done. */
function check({ db, bench: { open } }: World): void {
  const counts = new Map<string, number>()
  for (const call of open()) counts.set(call.projectId, (counts.get(call.projectId) ?? 0) + 1)
  expect([...counts.values()].filter((count) => count > 1)).toEqual([])
  const early = db
    .prepare(
      `SELECT later.id FROM job AS later JOIN job AS earlier USING (pipeline_id)
       WHERE earlier.position < later.position AND earlier.state <> 'done'
         AND later.state IN ('running', 'waiting', 'done', 'failed')`,
    )
    .all()
  expect(early).toEqual([])
  const unfinished = db
    .prepare(
      `SELECT project_id FROM job WHERE state IN ('queued', 'waiting', 'running')
       GROUP BY project_id HAVING count(DISTINCT pipeline_id) > 1`,
    )
    .all()
  expect(unfinished).toEqual([])
}

async function perform(world: World, file: string, next: Act): Promise<void> {
  const { jobs, open } = world.bench
  const call = 'project' in next ? open().find(({ projectId }) => projectId === next.project) : undefined
  if (next.do === 'enqueue') {
    const busy = jobs
      .latest(next.project)
      ?.jobs.some((job) => ['queued', 'waiting', 'running'].includes(job.state))
    if (busy) expect(() => jobs.enqueue(next.project, steps(3))).toThrow()
    else jobs.enqueue(next.project, steps(3))
  } else if (next.do === 'succeed') call?.succeed()
  else if (next.do === 'fail') call?.fail(new Error('by chance'))
  else if (next.do === 'cancel') await jobs.cancel(next.project)
  else if (next.do === 'wait') await vi.advanceTimersByTimeAsync(next.ms)
  else {
    if (next.do === 'quit') await jobs.drain()
    vi.clearAllTimers()
    world.db.close()
    world.db = openDatabase(file)
    world.bench = bench(world.db)
    world.bench.jobs.start()
  }
  await settle()
}

it('keeps the order of steps through any mix of success, failure, cancelling, waiting, killing and quitting', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), async (acts) => {
      const file = join(dir, `${run++}.db`)
      const db = openDatabase(file)
      db.exec('PRAGMA synchronous = OFF')
      const world: World = { db, bench: bench(db) }
      world.bench.jobs.start()
      for (const next of acts) {
        await perform(world, file, next)
        check(world)
      }
      // Left in peace, everything comes to an end.
      for (let round = 0; round < 12; round++) {
        for (const call of world.bench.open()) call.succeed()
        await vi.advanceTimersByTimeAsync(31_000)
        check(world)
      }
      const rest = world.db
        .prepare(`SELECT id FROM job WHERE state IN ('queued', 'waiting', 'running')`)
        .all()
      expect(rest).toEqual([])
      world.db.close()
    }),
    { numRuns: 60 },
  )
}, 60_000)
