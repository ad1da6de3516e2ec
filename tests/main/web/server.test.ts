import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StoredSession } from '../../../src/main/web/sessions.ts'
import { ask, callHeaders, cookieOf, loginPath, signIn, startServer } from './support.ts'

let web: Awaited<ReturnType<typeof startServer>>

beforeEach(async () => {
  web = await startServer()
})
afterEach(() => web.close())

const post = (
  headers: Record<string, string | undefined>,
  body: string | Buffer = '{}',
  path = '/rpc/app.info',
) => ask(web.port, path, { method: 'POST', headers, body })

describe('login', () => {
  it('exchanges the token for a cookie once and opens the app', async () => {
    const first = await ask(web.port, loginPath(web.server.url))
    expect(first.status).toBe(303)
    expect(first.headers).toMatchObject({ location: '/', 'referrer-policy': 'no-referrer' })
    expect(first.headers['set-cookie']?.[0]).toMatch(
      new RegExp(`^berth_session_${web.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict`),
    )
    const app = await ask(web.port, '/', { headers: { cookie: cookieOf(first) } })
    expect(app).toMatchObject({ status: 200, body: expect.stringContaining('the app') })

    const second = await ask(web.port, loginPath(web.server.url))
    expect(second.status).toBe(403)
    expect(second.body).toContain('newest address from the terminal')
    expect(second.headers['set-cookie']).toBeUndefined()
  })

  it.each(['', 'wrong', 'a'.repeat(43)])('refuses the token %j and keeps the right one', async (token) => {
    expect((await ask(web.port, `/login?token=${token}`)).status).toBe(403)
    expect((await ask(web.port, loginPath(web.server.url))).status).toBe(303)
  })

  it('makes a new address, which ends the one before', async () => {
    const newer = web.server.newLoginUrl()
    expect((await ask(web.port, loginPath(web.server.url))).status).toBe(403)
    expect((await ask(web.port, loginPath(newer))).status).toBe(303)
  })

  it('leads a signed-in browser that reloads a used address to the app', async () => {
    const cookie = await signIn(web.port, web.server.url)
    const again = await ask(web.port, loginPath(web.server.url), { headers: { cookie } })
    expect(again).toMatchObject({ status: 303, headers: { location: '/' } })
  })

  it('is not used up by a browser that fetches ahead, nor by HEAD', async () => {
    const path = loginPath(web.server.url)
    expect((await ask(web.port, path, { headers: { 'sec-purpose': 'prefetch' } })).status).toBe(503)
    expect((await ask(web.port, path, { method: 'HEAD' })).status).toBe(405)
    expect((await ask(web.port, path)).status).toBe(303)
  })

  it('tells when an address was used', async () => {
    let logins = 0
    const other = await startServer({ onLogin: () => logins++ })
    await ask(other.port, '/login?token=wrong')
    expect(logins).toBe(0)
    await signIn(other.port, other.server.url)
    await other.close()
    expect(logins).toBe(1)
  })

  it('lasts over a restart on the same port, and only a hash is kept', async () => {
    let kept: readonly StoredSession[] = []
    const store = {
      load: async () => kept,
      save: async (sessions: readonly StoredSession[]) => {
        kept = sessions
      },
    }
    const before = await startServer({ sessionStore: store })
    const cookie = await signIn(before.port, before.server.url)
    await before.close()
    expect(JSON.stringify(kept)).not.toContain(cookie.split('=')[1])
    const after = await startServer({ sessionStore: store, preferredPort: before.port })
    expect(after.port).toBe(before.port)
    const answer = await ask(after.port, '/rpc/app.info', {
      method: 'POST',
      headers: callHeaders(after.port, cookie),
      body: '{}',
    })
    await after.close()
    expect(answer.status).toBe(200)
  })
})

