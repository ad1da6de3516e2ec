import { afterEach, beforeEach, expect, it } from 'vitest'
import { type AuditEntry, auditEntry, type Surface } from '../../src/preload/audit.ts'
import type { Input, MethodName } from '../../src/preload/contract.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'

/** The audit trail of a whole Berth, through the contract. */

let berth: TestApp
beforeEach(async () => {
  berth = makeTestApp()
  await berth.open()
})
afterEach(() => berth.end())

async function from<M extends MethodName>(surface: Surface, method: M, input: Input<M>): Promise<void> {
  expect(await berth.app.dispatch(method, input, surface)).toMatchObject({ ok: true })
}
const list = (input: Input<'audit.list'> = {}) => berth.call('audit.list', input)
const said = ({ action, surface, accountLabel }: AuditEntry) =>
  [action, surface, accountLabel].filter(Boolean).join(' ')

async function act(): Promise<void> {
  const account = { providerId: 'openai', label: 'work', key: 'sk-proj-0123456789' }
  await from('window', 'accounts.add', account)
  await from('command', 'accounts.add', { ...account, label: 'home', key: 'sk-proj-9876543210' })
  const [first, second] = await berth.call('accounts.list', {})
  await from('tray', 'accounts.activate', { accountId: second?.id ?? '' })
  await from('browser', 'accounts.rename', { accountId: first?.id ?? '', namespace: '', label: 'office' })
  await from('window', 'accounts.remove', { accountId: first?.id ?? '' })
}

it('says what was done from which surface, by the names of then, and is there after a restart', async () => {
  await act()
  const expected = [
    'vault.created berth',
    'account.added window work',
    'account.added command home',
    'account.activated tray home',
    'account.renamed browser office',
    'account.removed window office',
  ]
  expect((await list()).map(said).reverse()).toEqual(expected)
  const told = berth.events.flatMap((event) => (event.name === 'audit.added' ? [event.payload] : []))
  // The vault was made before anyone could listen.
  expect(told.map(said)).toEqual(expected.slice(1))
  await berth.close()
  await berth.open()
  expect((await list()).map(said).reverse()).toEqual(expected)
})

it('is filtered, paged and exported', async () => {
  await act()
  const { filter, expected } = {
    filter: { subject: 'account', providerId: 'openai', text: 'OFFICE' } as const,
    expected: ['account.removed window office', 'account.renamed browser office'],
  }
  expect((await list({ filter })).map(said)).toEqual(expected)
  const [newest] = await list({ filter, limit: 1 })
  expect((await list({ filter, limit: 1, before: newest?.id })).map(said)).toEqual(expected.slice(1))
  const { text, entries, name } = await berth.call('audit.export', { filter })
  expect(name).toMatch(/^berth-activity-\d{4}-\d\d-\d\d\.jsonl$/)
  const lines = text.trimEnd().split('\n')
  expect(entries).toBe(2)
  expect(lines.map((line) => said(auditEntry.parse(JSON.parse(line))))).toEqual(expected.toReversed())
})

it.each<[string, object]>([
  ['a page of nothing', { limit: 0 }],
  ['a page that is too long', { limit: 501 }],
  ['a text that is too long', { filter: { text: 'x'.repeat(201) } }],
  ['an unknown subject', { filter: { subject: 'nothing' } }],
  ['an unknown surface', { filter: { surface: 'moon' } }],
  ['an unknown filter', { filter: { unknown: 1 } }],
])('refuses %s', async (_, input) => {
  expect(await berth.fail('audit.list', input)).toMatchObject({ code: 'bad_request' })
})

it('is empty, not an error, for what never was', async () => {
  expect(await list({ filter: { accountId: 'none' } })).toEqual([])
  expect(await berth.call('audit.export', { filter: { from: 1, to: 2 } })).toMatchObject({
    text: '',
    entries: 0,
  })
})
