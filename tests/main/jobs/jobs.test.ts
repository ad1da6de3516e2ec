import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Database, openDatabase } from '../../../src/main/db/database.ts'
import { BerthError } from '../../../src/main/errors.ts'
import { bench, Hopeless, settle, states, steps } from './support.ts'

let db: Database
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000, toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  db = openDatabase(':memory:')
})
afterEach(() => {
  vi.useRealTimers()
  db.close()
})

describe('order', () => {
  it('runs the steps of a pipeline one after another, each with its payload', async () => {
    const { jobs, calls, open } = bench(db)
    jobs.start()
    jobs.enqueue('p', steps(3))
    for (let step = 0; step < 3; step++) {
      await settle()
      expect(open().map((call) => call.payload)).toEqual([{ index: step }])
      open()[0]?.succeed()
    }
    await settle()
    expect(calls).toHaveLength(3)
    expect(states(jobs, 'p')).toEqual(['done', 'done', 'done'])
  })

  it('runs pipelines of different projects side by side', async () => {
    const { jobs, open } = bench(db)
    jobs.start()
    jobs.enqueue('a', steps(2))
    jobs.enqueue('b', steps(2))
    await settle()
    expect(open().map((call) => call.projectId)).toEqual(['a', 'b'])
    open()[1]?.succeed()
    await settle()
    expect(open().map((call) => `${call.projectId} ${call.kind}`)).toEqual([
      'a project.create',
      'b runtime.start',
    ])
  })

  it('runs nothing before it is started', async () => {
    const { jobs, calls } = bench(db)
    jobs.enqueue('p', steps(1))
    await settle()
    expect(calls).toEqual([])
    jobs.start()
    await settle()
    expect(calls).toHaveLength(1)
  })

  it('refuses a second pipeline of a project while one is unfinished, and takes it afterwards', async () => {
    const { jobs, open } = bench(db)
    jobs.start()
    const first = jobs.enqueue('p', steps(1))
    expect(() => jobs.enqueue('p', steps(1))).toThrow(expect.objectContaining({ code: 'conflict' }))
    await settle()
    open()[0]?.succeed()
    await settle()
    const second = jobs.enqueue('p', steps(1))
    expect(second.id).not.toBe(first.id)
    expect(jobs.latest('p')?.id).toBe(second.id)
  })

  it('writes what goes alongside in the same transaction', () => {
    const { jobs } = bench(db)
    const write = () =>
      db.exec(`INSERT INTO custom_provider (id, name, base_url, models) VALUES ('x', 'X', 'http://x', '[]')`)
    expect(() =>
      jobs.enqueue('p', steps(1), () => {
        write()
        throw new BerthError('conflict', 'taken')
      }),
    ).toThrow('taken')
    expect(jobs.latest('p')).toBeUndefined()
    expect(db.prepare('SELECT * FROM custom_provider').all()).toEqual([])
    jobs.enqueue('p', steps(1), write)
    expect(db.prepare('SELECT * FROM custom_provider').all()).toHaveLength(1)
  })
})

describe('retry', () => {
  it('tries again after growing pauses and forgets the problem once it worked', async () => {
    const { jobs, calls, open } = bench(db, { maxAttempts: 3 })
    jobs.start()
    jobs.enqueue('p', steps(1))
    await settle()
    open()[0]?.fail(new BerthError('engine_unavailable', 'no engine'))
    await settle()
    const waiting = jobs.latest('p')?.jobs[0]
    expect(waiting).toMatchObject({
      state: 'waiting',
      attempt: 1,
      runAfter: 1_000_500,
      problem: { code: 'engine_unavailable', message: 'no engine' },
    })
    await vi.advanceTimersByTimeAsync(499)
    expect(calls).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(calls).toHaveLength(2)
    open()[0]?.fail(new Error('again'))
    await vi.advanceTimersByTimeAsync(999)
    expect(calls).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(calls.at(-1)?.attempt).toBe(3)
    open()[0]?.succeed()
    await settle()
    expect(jobs.latest('p')?.jobs[0]).toMatchObject({ state: 'done', attempt: 3 })
    expect(jobs.latest('p')?.jobs[0]?.problem).toBeUndefined()
  })

  it('fails when the attempts are used up, and cancels the rest', async () => {
    const { jobs, open } = bench(db, { maxAttempts: 2 })
    jobs.start()
    jobs.enqueue('p', steps(3))
    await settle()
    open()[0]?.fail(new Error('first'))
    await vi.advanceTimersByTimeAsync(500)
    open()[0]?.fail(new BerthError('engine_error', 'second'))
    await settle()
    expect(states(jobs, 'p')).toEqual(['failed', 'cancelled', 'cancelled'])
    expect(jobs.latest('p')?.jobs[0]?.problem).toEqual({ code: 'engine_error', message: 'second' })
  })

  it('fails at once when trying again cannot help, without a credential in the record', async () => {
    const { jobs, calls, open } = bench(db)
    jobs.start()
    jobs.enqueue('p', steps(2))
    await settle()
    open()[0]?.fail(new Hopeless('no'))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(calls).toHaveLength(1)
    expect(states(jobs, 'p')).toEqual(['failed', 'cancelled'])

    jobs.enqueue('q', steps(1))
    await settle()
    const key = `sk-${'a1'.repeat(12)}`
    for (let attempt = 1; attempt <= 3; attempt++) {
      open()[0]?.fail(new BerthError('engine_error', `said ${key}`))
      await vi.advanceTimersByTimeAsync(30_000)
    }
    expect(states(jobs, 'q')).toEqual(['failed'])
    expect(JSON.stringify(db.prepare('SELECT * FROM job').all())).not.toContain(key)
  })
})