describe('calls', () => {
  it('reach dispatch and answer with its envelope', async () => {
    const cookie = await signIn(web.port, web.server.url)
    const answer = await post(callHeaders(web.port, cookie), '{"a":1}')
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body)).toEqual({ ok: true, value: { method: 'app.info', input: { a: 1 } } })
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('need a session', async () => {
    for (const cookie of [undefined, `berth_session_${web.port}=wrong`, `other=${'a'.repeat(43)}`]) {
      const answer = await post(callHeaders(web.port, cookie))
      expect(answer.status).toBe(401)
      expect(JSON.parse(answer.body)).toMatchObject({ ok: false, error: { code: 'unauthorized' } })
    }
    expect(web.calls).toEqual([])
  })

  it.each([
    ['another origin', { origin: 'http://evil.example' }, 403],
    ['the same host on another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['an opaque origin', { origin: 'null' }, 403],
    ['no origin', { origin: undefined }, 403],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another port of this host', { 'sec-fetch-site': 'same-site' }, 403],
    ['a rebound name', { host: 'evil.example' }, 403],
    [
      'a rebound name with the origin to match',
      { host: 'evil.example:1', origin: 'http://evil.example:1' },
      403,
    ],
    ['no header of ours', { 'x-berth': undefined }, 403],
    ['a form', { 'content-type': 'text/plain' }, 415],
  ])('are refused to %s', async (_who, headers, status) => {
    const cookie = await signIn(web.port, web.server.url)
    const answer = await post({ ...callHeaders(web.port, cookie), ...headers })
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body).ok).toBe(false)
    expect(web.calls).toEqual([])
  })

  it('are refused without a Host', async () => {
    expect((await ask(web.port, '/', { headers: { host: '' } })).status).toBe(403)
  })

  it('are refused when the body is no JSON or too large, and the server goes on', async () => {
    const headers = callHeaders(web.port, await signIn(web.port, web.server.url))
    expect((await post(headers, '{')).status).toBe(400)
    expect((await post(headers, '')).status).toBe(400)
    const large = Buffer.alloc(1024 * 1024 + 1, 'a')
    expect((await post(headers, large)).status).toBe(413)
    expect((await post({ ...headers, 'transfer-encoding': 'chunked' }, large)).status).toBe(413)
    expect((await post(headers)).status).toBe(200)
  })

  it('carry an import of 16 MB, and nothing else as large', async () => {
    const headers = callHeaders(web.port, await signIn(web.port, web.server.url))
    const large = JSON.stringify({ file: 'a'.repeat(16_000_000) })
    for (const method of ['imports.preview', 'imports.apply']) {
      const answer = await post(headers, large, `/rpc/${method}`)
      expect(answer.status).toBe(200)
      expect(JSON.parse(answer.body).value.input.file).toHaveLength(16_000_000)
    }
    expect((await post(headers, large, '/rpc/accounts.add')).status).toBe(413)
    const over = JSON.stringify({ file: 'a'.repeat(25 * 1024 * 1024) })
    expect((await post(headers, over, '/rpc/imports.preview')).status).toBe(413)
  })

  it('of others are refused before their body is read', async () => {
    const head = [
      'POST /rpc/imports.apply HTTP/1.1',
      `host: 127.0.0.1:${web.port}`,
      ...Object.entries(callHeaders(web.port)).map(([name, value]) => `${name}: ${value}`),
      'content-length: 16000000',
    ]
    // The body is promised and never sent: whoever waits for it waits for ever.
    const socket = connect(web.port, '127.0.0.1')
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    const answer = await text(socket)
    expect(answer).toMatch(/^HTTP\/1\.1 401 /)
    expect(web.calls).toEqual([])
  })

  it('are made with POST only', async () => {
    const headers = callHeaders(web.port, await signIn(web.port, web.server.url))
    for (const method of ['GET', 'PUT', 'OPTIONS']) {
      expect((await ask(web.port, '/rpc/app.info', { method, headers })).status).toBe(405)
    }
  })
})

describe('files', () => {
  it('are for signed-in browsers; others are told where the address is', async () => {
    for (const path of ['/', '/projects/p1', '/assets/index-D4x_9aZ2.js']) {
      const answer = await ask(web.port, path)
      expect(answer.status).toBe(401)
      expect(answer.body).toContain('Open Berth from the terminal')
    }
  })

  it('have a strict policy, their type and a fitting cache', async () => {
    const headers = { cookie: await signIn(web.port, web.server.url) }
    const page = await ask(web.port, '/projects/p1', { headers })
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    const policy = String(page.headers['content-security-policy'])
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${web.port} ws://localhost:${web.port};`)
    expect(policy).toContain("frame-ancestors 'none'")
    const script = await ask(web.port, '/assets/index-D4x_9aZ2.js', { headers })
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'private, max-age=31536000, immutable',
    })
  })

  it.each(['/missing.js', '/../package.json', '/%2e%2e%2fpackage.json', '//etc/passwd.txt'])(
    'do not include %s',
    async (path) => {
      const headers = { cookie: await signIn(web.port, web.server.url) }
      expect((await ask(web.port, path, { headers })).status).toBe(404)
    },
  )
})

describe('the port', () => {
  it('is refused by name when another program has it', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((done) => other.once('listening', done))
    const { port } = other.address() as AddressInfo
    await expect(startServer({ port })).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining(`Port ${port}`),
      data: { port },
    })
    const elsewhere = await startServer({ preferredPort: port })
    expect(elsewhere.port).not.toBe(port)
    await elsewhere.close()
    other.close()
  })
})
