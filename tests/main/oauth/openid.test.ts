import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { request } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Login } from '../../../src/main/accounts/types.ts'
import { createUses } from '../../../src/main/audit/uses.ts'
import { gatewayDeps } from '../../../src/main/gateway-deps.ts'
import { type Log, openLog } from '../../../src/main/log/log.ts'
import { LOGIN_PROVIDERS } from '../../../src/main/oauth/login-providers.ts'
import type { Projects } from '../../../src/main/projects/types.ts'
import { createEvents } from '../../../src/main/rpc/events.ts'
import { openSettings } from '../../../src/main/settings/settings.ts'
import { createTraffic, type Traffic } from '../../../src/main/traffic.ts'
import type { Account } from '../../../src/preload/accounts.ts'
import type { AuditEntry } from '../../../src/preload/audit.ts'
import type { Notice } from '../../../src/preload/shapes.ts'
import { type OpenId, openIdProvider, type SignedIn } from '../../support/openid-provider.mjs'
import { type Harness, openHarness } from '../accounts/harness.ts'
import { proxyAgent, startWorld, type World } from '../gateway/world.ts'

/**
 * Logins at a real OpenID provider, in the place of ChatGPT's, through the real gateway with the real vault and directory. The
 * model vendor asks that provider whose an access token is.
 */

const ISSUER = 'auth.openai.com'
const MODELS = 'https://chatgpt.com/backend-api/codex/responses'

let h: Harness
let world: World
let traffic: Traffic
let openId: OpenId
let log: Log
let posted: string[]
let served: string[]
let audit: Omit<AuditEntry, 'id' | 'at'>[]
let notices: Omit<Notice, 'id'>[]
let agent: ReturnType<typeof proxyAgent>

async function answerModels(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const access = req.headers.authorization?.replace('Bearer ', '') ?? ''
  const person = await openId.whose(access)
  served.push(person ?? 'nobody')
  if (person === undefined) res.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{}}')
  else res.end(`ok ${person}`)
}

beforeEach(async () => {
  h = await openHarness()
  h.time = Date.now()
  posted = []
  served = []
  audit = []
  notices = []
  openId = openIdProvider(`https://${ISSUER}`, LOGIN_PROVIDERS.openai?.clientId ?? '', '/oauth/token')
  world = await startWorld(
    (req, res) => {
      if (req.headers.host === ISSUER) {
        posted.push(req.url ?? '')
        openId.handler(req, res)
      } else answerModels(req, res).catch(() => res.destroy())
    },
    { now: () => h.time },
  )
  log = openLog(h.folder)
  const settings = openSettings(h.folder, { BERTH_POOL_WAIT: '0' })
  const projects = () => ({ exists: () => true, nameOf: () => 'shop' }) as unknown as Projects
  const events = createEvents({ log })
  const told = { record: (entry: Omit<AuditEntry, 'id' | 'at'>) => audit.push(entry) }
  const common = {
    ...{ catalog: h.catalog, accounts: h.accounts, projects, events },
    notify: (notice: Omit<Notice, 'id'>) => notices.push(notice),
  }
  traffic = createTraffic({
    ...{ ...common, db: h.db, settings, log, audit: told },
    now: () => h.time,
    newId: () => 'new',
    gateway: () => world.gateway,
    checks: () => {
      throw new Error('not asked for here')
    },
  })
  const uses = createUses({
    audit: { ...told, list: () => [], export: async () => ({ text: '', entries: 0 }) },
    now: () => h.time,
  })
  const { egress, readSecret, writeSecret } = world.deps
  const deps = gatewayDeps({
    ...{ ...common, vault: h.vault, uses, egress, traffic: traffic.given },
    statusChanged: () => undefined,
  })
  Object.assign(world.deps, { ...deps, readSecret, writeSecret })
  world.gateway.hostsChanged()
  agent = proxyAgent(world)
})

afterEach(async () => {
  await agent.destroy()
  await world.close()
  traffic.close()
  h.close()
})

/** An account for somebody who signed in; its access token ends in `ms`. */
async function addLogin(label: string, ms: number): Promise<{ account: Account; login: SignedIn }> {
  const login = await openId.signIn(label)
  const expires = h.time + ms
  const account = await h.accounts.addCredential({
    ...{ providerId: 'openai', namespace: '', label, fields: {} },
    credential: { type: 'oauth', ...login, expires, accountId: `acct-${label}` },
  })
  return { account, login }
}

