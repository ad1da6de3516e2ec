import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { transaction } from '../../../src/main/db/database.ts'
import { type Account, account as accountShape } from '../../../src/preload/accounts.ts'
import { type Harness, newAccount, newKey, openHarness } from './harness.ts'

let h: Harness
beforeEach(async () => {
  h = await openHarness()
})
afterEach(() => h.close())

const three = async (): Promise<[Account, Account, Account]> => [
  await h.accounts.add(newAccount({ label: 'one' })),
  await h.accounts.add(newAccount({ label: 'two' })),
  await h.accounts.add(newAccount({ label: 'three' })),
]
const labels = () => h.accounts.list().map(({ label }) => label)
const active = () => h.accounts.list().find((one) => one.active)?.label
const positions = () => h.accounts.list().map(({ position }) => position)
const chosen = () => h.accounts.resolve('anthropic', {}).account.label
const NOBODY = expect.objectContaining({ code: 'no_credential' })

describe('the order', () => {
  it('is that of adding, each provider from 0, and new ones come at the end', async () => {
    await three()
    const other = await h.accounts.add(newAccount({ providerId: 'openai' }))
    expect(labels().slice(0, 3)).toEqual(['one', 'two', 'three'])
    expect(positions()).toEqual([0, 1, 2, 0])
    expect(other.position).toBe(0)
  })

  it('is changed as a whole, stays after a restart, and closes up where one goes', async () => {
    const [one, two, last] = await three()
    const told = h.accounts.reorder('anthropic', [last.id, one.id, two.id])
    expect(told.map(({ label }) => label)).toEqual(['three', 'one', 'two'])
    h = await h.reopen()
    expect(labels()).toEqual(['three', 'one', 'two'])
    await h.accounts.remove(one.id)
    expect(positions()).toEqual([0, 1])
    await h.accounts.add(newAccount({ label: 'new' }))
    expect(labels()).toEqual(['three', 'two', 'new'])
  })

  it('wants every account of the provider once, and changes nothing otherwise', async () => {
    const [one, two, last] = await three()
    const other = await h.accounts.add(newAccount({ providerId: 'openai' }))
    const bad: string[][] = [
      [],
      [one.id, two.id],
      [one.id, two.id, two.id],
      [one.id, two.id, other.id],
      [one.id, two.id, 'gone'],
      [one.id, two.id, last.id, last.id],
    ]
    for (const ids of bad) {
      expect(() => h.accounts.reorder('anthropic', ids), JSON.stringify(ids)).toThrow(
        expect.objectContaining({ code: 'bad_request', message: expect.stringContaining('Anthropic') }),
      )
    }
    expect(() => h.accounts.reorder('nonesuch', ['x'])).toThrow(
      expect.objectContaining({ code: 'bad_request' }),
    )
    expect(labels().slice(0, 3)).toEqual(['one', 'two', 'three'])
  })
})

