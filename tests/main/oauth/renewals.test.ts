import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Login } from '../../../src/main/accounts/types.ts'
import { BerthError } from '../../../src/main/errors.ts'
import { openLog } from '../../../src/main/log/log.ts'
import { createRenew, type NotRenewed, type Renew } from '../../../src/main/oauth/renewals.ts'
import type { UpstreamAnswer, UpstreamCall } from '../../../src/main/upstream-call.ts'
import type { Account } from '../../../src/preload/accounts.ts'
import { type Harness, openHarness } from '../accounts/harness.ts'

/** Renewals over the real directory and vault; only the vendor is made up. */

const OLD: Login = {
  type: 'oauth',
  access: 'canary-access-1',
  refresh: 'canary-refresh-1',
  expires: 5000,
  accountId: 'acct_1',
}
const NEW = { access_token: 'canary-access-2', refresh_token: 'canary-refresh-2', expires_in: 600 }
const NEW_LOGIN: Login = {
  ...OLD,
  access: NEW.access_token,
  refresh: NEW.refresh_token,
  expires: 1000 + 600_000,
}

let h: Harness
let account: Account
let asked: UpstreamCall[]
let vendor: () => Promise<UpstreamAnswer>
let renewed: string[]
let ended: string[]
let problems: (NotRenewed | undefined)[]
let renew: Renew

const says = (status: number, body: unknown): UpstreamAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  text: JSON.stringify(body),
})

function makeRenew(): Renew {
  const own = createRenew({
    ...{ accounts: h.accounts, catalog: h.catalog, now: () => h.time },
    call(call) {
      asked.push(call)
      return vendor()
    },
    onRenewed: ({ id }) => renewed.push(id),
    onEnded: (_, message) => ended.push(message),
    log: openLog(h.folder),
  })
  return async (id) => {
    const problem = await own(id)
    problems.push(problem)
    return problem
  }
}

beforeEach(async () => {
  h = await openHarness()
  asked = []
  renewed = []
  ended = []
  problems = []
  vendor = async () => says(200, NEW)
  account = await h.accounts.addCredential({
    ...{ providerId: 'openai', namespace: '', label: 'work', fields: {} },
    credential: OLD,
    identity: { kind: 'user', id: 'user_1' },
  })
  renew = makeRenew()
})

afterEach(() => {
  const log = readFileSync(join(h.folder, 'berth.log'), 'utf8')
  expect(log + JSON.stringify([problems, ended, h.told])).not.toContain('canary')
  h.close()
})

const stored = (): unknown => h.accounts.credential(account.id)
const passing = (message: RegExp) => ({ isPassing: true, message: expect.stringMatching(message) })

describe('a login that is renewed', () => {
  it('has its new tokens and their end, and is the same account', async () => {
    h.accounts.setPin(account.id, { projectId: 'p1' })
    expect(await renew(account.id)).toBeUndefined()
    expect(asked).toMatchObject([{ method: 'POST', url: 'https://auth.openai.com/oauth/token' }])
    expect(Object.fromEntries(new URLSearchParams(asked[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: OLD.refresh,
      client_id: 'app_EMoamEEZ73f0CkXaXp7hrann',
    })
    expect(stored()).toEqual(NEW_LOGIN)
    expect(h.accounts.get(account.id)).toMatchObject({
      state: 'connected',
      expiresAt: NEW_LOGIN.expires,
      renewable: true,
      identity: { id: 'user_1' },
    })
    expect(h.accounts.pins()).toHaveLength(1)
    expect([renewed, h.replaced, h.renewed]).toEqual([[account.id], [], []])
  })

  it('keeps its refresh token where the answer has none', async () => {
    vendor = async () => says(200, { access_token: NEW.access_token })
    await renew(account.id)
    expect(stored()).toMatchObject({ access: NEW.access_token, refresh: OLD.refresh, expires: 3_601_000 })
  })

  it('is renewed once for fifty who ask at a time, and again only later', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => renew(account.id)))
    expect(answers.every((one) => one === undefined)).toBe(true)
    h.time += 29_999
    expect(await renew(account.id)).toBeUndefined()
    expect(asked).toHaveLength(1)
    h.time += 1
    vendor = async () => says(200, { ...NEW, refresh_token: 'canary-refresh-3' })
    expect(await renew(account.id)).toBeUndefined()
    expect(asked).toHaveLength(2)
    expect(stored()).toMatchObject({ refresh: 'canary-refresh-3' })
  })

  it('is in the vault before anybody hears of it', async () => {
    const written = Promise.withResolvers<void>()
    const { keepRenewed } = h.accounts
    Object.assign(h.accounts, {
      async keepRenewed(...given: Parameters<typeof keepRenewed>) {
        await written.promise
        return keepRenewed(...given)
      },
    })
    let isOver = false
    const renewal = renew(account.id).then(() => {
      isOver = true
    })
    await new Promise((done) => setImmediate(done))
    expect([asked.length, isOver, stored()]).toEqual([1, false, OLD])
    written.resolve()
    await renewal
    expect(readFileSync(join(h.folder, 'vault.json'), 'utf8')).not.toContain('canary')
    expect(stored()).toEqual(NEW_LOGIN)
    h = await h.reopen()
    expect(stored()).toEqual(NEW_LOGIN)
  })

  it('after a crash between vault and row is put right by the sweep', async () => {
    await h.vault.write(`account/${account.id}`, JSON.stringify(NEW_LOGIN))
    h = await h.reopen()
    await h.accounts.sweep()
    expect(h.accounts.get(account.id)).toMatchObject({ expiresAt: NEW_LOGIN.expires, renewable: true })
  })
})

