import { expect, it } from 'vitest'
import { createQuotaStore } from '../../../src/main/accounts/quota-repo.ts'
import { openDatabase } from '../../../src/main/db/database.ts'
import type { Log } from '../../../src/main/log/log.ts'
import type { QuotaWindow } from '../../../src/preload/pools.ts'

const log = { error: () => {} } as unknown as Log

function lab() {
  const db = openDatabase(':memory:')
  db.exec(
    `INSERT INTO account (id, provider_id, namespace, label, type, preview, fields, state, created_at)
     VALUES ('a1', 'openrouter', '', 'work', 'api', '…', '{}', 'connected', 0)`,
  )
  const open = () => createQuotaStore(db, log, () => 100)
  return { open, store: open() }
}

const header = (name: string, remaining: number): QuotaWindow => ({ name, remaining, at: 50 })
const asked = (name: string, remaining: number): QuotaWindow => ({ name, remaining, asked: true, at: 60 })

it('keeps a window that came with an answer and one that was asked for apart, also of one name', () => {
  const { open, store } = lab()
  store.told('a1', [header('requests', 5), header('tokens', 9)])
  store.told('a1', [asked('requests', 7), asked('balance', 3)], true)
  const all = [header('requests', 5), header('tokens', 9), asked('balance', 3), asked('requests', 7)]
  expect(store.of('a1')).toEqual(all)
  store.flush()
  expect(open().of('a1')).toEqual(all)
})

it('drops what a vendor no longer tells when asked, here and on the disk, and leaves the others', () => {
  const { open, store } = lab()
  store.told('a1', [header('requests', 5)])
  store.told('a1', [asked('balance, CNY', 3), asked('balance, USD', 1)], true)
  store.flush()
  // Told only in part: what is not told is not over.
  store.told('a1', [asked('balance, USD', 2)], false)
  expect(store.of('a1')).toEqual([header('requests', 5), asked('balance, CNY', 3), asked('balance, USD', 2)])
  store.told('a1', [asked('balance, USD', 2)], true)
  const rest = [header('requests', 5), asked('balance, USD', 2)]
  expect(store.of('a1')).toEqual(rest)
  store.flush()
  expect(open().of('a1')).toEqual(rest)
  store.told('a1', [], true)
  store.flush()
  expect(open().of('a1')).toEqual([header('requests', 5)])
})
