import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAuditTrail } from '../../../src/main/audit/audit.ts'
import type { AuditTrail } from '../../../src/main/audit/types.ts'
import { type Database, openDatabase } from '../../../src/main/db/database.ts'
import { silentLog } from '../../../src/main/log/log.ts'
import { type AuditEntry, type AuditFilter, auditEntry } from '../../../src/preload/audit.ts'

let db: Database
let audit: AuditTrail
let told: AuditEntry[]
let now: number
beforeEach(() => {
  db = openDatabase(':memory:')
  told = []
  now = 1000
  audit = createAuditTrail({
    db,
    now: () => {
      now += 1
      return now
    },
    onAdded: (entry) => told.push(entry),
    log: silentLog(),
  })
})
afterEach(() => db.close())

const list = (filter: AuditFilter = {}, limit = 100) => audit.list({ filter, limit })
const ids = (filter: AuditFilter) => list(filter).map(({ id }) => id)

describe('an entry', () => {
  it('is kept as it was told, told on, and given back newest first', () => {
    audit.record({ surface: 'window', action: 'vault.locked' })
    const full = {
      surface: 'command' as const,
      action: 'account.used' as const,
      providerId: 'anthropic',
      accountId: 'a1',
      accountLabel: 'work',
      projectId: 'p1',
      projectName: 'atlas',
      detail: 'A sentence.',
    }
    audit.record(full)
    expect(list()).toEqual([
      { ...full, id: 2, at: 1002 },
      { surface: 'window', action: 'vault.locked', id: 1, at: 1001 },
    ])
    expect(told).toEqual(list().reverse())
  })

  it('keeps no credential and no novel in its detail', async () => {
    const key = `sk-ant-api03-${'CANARY'.repeat(6)}`
    audit.record({
      surface: 'berth',
      action: 'account.refused',
      detail: `bad key ${key} ${'x'.repeat(2000)}`,
    })
    expect(list()[0]?.detail).toMatch(/^bad key \[secret\] x+$/)
    expect(list()[0]?.detail).toHaveLength(500)
    expect((await audit.export({})).text).not.toContain('CANARY')
  })

  it('cannot be changed or deleted, not even by SQL', () => {
    audit.record({ surface: 'window', action: 'vault.locked' })
    expect(() => db.exec("UPDATE audit SET surface = 'berth'")).toThrow('only added to')
    expect(() => db.exec('DELETE FROM audit')).toThrow('only added to')
    const same = "INTO audit (id, at, surface, action) SELECT id, 0, 'window', 'vault.unlocked' FROM audit"
    for (const word of ['REPLACE', 'INSERT OR REPLACE'])
      expect(() => db.exec(`${word} ${same}`)).toThrow('only added to')
    expect(list()[0]?.action).toBe('vault.locked')
    expect(list()).toHaveLength(1)
  })

  it('that cannot be written makes nothing fail', () => {
    db.exec('DROP TABLE audit')
    expect(() => audit.record({ surface: 'window', action: 'vault.locked' })).not.toThrow()
    expect(told).toEqual([])
  })

  it('is kept when whoever hears of it fails', () => {
    const deaf = createAuditTrail({
      db,
      now: () => 1,
      onAdded: () => {
        throw new Error('deaf')
      },
      log: silentLog(),
    })
    expect(() => deaf.record({ surface: 'window', action: 'vault.locked' })).not.toThrow()
    expect(list()).toHaveLength(1)
  })
})

