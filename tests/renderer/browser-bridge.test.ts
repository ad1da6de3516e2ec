import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBrowserBridge } from '../../src/renderer/src/bridge/browser-bridge.ts'

/** The browser's socket, opened, fed and closed by the test. */
class FakeSocket extends EventTarget {
  static made: FakeSocket[] = []
  readonly url: string
  constructor(url: string) {
    super()
    this.url = url
    FakeSocket.made.push(this)
  }
  say(data: string): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }
}

const location = { protocol: 'http:', host: '127.0.0.1:4000' } as Location
const answers = (status: number, body: unknown) =>
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response(JSON.stringify(body), { status })),
  )

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.made = []
  vi.stubGlobal('WebSocket', FakeSocket)
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('calls', () => {
  it('are posted with the mark that foreign pages cannot set', async () => {
    answers(200, { ok: true, value: [] })
    const bridge = createBrowserBridge(location)
    expect(await bridge.invoke('projects.list', {})).toEqual({ ok: true, value: [] })
    expect(fetch).toHaveBeenCalledWith(
      '/rpc/projects.list',
      expect.objectContaining({
        method: 'POST',
        body: '{}',
        headers: expect.objectContaining({ 'x-berth': '1' }),
      }),
    )
  })

  it('carry errors on as they are', async () => {
    const error = { code: 'project_stopped', message: 'atlas-api is stopped.' }
    answers(409, { ok: false, error })
    expect(await createBrowserBridge(location).invoke('app.status', {})).toEqual({ ok: false, error })
  })

  it('say that the login is gone, that nothing answers, and that an answer makes no sense', async () => {
    const codeOf = async () => {
      const answer = await createBrowserBridge(location).invoke('projects.list', {})
      return answer.ok ? 'ok' : answer.error.code
    }
    answers(401, {})
    expect(await codeOf()).toBe('unauthorized')
    vi.stubGlobal(
      'fetch',
      vi.fn(() => Promise.reject(new TypeError('failed'))),
    )
    expect(await codeOf()).toBe('internal')
    answers(200, { ok: true, value: [{ id: 7 }] })
    expect(await codeOf()).toBe('internal')
    answers(200, { anything: 'else' })
    expect(await codeOf()).toBe('internal')
  })
})

describe('events', () => {
  it('reach every listener until it leaves; what cannot be read is left out', () => {
    const bridge = createBrowserBridge(location)
    const heard = vi.fn()
    const leave = bridge.on(heard)
    const [socket] = FakeSocket.made
    expect(socket?.url).toBe('ws://127.0.0.1:4000/events')
    socket?.say('{"name":"project.removed","payload":{"projectId":"p1"}}')
    socket?.say('not json')
    socket?.say('{"name":"something.else","payload":{}}')
    expect(heard.mock.calls).toEqual([[{ name: 'project.removed', payload: { projectId: 'p1' } }]])
    leave()
    socket?.say('{"name":"project.removed","payload":{"projectId":"p1"}}')
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it('come again after a break, which is told once each way', () => {
    const bridge = createBrowserBridge(location)
    const told = vi.fn()
    bridge.onConnection(told)
    FakeSocket.made[0]?.dispatchEvent(new Event('open'))
    FakeSocket.made[0]?.dispatchEvent(new Event('close'))
    vi.advanceTimersByTime(400)
    expect(FakeSocket.made).toHaveLength(2)
    FakeSocket.made[1]?.dispatchEvent(new Event('close'))
    vi.advanceTimersByTime(700)
    expect(FakeSocket.made).toHaveLength(3)
    FakeSocket.made[2]?.dispatchEvent(new Event('open'))
    expect(told.mock.calls).toEqual([[true], [false], [true]])
  })
})
