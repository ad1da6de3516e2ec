import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { placeHash } from '../../../src/main/web/place.ts'
import type { StoredSession } from '../../../src/main/web/sessions.ts'
import { closeChromium, openChromium } from '../../desktop/chromium.ts'
import { startServer } from './support.ts'

/** The browser surface as a real browser sees it: its cookies, origins and policies. */
let kept: readonly StoredSession[]
let web: Awaited<ReturnType<typeof startServer>>
let page: Page
const sessionStore = {
  load: async () => kept,
  save: async (sessions: readonly StoredSession[]) => {
    kept = sessions
  },
}

beforeEach(async () => {
  kept = []
  web = await startServer({ sessionStore })
  page = await (await openChromium()).newPage()
})
afterEach(async () => {
  await page.context().close()
  await web.close()
})
afterAll(closeChromium)

const CALL = `fetch('/rpc/app.info', {
  method: 'POST', headers: { 'content-type': 'application/json', 'x-berth': '1' }, body: '{}',
}).then(async (answer) => [answer.status, (await answer.json()).ok])`

/** Opens the event stream of `host` and resolves with `open` or `refused`; messages go to `window.heard`. */
const listen = (host: string) => `new Promise((done) => {
  window.heard = []
  const socket = new WebSocket('ws://${host}/events')
  socket.onopen = () => done('open')
  socket.onerror = () => done('refused')
  socket.onmessage = (message) => heard.push(JSON.parse(message.data))
})`

describe('in a browser', () => {
  it('the login address opens the app, which calls and listens', async () => {
    await page.goto(web.server.url)
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/')
    expect(await page.title()).toBe('the app')
    expect(await page.evaluate('document.cookie')).toBe('')
    expect(await page.evaluate(CALL)).toEqual([200, true])
    expect(await page.evaluate(listen(web.server.address))).toBe('open')
    web.events.emit({ name: 'providers.changed', payload: {} })
    await expect.poll(() => page.evaluate('heard')).toEqual([{ name: 'providers.changed', payload: {} }])
  })

  it('a login address with a place opens the app there', async () => {
    const to = { page: 'project', projectId: 'p1' } as const
    await page.goto(`${web.server.newLoginUrl()}${placeHash(to)}`)
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/')
    expect(new URL(page.url()).hash).toBe('#/projects/p1')
    expect(await page.title()).toBe('the app')
  })

  it('a reload works after Berth was restarted on the same port', async () => {
    await page.goto(web.server.url)
    const { port } = web
    await web.close()
    web = await startServer({ sessionStore, port })
    await page.reload()
    expect(await page.title()).toBe('the app')
    expect(await page.evaluate(CALL)).toEqual([200, true])
  })

  it('without a login there is a page that says where the address is', async () => {
    await page.goto(`http://${web.server.address}/`)
    expect(await page.locator('h1').textContent()).toBe('Open Berth from the terminal')
    expect(await page.evaluate(CALL)).toEqual([401, false])
  })

  it("another program's page on this computer reaches nothing, though the browser is signed in", async () => {
    await page.goto(web.server.url)
    const other = createServer((_request, response) => response.end('<!doctype html>')).listen(0, '127.0.0.1')
    await once(other, 'listening')
    await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`)
    const { address } = web.server
    const attempt = (options: string) =>
      page.evaluate(`fetch('http://${address}/rpc/app.info', ${options}).then(() => 'read', () => 'blocked')`)
    expect(await attempt(`{ method: 'POST', credentials: 'include', body: '{}' }`)).toBe('blocked')
    expect(
      await attempt(`{ method: 'POST', credentials: 'include', headers: { 'x-berth': '1' }, body: '{}' }`),
    ).toBe('blocked')
    // Sent without asking for leave first: it arrives, and is refused.
    await page.evaluate(
      `fetch('http://${address}/rpc/app.info', { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{}' }).catch(() => {})`,
    )
    expect(await page.evaluate(listen(address))).toBe('refused')
    expect(web.calls).toEqual([])
    other.close()
  })

  it('a name that was pointed at loopback reaches nothing', async () => {
    await page.goto(web.server.url)
    const answer = await page.goto(`http://rebound.localhost:${web.port}/`)
    expect(answer?.status()).toBe(403)
  })
})
