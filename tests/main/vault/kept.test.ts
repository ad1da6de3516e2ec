import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openerOf } from '../../../src/main/vault/cipher.ts'
import type { Head } from '../../../src/main/vault/document.ts'
import { createKept } from '../../../src/main/vault/kept.ts'
import { type Opened, withRecord } from '../../../src/main/vault/opened.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** An open vault with one record, and how often that was asked for. */
function openVault() {
  const key = randomBytes(32)
  const empty: Opened = {
    ...{ key, opener: openerOf(key), records: new Map(), damage: [], fingerprint: '' },
    head: { id: 'vault' } as Head,
  }
  const filled = withRecord(empty, 'account/1', 'sk-canary') ?? empty
  let asked = 0
  const records = new Map(filled.records)
  const get = records.get.bind(records)
  records.get = (id) => {
    asked += 1
    return get(id)
  }
  return { opened: { ...filled, records }, asked: () => asked }
}

it('opens a record once for many reads', () => {
  const { opened, asked } = openVault()
  const kept = createKept()
  expect([kept.read(opened, 'account/1'), kept.read(opened, 'account/1')]).toEqual(['sk-canary', 'sk-canary'])
  expect(asked()).toBe(1)
})

it('keeps nothing for longer than a minute', () => {
  const { opened, asked } = openVault()
  const kept = createKept()
  kept.read(opened, 'account/1')
  vi.advanceTimersByTime(30_000)
  kept.read(opened, 'account/1')
  vi.advanceTimersByTime(30_001)
  kept.read(opened, 'account/1')
  expect(asked()).toBe(2)
})

it('keeps nothing of a vault that is another one by now', () => {
  const { opened } = openVault()
  const kept = createKept()
  kept.read(opened, 'account/1')
  const changed = withRecord(opened, 'account/1', 'sk-other') ?? opened
  expect(kept.read(changed, 'account/1')).toBe('sk-other')
  expect(kept.read(withRecord(changed, 'account/1', undefined) ?? changed, 'account/1')).toBeUndefined()
})

it('keeps nothing once it is told to forget', () => {
  const { opened, asked } = openVault()
  const kept = createKept()
  kept.read(opened, 'account/1')
  kept.forget()
  kept.read(opened, 'account/1')
  expect(asked()).toBe(2)
})