async function ask(): Promise<{ status: number; body: string }> {
  const auth = world.gateway.placeholder('one', 'openai', 'oauth')
  if (auth.type !== 'oauth') throw new Error('not a login')
  const answer = await request(MODELS, {
    dispatcher: agent,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${auth.access}` },
    body: '{"model":"gpt-5"}',
  })
  return { status: answer.statusCode, body: await text(answer.body) }
}

const loginOf = ({ id }: Account): Login => {
  const credential = h.accounts.credential(id)
  if (credential.type !== 'oauth') throw new Error('not a login')
  return credential
}

const HOUR = 3_600_000

describe('a login at a real OpenID provider', () => {
  it('that has ended is renewed once for twenty requests at a time', async () => {
    const { account, login } = await addLogin('ada', -HOUR)
    const answers = await Promise.all(Array.from({ length: 20 }, ask))
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['ok ada']))
    expect(posted).toEqual(['/oauth/token'])
    const renewed = loginOf(account)
    expect(renewed).toMatchObject({ accountId: 'acct-ada', expires: h.time + HOUR })
    expect([renewed.access, renewed.refresh]).not.toContain(login.access)
    expect(renewed.refresh).not.toBe(login.refresh)
    expect(h.accounts.get(account.id)).toMatchObject({ state: 'connected', expiresAt: h.time + HOUR })
    expect(audit.filter(({ action }) => action === 'account.renewed')).toEqual([
      {
        surface: 'berth',
        action: 'account.renewed',
        providerId: 'openai',
        accountId: account.id,
        accountLabel: 'ada',
      },
    ])
  })

  it('goes on by the new refresh token, again and again', async () => {
    const { account } = await addLogin('ada', -HOUR)
    for (let round = 1; round <= 3; round += 1) {
      expect((await ask()).body).toBe('ok ada')
      expect(posted).toHaveLength(round)
      h.time += HOUR
    }
    expect(h.accounts.get(account.id).state).toBe('connected')
  })

  it('whose access token the vendor refuses is renewed, and the client sees nothing of that', async () => {
    const { account } = await addLogin('ada', HOUR)
    // The vendor put the access token out of use before its time; the refresh token is good.
    const login = loginOf(account)
    await h.vault.write(`account/${account.id}`, JSON.stringify({ ...login, access: 'access-of-yesterday' }))
    expect(await ask()).toEqual({ status: 200, body: 'ok ada' })
    expect([served, posted]).toEqual([['nobody', 'ada'], ['/oauth/token']])
    expect(h.accounts.get(account.id)).toMatchObject({ state: 'connected' })
    expect(notices).toEqual([])
  })

  it('whose access token the vendor refuses to twenty requests at a time is renewed once', async () => {
    const { account } = await addLogin('ada', HOUR)
    const login = loginOf(account)
    await h.vault.write(`account/${account.id}`, JSON.stringify({ ...login, access: 'access-of-yesterday' }))
    const answers = await Promise.all(Array.from({ length: 20 }, ask))
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['ok ada']))
    expect(posted).toHaveLength(1)
  })

  it.each([
    ['that has ended', -HOUR],
    ['that the vendor refuses', HOUR],
  ])('%s and that is not renewed any more is taken out, and the next account serves', async (_, ms) => {
    const { account, login } = await addLogin('ada', ms)
    await addLogin('bob', HOUR)
    h.accounts.setPool('openai', { rotate: true })
    await openId.revoke(login)
    expect(await ask()).toEqual({ status: 200, body: 'ok bob' })
    const sentence =
      'OpenAI does not renew the login of ada any more (invalid_grant). Sign in again in Providers, or use a key instead.'
    expect(h.accounts.get(account.id)).toMatchObject({ state: 'revoked', lastError: sentence })
    expect(notices).toContainEqual({
      level: 'error',
      text: `${sentence} No request goes by it any more.`,
      accountId: account.id,
    })
    expect(audit).toContainEqual(expect.objectContaining({ action: 'account.refused', detail: sentence }))
    expect(await ask()).toEqual({ status: 200, body: 'ok bob' })
    expect(posted).toHaveLength(1)
  })

  it('alone and dead: the client is told to sign in again', async () => {
    const { login } = await addLogin('ada', -HOUR)
    await openId.revoke(login)
    const { status, body } = await ask()
    expect([status, body]).toEqual([401, expect.stringContaining('Sign in again')])
    expect(served).toEqual([])
  })

  it('whose refresh token somebody else used ends for good, as the provider has it', async () => {
    const { account, login } = await addLogin('ada', -HOUR)
    expect((await ask()).body).toBe('ok ada')
    // A copy of the old file is used by another program.
    const { expires, accountId = '' } = loginOf(account)
    await h.vault.write(
      `account/${account.id}`,
      JSON.stringify({ type: 'oauth', ...login, expires, accountId }),
    )
    h.time += HOUR
    expect((await ask()).status).toBe(401)
    expect(h.accounts.get(account.id).state).toBe('revoked')
  })
})