describe('a disabled account', () => {
  it('hands the active place to the next in order that can be used, and round to the first', async () => {
    const [one, two, last] = await three()
    h.accounts.activate(two.id)
    const off = h.accounts.setEnabled(two.id, false)
    expect(off).toMatchObject({ state: 'disabled', active: false })
    expect(active()).toBe('three')
    h.accounts.setEnabled(last.id, false)
    expect(active()).toBe('one')
    expect(chosen()).toBe('one')
    h.accounts.setEnabled(one.id, false)
    // Nobody is left: the last one stays the active one, so that the error can name it.
    expect(active()).toBe('one')
    expect(() => chosen()).toThrow(NOBODY)
    expect(() => chosen()).toThrow(/The account one of Anthropic is disabled\. Enable it/)
    h.accounts.setEnabled(two.id, true)
    expect(active()).toBe('two')
    expect(chosen()).toBe('two')
  })

  it('leaves the active one alone when it is another, and comes back without its place', async () => {
    const [, two] = await three()
    h.accounts.setEnabled(two.id, false)
    expect(active()).toBe('one')
    expect(h.accounts.setEnabled(two.id, true)).toMatchObject({ state: 'connected', active: false })
  })

  it('is what it was when it is enabled again, also after what happened meanwhile', async () => {
    const [one, two] = await three()
    h.accounts.markRejected(two.id, 'no credit')
    h.accounts.setEnabled(two.id, false)
    expect(h.accounts.get(two.id)).toMatchObject({ state: 'disabled', lastError: 'no credit' })
    h = await h.reopen()
    expect(h.accounts.setEnabled(two.id, true)).toMatchObject({ state: 'error', lastError: 'no credit' })
    h.accounts.setEnabled(one.id, false)
    h.accounts.markRejected(one.id, 'a late answer')
    h.accounts.markUsed(one.id)
    expect(h.accounts.get(one.id).state).toBe('disabled')
    expect(h.accounts.setEnabled(one.id, true).state).toBe('connected')
  })

  it('stays disabled when its key is replaced, and is not made active', async () => {
    const [one] = await three()
    h.accounts.setEnabled(one.id, false)
    expect((await h.accounts.replaceKey(one.id, newKey())).state).toBe('disabled')
    expect(() => h.accounts.activate(one.id)).toThrow(
      expect.objectContaining({ code: 'conflict', message: expect.stringContaining('Enable it first') }),
    )
    expect(active()).toBe('two')
  })

  it('may be disabled or enabled twice, and an unknown one is named', async () => {
    const [one] = await three()
    h.accounts.setEnabled(one.id, true)
    expect(active()).toBe('one')
    h.accounts.setEnabled(one.id, false)
    expect(h.accounts.setEnabled(one.id, false).state).toBe('disabled')
    expect(active()).toBe('two')
    expect(() => h.accounts.setEnabled('nope', false)).toThrow(/nope/)
  })

  it('gives way to a new account when nobody else can serve', async () => {
    const one = await h.accounts.add(newAccount({ label: 'one' }))
    h.accounts.setEnabled(one.id, false)
    expect((await h.accounts.add(newAccount({ label: 'two' }))).active).toBe(true)
    expect(h.accounts.get(one.id).active).toBe(false)
  })
})

describe('the place of a removed active account', () => {
  it('is the next usable one’s', async () => {
    const [one, two] = await three()
    h.accounts.setEnabled(two.id, false)
    await h.accounts.remove(one.id)
    expect(active()).toBe('three')
  })

  it('is the first one’s where none can be used', async () => {
    const [one, two, last] = await three()
    h.accounts.setEnabled(two.id, false)
    h.accounts.setEnabled(last.id, false)
    await h.accounts.remove(one.id)
    expect(active()).toBe('two')
    expect(() => chosen()).toThrow(/two of Anthropic is disabled/)
  })
})

describe('what a test shows', () => {
  const check = { message: 'They said so.', durationMs: 5 }
  it.each([
    ['good', 'connected', undefined],
    ['wrong_key', 'error', 'They said so.'],
    ['no_credit', 'error', 'They said so.'],
    ['wrong_region', 'error', 'They said so.'],
    ['forbidden', 'error', 'They said so.'],
    ['revoked', 'revoked', 'They said so.'],
    ['expired', 'expired', 'They said so.'],
    ['rate_limited', 'connected', undefined],
    ['unreachable', 'connected', undefined],
    ['unclear', 'connected', undefined],
  ] as const)('%s leaves it %s', async (verdict, state, lastError) => {
    const { id } = await h.accounts.add(newAccount())
    h.time = 7000
    const identity = { kind: 'organization' as const, id: 'org_1', name: 'ACME' }
    const after = h.accounts.markChecked(id, { verdict, ...check, identity })
    expect(accountShape.parse(after)).toEqual(after)
    expect(after).toMatchObject({ state, checkedAt: 7000, identity })
    expect(after.lastError).toBe(lastError)
    h = await h.reopen()
    expect(h.accounts.get(id)).toEqual(after)
  })

  it('is kept without the key, heals what was broken, and keeps an identity it does not repeat', async () => {
    const given = newAccount({ key: `plain${newKey().slice(13)}` })
    const { id } = await h.accounts.add(given)
    const identity = { kind: 'organization' as const, id: 'org_1' }
    const message = `Bad key ${given.key}`
    expect(
      h.accounts.markChecked(id, { verdict: 'revoked', message, identity, durationMs: 1 }).lastError,
    ).toBe('Bad key [secret]')
    expect(() => chosen()).toThrow(NOBODY)
    const good = h.accounts.markChecked(id, { verdict: 'good', ...check })
    expect(good).toMatchObject({ state: 'connected', identity })
    expect(good).not.toHaveProperty('lastError')
    expect(() => h.accounts.markChecked('nope', { verdict: 'good', ...check })).toThrow(/nope/)
  })

  it('does not enable a disabled account', async () => {
    const { id } = await h.accounts.add(newAccount())
    h.accounts.setEnabled(id, false)
    expect(h.accounts.markChecked(id, { verdict: 'good', ...check }).state).toBe('disabled')
  })
})

