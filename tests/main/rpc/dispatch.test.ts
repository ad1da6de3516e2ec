import { Writable } from 'node:stream'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { BerthError } from '../../../src/main/errors.ts'
import { createDispatch, type Handlers } from '../../../src/main/rpc/dispatch.ts'
import { methods } from '../../../src/preload/contract.ts'

const KEY = 'sk-ant-api03-canarycanarycanary'

/** Handlers that must not be reached, but for those given. */
function handlersWith(some: Partial<Handlers>): Handlers {
  const none = Object.fromEntries(
    Object.keys(methods).map((name) => [
      name,
      () => {
        throw new Error(`${name} was not expected`)
      },
    ]),
  )
  return { ...(none as unknown as Handlers), ...some }
}

function setUp(some: Partial<Handlers>) {
  const lines: string[] = []
  const log = pino(
    new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk))
        done()
      },
    }),
  )
  const answer = createDispatch(handlersWith(some), { log })
  return {
    dispatch: (method: string, input: unknown) => answer(method, input, 'window'),
    logged: () => lines.join(''),
  }
}

const account = {
  id: 'a1',
  providerId: 'anthropic',
  namespace: '',
  label: 'work',
  type: 'api' as const,
  preview: 'sk-ant-…nary',
  fields: {},
  state: 'connected' as const,
  active: true,
  position: 0,
  createdAt: 1,
}

describe('dispatch', () => {
  it('hands the handler parsed input and wraps its value', async () => {
    let seen: unknown
    const { dispatch } = setUp({
      'accounts.add': (input) => {
        seen = input
        return account
      },
    })
    const answer = await dispatch('accounts.add', { providerId: 'anthropic', label: '  work ', key: KEY })
    expect(answer).toEqual({ ok: true, value: account })
    expect(seen).toEqual({ providerId: 'anthropic', namespace: '', label: 'work', key: KEY, fields: {} })
  })

  it.each(['nothing.here', '', 'constructor', '__proto__', 'toString'])(
    'refuses the method %j',
    async (name) => {
      const answer = await setUp({}).dispatch(name, {})
      expect(answer).toMatchObject({ ok: false, error: { code: 'bad_request' } })
    },
  )

  it('refuses bad input by the field and without quoting it', async () => {
    const { dispatch, logged } = setUp({})
    const answer = await dispatch('accounts.add', {
      providerId: 'Not An Id',
      label: '',
      key: { secret: KEY },
    })
    expect(answer).toMatchObject({
      ok: false,
      error: {
        code: 'bad_request',
        message: expect.stringContaining('label: a name is needed'),
        data: { fields: { providerId: expect.stringContaining('a-z'), key: expect.any(String) } },
      },
    })
    expect(JSON.stringify(answer) + logged()).not.toContain(KEY)
  })

  it.each([undefined, null, 'text', [], { extra: 1 }])(
    'refuses %j where an empty object belongs',
    async (input) => {
      expect(await setUp({}).dispatch('accounts.list', input)).toMatchObject({
        ok: false,
        error: { code: 'bad_request' },
      })
    },
  )

  it('passes a planned error on with its code, message and data, and does not log it', async () => {
    const { dispatch, logged } = setUp({
      'accounts.remove': () => {
        throw new BerthError('not_found', 'There is no such account.', { data: { accountId: 'a1' } })
      },
    })
    expect(await dispatch('accounts.remove', { accountId: 'a1' })).toEqual({
      ok: false,
      error: { code: 'not_found', message: 'There is no such account.', data: { accountId: 'a1' } },
    })
    expect(logged()).toBe('')
  })

  it('keeps an unplanned error to the log, with stack and cause, scrubbed', async () => {
    const { dispatch, logged } = setUp({
      'accounts.remove': () => Promise.reject(new TypeError('boom', { cause: new Error(`with ${KEY}`) })),
    })
    const answer = await dispatch('accounts.remove', { accountId: 'a1' })
    expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } })
    expect(JSON.stringify(answer)).not.toContain('boom')
    expect(logged()).toContain('accounts.remove')
    expect(logged()).toContain('TypeError: boom')
    expect(logged()).toContain('dispatch.test.ts')
    expect(logged()).toContain('with [secret]')
  })

  it('lets nothing out that the contract does not have', async () => {
    const { dispatch } = setUp({ 'accounts.list': () => [{ ...account, key: KEY }] })
    const answer = await dispatch('accounts.list', {})
    expect(answer).toEqual({ ok: true, value: [account] })
  })

  it('reports a value of the wrong shape as an internal error', async () => {
    const { dispatch, logged } = setUp({ 'accounts.list': () => [{ ...account, state: 'odd' as 'error' }] })
    expect(await dispatch('accounts.list', {})).toMatchObject({ ok: false, error: { code: 'internal' } })
    expect(logged()).toContain('not in the contract')
  })
})