describe('cancel', () => {
  it('aborts the running step, cancels the rest and waits until it has ended', async () => {
    const { jobs, open } = bench(db, { stubborn: true })
    jobs.start()
    jobs.enqueue('p', steps(3))
    await settle()
    const [call] = open()
    let ended = false
    const cancelling = jobs.cancel('p').then(() => {
      ended = true
    })
    await settle()
    expect(call?.signal.aborted).toBe(true)
    expect(ended).toBe(false)
    expect(() => jobs.enqueue('p', steps(1))).toThrow(expect.objectContaining({ code: 'conflict' }))
    call?.succeed()
    await cancelling
    expect(states(jobs, 'p')).toEqual(['cancelled', 'cancelled', 'cancelled'])
    expect(open()).toEqual([])
    expect(jobs.enqueue('p', steps(1)).jobs).toHaveLength(1)
  })

  it('ends a pipeline that waits between two attempts', async () => {
    const { jobs, calls, open } = bench(db)
    jobs.start()
    jobs.enqueue('p', steps(2))
    await settle()
    open()[0]?.fail(new Error('later'))
    await settle()
    await jobs.cancel('p')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(states(jobs, 'p')).toEqual(['cancelled', 'cancelled'])
    expect(calls).toHaveLength(1)
  })

  it('leaves what is done, other projects and an unknown project alone', async () => {
    const { jobs, open } = bench(db)
    jobs.start()
    jobs.enqueue('a', steps(2))
    jobs.enqueue('b', steps(1))
    await settle()
    open()[0]?.succeed()
    await settle()
    await jobs.cancel('a')
    await jobs.cancel('nobody')
    expect(states(jobs, 'a')).toEqual(['done', 'cancelled'])
    expect(states(jobs, 'b')).toEqual(['running'])
  })

  it('forgets every pipeline of a project', async () => {
    const { jobs } = bench(db)
    jobs.start()
    jobs.enqueue('p', steps(2))
    await settle()
    await jobs.forget('p')
    expect(jobs.latest('p')).toBeUndefined()
  })
})

describe('list', () => {
  it('gives pipelines newest first, of one project or of all, in pages', async () => {
    const { jobs, open } = bench(db)
    jobs.start()
    const made: string[] = []
    for (const project of ['a', 'b', 'a', 'b', 'a']) {
      made.unshift(jobs.enqueue(project, steps(2)).id)
      await settle()
      for (let step = 0; step < 2; step++) {
        open()[0]?.succeed()
        await settle()
      }
      vi.advanceTimersByTime(1000)
    }
    const all = jobs.list({ limit: 10 })
    expect(all.map(({ id }) => id)).toEqual(made)
    expect(all[0]).toMatchObject({
      projectId: 'a',
      createdAt: 1_004_000,
      jobs: [
        { kind: 'project.create', state: 'done' },
        { kind: 'runtime.start', state: 'done' },
      ],
    })
    expect(jobs.list({ projectId: 'b', limit: 10 }).map(({ id }) => id)).toEqual([made[1], made[3]])
    const first = jobs.list({ limit: 2 })
    const next = jobs.list({ limit: 2, before: first[1]?.createdAt })
    expect([...first, ...next].map(({ id }) => id)).toEqual(made.slice(0, 4))
    expect(jobs.list({ projectId: 'a', before: 1_000_000, limit: 10 })).toEqual([])
    await jobs.forget('a')
    expect(jobs.list({ limit: 10 }).map(({ id }) => id)).toEqual([made[1], made[3]])
  })
})

describe('drain', () => {
  it('puts a running step back without counting the attempt, and takes nothing more', async () => {
    const { jobs, open } = bench(db)
    jobs.start()
    jobs.enqueue('p', steps(2))
    await settle()
    expect(open()).toHaveLength(1)
    await jobs.drain()
    expect(jobs.latest('p')?.jobs[0]).toMatchObject({ state: 'queued', attempt: 0 })
    expect(() => jobs.enqueue('q', steps(1))).toThrow(expect.objectContaining({ code: 'shutting_down' }))

    const next = bench(db)
    next.jobs.start()
    await settle()
    expect(next.open().map((call) => [call.kind, call.attempt])).toEqual([['project.create', 1]])
  })

  it('keeps a step that ended well all the same', async () => {
    const { jobs, open } = bench(db, { stubborn: true })
    jobs.start()
    jobs.enqueue('p', steps(2))
    await settle()
    const draining = jobs.drain()
    open()[0]?.succeed()
    await draining
    expect(states(jobs, 'p')).toEqual(['done', 'queued'])
  })
})

describe('progress', () => {
  it('tells at most ten times a second, the newest at the end of the pause and the last at once', async () => {
    const { jobs, told, open } = bench(db)
    jobs.start()
    jobs.enqueue('p', steps(1))
    await settle()
    const before = told.length
    const progress = (done: number) =>
      open()[0]?.progress({ text: 'pulling', unit: 'bytes', done, total: 100 })
    for (let done = 1; done <= 50; done++) progress(done)
    expect(told.length).toBe(before + 1)
    await vi.advanceTimersByTimeAsync(100)
    expect(told.length).toBe(before + 2)
    expect(told.at(-1)?.jobs[0]?.progress?.done).toBe(50)
    progress(100)
    expect(told.at(-1)?.jobs[0]?.progress?.done).toBe(100)
    const seconds = 3
    const start = told.length
    for (let at = 0; at < seconds * 100; at++) {
      progress(51 + (at % 40))
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(told.length - start).toBeLessThanOrEqual(seconds * 10 + 1)
  })
})