describe('fields', () => {
  it('are replaced as a whole, and checked as when adding', async () => {
    const fields = { AZURE_RESOURCE_NAME: 'mine' }
    const { id } = await h.accounts.add(newAccount({ providerId: 'azure', fields }))
    expect(h.accounts.setFields(id, { AZURE_RESOURCE_NAME: 'theirs' }).fields).toEqual({
      AZURE_RESOURCE_NAME: 'theirs',
    })
    for (const bad of [{}, { AZURE_RESOURCE_NAME: '' }, { AZURE_RESOURCE_NAME: 'a', NODE_OPTIONS: 'x' }])
      expect(() => h.accounts.setFields(id, bad)).toThrow(expect.objectContaining({ code: 'bad_request' }))
    expect(() => h.accounts.setFields(id, { AZURE_RESOURCE_NAME: 'evil.com/#' })).toThrow(
      expect.objectContaining({ code: 'bad_request' }),
    )
    h = await h.reopen()
    expect(h.accounts.get(id).fields).toEqual({ AZURE_RESOURCE_NAME: 'theirs' })
    expect(() => h.accounts.setFields('nope', {})).toThrow(/nope/)
  })

  it('are left out when empty', async () => {
    const { id } = await h.accounts.add(newAccount({ providerId: 'gitlab' }))
    expect(h.accounts.setFields(id, { GITLAB_INSTANCE_URL: '' }).fields).toEqual({})
  })
})

describe('what was read of a row', () => {
  it('is kept until the row is another', async () => {
    const { id } = await h.accounts.add(newAccount({ label: 'one' }))
    const two = await h.accounts.add(newAccount({ label: 'two' }))
    const before = h.accounts.get(id)
    expect(h.accounts.get(id)).toBe(before)
    expect(h.accounts.list()[0]).toBe(before)
    h.accounts.rename(id, { namespace: '', label: 'other' })
    expect(h.accounts.get(id)).toMatchObject({ id, label: 'other' })
    expect(h.accounts.list().map(({ label }) => label)).toEqual(['other', 'two'])
    expect(before.label).toBe('one')
    h.accounts.activate(two.id)
    expect(h.accounts.get(id).active).toBe(false)
    expect(h.accounts.resolve(two.providerId, {}).account.id).toBe(two.id)
    await h.accounts.remove(two.id)
    expect(h.accounts.of(two.providerId).map((one) => one.id)).toEqual([id])
    expect(h.accounts.find(two.id)).toBeUndefined()
  })

  it('is not kept of a transaction that was taken back', async () => {
    const { id } = await h.accounts.add(newAccount({ label: 'one' }))
    const undone = (): void =>
      transaction(h.db, () => {
        h.accounts.rename(id, { namespace: '', label: 'other' })
        expect(h.accounts.get(id).label).toBe('other')
        throw new Error('taken back')
      })
    expect(undone).toThrow('taken back')
    expect(h.accounts.get(id).label).toBe('one')
  })

  it('cannot be changed by who got it', async () => {
    const { id } = await h.accounts.add(newAccount({ label: 'one' }))
    expect(() => Object.assign(h.accounts.get(id), { label: 'x' })).toThrow(TypeError)
    expect(h.accounts.get(id).label).toBe('one')
  })
})