describe('what happens while the vendor is asked', () => {
  const during = (act: () => unknown) => {
    vendor = async () => {
      await act()
      return says(200, NEW)
    }
    return renew(account.id)
  }

  it('a removed account does not come back', async () => {
    expect(await during(() => h.accounts.remove(account.id))).toEqual(passing(/removed/))
    expect([h.accounts.list(), h.vault.ids(), renewed]).toEqual([[], [], []])
    expect(await renew(account.id)).toEqual(passing(/removed/))
    expect(asked).toHaveLength(1)
  })

  it('a disabled account stays so', async () => {
    expect(await during(() => h.accounts.setEnabled(account.id, false))).toBeUndefined()
    expect(h.accounts.get(account.id).state).toBe('disabled')
    expect(stored()).toEqual(NEW_LOGIN)
  })

  it('another login in its place is left as it is', async () => {
    const other: Login = { ...OLD, access: 'canary-a', refresh: 'canary-b', accountId: 'acct_2' }
    expect(await during(() => h.accounts.replaceCredential(account.id, other))).toBeUndefined()
    expect([stored(), renewed]).toEqual([other, []])
  })

  it('what was said of a login before is not held against the one in its place', async () => {
    const other: Login = { ...OLD, access: 'canary-a', refresh: 'canary-b', accountId: 'acct_2' }
    vendor = async () => {
      await h.accounts.replaceCredential(account.id, other)
      return says(400, { error: 'invalid_grant' })
    }
    expect((await renew(account.id))?.isPassing).toBe(false)
    expect([h.accounts.get(account.id).state, ended]).toEqual(['connected', []])
    vendor = async () => says(200, NEW)
    expect(await renew(account.id)).toBeUndefined()
  })

  it('a vault that is locked meanwhile gets the tokens once it is open, and the vendor is not asked again', async () => {
    expect(await during(() => h.vault.lock())).toEqual(passing(/locked/i))
    expect(await renew(account.id)).toEqual(passing(/locked/i))
    await h.vault.unlock()
    expect(stored()).toEqual(OLD)
    expect(await renew(account.id)).toBeUndefined()
    expect(stored()).toEqual(NEW_LOGIN)
    expect(asked).toHaveLength(1)
  })
})

describe('a login that is not renewed', () => {
  it('while the vault is locked: nobody is asked', async () => {
    await h.vault.lock()
    expect(await renew(account.id)).toEqual(passing(/locked/i))
    expect(asked).toEqual([])
  })

  it('because it is dead is taken out, and says what to do', async () => {
    vendor = async () => says(400, { error: 'invalid_grant', error_description: `no ${OLD.refresh}` })
    const message =
      'OpenAI does not renew the login of work any more (invalid_grant). Sign in again in Providers, or use a key instead.'
    expect(await renew(account.id)).toEqual({ isPassing: false, message })
    expect(h.accounts.get(account.id)).toMatchObject({ state: 'revoked', lastError: message })
    expect(ended).toEqual([message])
    // What comes late does not hide why.
    h.accounts.markRejected(account.id, 'OpenAI refused the login of work (401).')
    expect(h.accounts.get(account.id).lastError).toBe(message)
    expect(stored()).toEqual(OLD)
  })

  it('because of trouble is tried again after half a minute, and not blamed', async () => {
    vendor = async () => {
      throw new BerthError('provider_unreachable', 'auth.openai.com could not be reached.')
    }
    const problem = passing(
      /^The login of work \(OpenAI\) could not be renewed: auth.openai.com could not be reached\.$/,
    )
    expect(await renew(account.id)).toEqual(problem)
    expect(h.accounts.get(account.id)).toMatchObject({
      state: 'error',
      lastError: expect.stringContaining('could not be renewed'),
    })
    vendor = async () => says(200, NEW)
    expect(await renew(account.id)).toEqual(problem)
    expect(asked).toHaveLength(1)
    h.time += 30_000
    expect(await renew(account.id)).toBeUndefined()
    expect(asked).toHaveLength(2)
    expect(ended).toEqual([])
  })

  it('because of a fault of Berth’s: that is in the log, without a token', async () => {
    vendor = async () => {
      throw new TypeError('a fault')
    }
    expect(await renew(account.id)).toEqual(passing(/Look into the log/))
    expect(h.accounts.get(account.id).state).toBe('connected')
  })

  it('of a provider of the user’s own that has a vendor’s id', async () => {
    // An update of the catalog may bring a vendor of the same id.
    Object.assign(h.catalog, { custom: () => [{ id: 'openai' }] })
    expect(await renew(account.id)).toEqual(passing(/knows no place/))
    expect(asked).toEqual([])
  })

  it('of a key, and of nobody', async () => {
    await h.accounts.replaceKey(account.id, 'sk-proj-0123456789abcdef')
    expect(await renew(account.id)).toEqual(passing(/gone/))
    expect(await renew('nobody')).toEqual(passing(/removed/))
    expect(asked).toEqual([])
  })
})
