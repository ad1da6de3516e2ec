import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOGIN_PROVIDERS } from '../../src/main/oauth/login-providers.ts'
import { createTestAuthority } from '../support/model-server/certificates.ts'
import { type OpenId, openIdProvider, type SignedIn } from '../support/openid-provider.mjs'
import { makeTestApp, type TestApp } from '../support/test-app.ts'

/** Logins in a whole Berth: imported, ended, tested, renewed at a real OpenID provider in the place of ChatGPT's. */

const ISSUER = 'auth.openai.com'
const POE = 'canary-poe-0123456789'

let berth: TestApp
let server: Server
let openId: OpenId
let login: SignedIn
let posted: number
let caFile: string

beforeEach(async () => {
  const authority = await createTestAuthority()
  openId = openIdProvider(`https://${ISSUER}`, LOGIN_PROVIDERS.openai?.clientId ?? '', '/oauth/token')
  posted = 0
  server = createServer(
    {
      SNICallback: (host, done) =>
        void authority.leafFor(host).then((leaf) => done(null, createSecureContext(leaf)), done),
    },
    (req, res) => {
      if (req.headers.host === ISSUER) {
        posted += 1
        openId.handler(req, res)
        return
      }
      openId.whose(req.headers.authorization?.replace('Bearer ', '') ?? '').then(
        (person) => res.writeHead(person === undefined ? 401 : 200).end('{}'),
        () => res.destroy(),
      )
    },
  )
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  caFile = join(mkdtempSync(join(tmpdir(), 'berth-logins-')), 'ca.pem')
  writeFileSync(caFile, authority.caPem)
  const hosts = [ISSUER, 'chatgpt.com', 'api.openai.com']
  berth = makeTestApp({
    BERTH_HOST_MAP: JSON.stringify(Object.fromEntries(hosts.map((host) => [host, address]))),
    BERTH_EXTRA_CA: caFile,
  })
  await berth.open()
  login = await openId.signIn('ada')
  const ended = { type: 'oauth', ...login, expires: Date.now() - 1000 }
  const poe = { type: 'oauth', access: POE, refresh: POE, expires: Date.now() - 1000 }
  const source = { kind: 'opencode' as const, text: JSON.stringify({ openai: ended, poe }) }
  expect(await berth.call('imports.apply', { source, choices: {} })).toMatchObject({ added: 2 })
})

afterEach(async () => {
  const said = JSON.stringify([berth.answers, berth.events])
  const log = readFileSync(join(berth.dataDir, 'logs', 'berth.log'), 'utf8')
  await berth.end()
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  rmSync(dirname(caFile), { recursive: true, force: true })
  for (const secret of [login.access, login.refresh, POE]) expect(said + log).not.toContain(secret)
})

const find = async (providerId: string) => {
  const found = (await berth.call('accounts.list', {})).find((one) => one.providerId === providerId)
  if (found === undefined) throw new Error(`no account of ${providerId}`)
  return found
}

it('an ended login that can be renewed has not expired, and a test renews it', async () => {
  const before = await find('openai')
  expect(before).toMatchObject({ state: 'connected', renewable: true })
  // What Poe calls a refresh token is the key itself.
  expect(await find('poe')).toMatchObject({ state: 'expired' })
  expect(await find('poe')).not.toHaveProperty('renewable')
  const check = await berth.call('accounts.check', { accountId: before.id })
  expect(check.verdict).not.toBe('expired')
  expect(posted).toBe(1)
  const after = await find('openai')
  expect(after).toMatchObject({ id: before.id, state: 'connected' })
  expect(after.expiresAt).toBeGreaterThan(Date.now())
  const entries = await berth.call('audit.list', { filter: {} })
  expect(entries).toContainEqual(
    expect.objectContaining({ action: 'account.renewed', surface: 'berth', accountId: before.id }),
  )
})

it('a login that its vendor does not renew any more says to sign in again', async () => {
  await openId.revoke(login)
  const { id: accountId } = await find('openai')
  const check = await berth.call('accounts.check', { accountId })
  const message = expect.stringMatching(
    /^OpenAI does not renew the login of OpenCode any more .* Sign in again/,
  )
  expect(check).toMatchObject({ verdict: 'revoked', message })
  expect(await find('openai')).toMatchObject({ state: 'revoked', lastError: message })
})

it('a vendor that cannot be reached is not held against the login', async () => {
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  const { id: accountId } = await find('openai')
  const check = await berth.call('accounts.check', { accountId })
  expect(check).toMatchObject({ verdict: 'unreachable', message: expect.stringContaining(ISSUER) })
  expect(await find('openai')).toMatchObject({ state: 'error', lastError: check.message })
})
