import { on, once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import type { AnyEvent } from '../../../src/preload/contract.ts'
import { signIn, startServer } from './support.ts'

let web: Awaited<ReturnType<typeof startServer>>
let cookie: string

beforeEach(async () => {
  web = await startServer({ sockets: { pingMs: 20, maxBufferedBytes: 1024 * 1024 } })
  cookie = await signIn(web.port, web.server.url)
})
afterEach(() => web.close())

const removed = (projectId: string): AnyEvent => ({ name: 'project.removed', payload: { projectId } })

function open(headers: Record<string, string> = {}, path = '/events', autoPong = true): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${web.port}${path}`, {
    headers: { origin: `http://127.0.0.1:${web.port}`, cookie, ...headers },
    autoPong,
  })
}

describe('the event stream', () => {
  it('carries events in order, to every page', async () => {
    const sockets = [open(), open()]
    await Promise.all(sockets.map((socket) => once(socket, 'open')))
    const seen = sockets.map(async (socket) => {
      const messages: unknown[] = []
      for await (const [data] of on(socket, 'message')) {
        messages.push(JSON.parse(String(data)))
        if (messages.length === 2) break
      }
      return messages
    })
    web.events.emit(removed('p1'))
    web.events.emit(removed('p2'))
    for (const messages of await Promise.all(seen)) expect(messages).toEqual([removed('p1'), removed('p2')])
    for (const socket of sockets) socket.terminate()
  })

  it.each([
    ['no session', { cookie: '' }, '/events', 401],
    ['another origin', { origin: 'http://evil.example' }, '/events', 403],
    ['no origin', { origin: '' }, '/events', 403],
    ['another site', { 'sec-fetch-site': 'cross-site' }, '/events', 403],
    ['a rebound name', { host: 'evil.example' }, '/events', 403],
    ['another path', {}, '/other', 404],
  ])('is refused to %s', async (_who, headers, path, status) => {
    const socket = open(headers, path)
    socket.on('error', () => {})
    const [, response] = await once(socket, 'unexpected-response')
    expect(response.statusCode).toBe(status)
    socket.terminate()
  })

  it('brings what was told while no page was open', async () => {
    const told = (text: string): AnyEvent => ({ name: 'notice', payload: { id: text, level: 'info', text } })
    web.events.emit(told('before the first page'))
    const first = open()
    const [message] = await once(first, 'message')
    expect(JSON.parse(String(message))).toEqual(told('before the first page'))
    first.terminate()
    await once(first, 'close')
    // The server notices a page that went a moment later than the page does.
    await expect.poll(() => web.listeners()).toBe(0)
    web.events.emit(told('between two pages'))
    const second = open()
    const [next] = await once(second, 'message')
    expect(JSON.parse(String(next))).toEqual(told('between two pages'))
    second.terminate()
  })

  it('ends for a page that talks', async () => {
    const socket = open()
    await once(socket, 'open')
    socket.send('hello')
    const [code] = await once(socket, 'close')
    expect(code).toBe(1008)
  })

  it('pings, and ends for a page that no longer answers', async () => {
    const alive = open()
    const dead = open({}, '/events', false)
    await Promise.all([once(alive, 'open'), once(dead, 'open')])
    await once(dead, 'close')
    await once(alive, 'ping')
    expect(alive.readyState).toBe(WebSocket.OPEN)
    alive.terminate()
  })

  it('ends with 1013 for a page that is too slow', async () => {
    await web.close()
    web = await startServer({ sockets: { maxBufferedBytes: 1024 * 1024 } })
    cookie = await signIn(web.port, web.server.url)
    const socket = open()
    await once(socket, 'open')
    socket.pause()
    const text = 'x'.repeat(1024 * 1024)
    const event: AnyEvent = { name: 'notice', payload: { id: 'n', level: 'info', text } }
    for (let i = 0; i < 64; i++) web.events.emit(event)
    let received = 0
    socket.on('message', () => received++)
    socket.resume()
    const [code] = await once(socket, 'close')
    expect(code).toBe(1013)
    expect(received).toBeLessThan(64)
  })

  it('ends with 1001 when Berth quits', async () => {
    const socket = open()
    await once(socket, 'open')
    const closed = once(socket, 'close')
    await web.close()
    expect((await closed)[0]).toBe(1001)
    web = await startServer()
  })
})