describe('a filter', () => {
  beforeEach(() => {
    const work = { providerId: 'anthropic', accountId: 'a1', accountLabel: 'Work_1' }
    const atlas = { projectId: 'p1', projectName: 'Atlas' }
    audit.record({ surface: 'window', action: 'account.added', ...work })
    audit.record({ surface: 'berth', action: 'account.used', ...work, ...atlas })
    audit.record({ surface: 'command', action: 'vault.locked', detail: '100% of BÜRO\\x' })
    audit.record({
      surface: 'tray',
      action: 'account.activated',
      providerId: 'openai',
      accountId: 'a2',
      accountLabel: 'WorkX1',
    })
    audit.record({ surface: 'window', action: 'pin.set', ...work, ...atlas })
  })

  it.each<[AuditFilter, number[]]>([
    [{}, [5, 4, 3, 2, 1]],
    [{ accountId: 'a1' }, [5, 2, 1]],
    [{ projectId: 'p1' }, [5, 2]],
    [{ projectId: 'p1', subject: 'account' }, [2]],
    [{ providerId: 'openai' }, [4]],
    [{ subject: 'account' }, [4, 2, 1]],
    [{ subject: 'settings' }, []],
    [{ surface: 'window' }, [5, 1]],
    [{ from: 1002, to: 1003 }, [3, 2]],
    [{ text: 'atlas' }, [5, 2]],
    [{ text: 'büro' }, [3]],
    [{ text: 'BÜRO' }, [3]],
    // Signs that SQL takes for any text stand for themselves.
    [{ text: '%' }, [3]],
    [{ text: 'work_1' }, [5, 2, 1]],
    [{ text: '\\x' }, [3]],
    [{ text: "'; DROP TABLE audit; --" }, []],
    [{ text: '' }, [5, 4, 3, 2, 1]],
  ])('%j finds %j, in a list and in an export', async (filter, expected) => {
    expect(ids(filter)).toEqual(expected)
    const exported = await audit.export(filter)
    const lines = exported.text.split('\n')
    expect(lines.pop()).toBe('')
    expect(lines.map((line) => auditEntry.parse(JSON.parse(line)).id)).toEqual(expected.toReversed())
    expect(exported.entries).toBe(expected.length)
  })

  it('is paged by the last id seen, without a gap and without a repeat', () => {
    const seen: number[] = []
    for (;;) {
      const page = audit.list({ filter: { surface: 'window' }, before: seen.at(-1), limit: 1 })
      if (page.length === 0) break
      seen.push(...page.map(({ id }) => id))
      // What is added meanwhile is before the pages to come.
      audit.record({ surface: 'window', action: 'vault.locked' })
    }
    expect(seen).toEqual([5, 1])
  })
})

describe('a long trail', () => {
  const ROWS = 100_000
  beforeEach(() => {
    db.exec(`
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})
      INSERT INTO audit (at, surface, action, provider_id, account_id, account_label, project_id, project_name)
      SELECT i, 'berth', 'account.used', 'anthropic', 'a' || (i % 50), 'work ' || (i % 50), 'p' || (i % 20), 'atlas'
      FROM n`)
  })
  const timed = (work: () => unknown): number => {
    const start = performance.now()
    work()
    return performance.now() - start
  }

  it('answers by its indexes and stays quick', () => {
    const planOf = (condition: string) =>
      db
        .prepare(
          `EXPLAIN QUERY PLAN SELECT * FROM audit WHERE ${condition} AND id < ? ORDER BY id DESC LIMIT 9`,
        )
        .all(...(condition === '1' ? [] : ['x']), 5)
        .map(({ detail }) => detail)
        .join('; ')
    expect(planOf('account_id = ?')).toContain('INDEX audit_account')
    expect(planOf('project_id = ?')).toContain('INDEX audit_project')
    for (const condition of ['account_id = ?', 'project_id = ?', '1'])
      expect(planOf(condition)).not.toContain('TEMP B-TREE')
    for (const filter of [{}, { accountId: 'a7' }, { projectId: 'p7' }]) {
      expect(list(filter)).toHaveLength(100)
      expect(timed(() => list(filter))).toBeLessThan(100)
    }
    // Nothing fits, so every row is looked at.
    expect(timed(() => expect(list({ text: 'nowhere', surface: 'berth' })).toEqual([]))).toBeLessThan(2000)
  })

  it('is exported whole, oldest first, while Berth goes on', async () => {
    let others = 0
    const other = setInterval(() => {
      others += 1
    })
    const exporting = audit.export({})
    audit.record({ surface: 'window', action: 'vault.locked' })
    const { text, entries } = await exporting
    clearInterval(other)
    expect(others).toBeGreaterThan(10)
    expect(entries).toBe(ROWS)
    const lines = text.split('\n')
    expect(lines).toHaveLength(ROWS + 1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ id: 1 })
  })
})
