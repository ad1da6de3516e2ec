import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { connectOpenCode } from '../../../src/main/opencode/client.ts'
import { readEvents } from '../../../src/main/opencode/sse.ts'
import type { ConversationChange } from '../../../src/preload/conversation.ts'

/** A server that answers as OpenCode does, for what the real one cannot be made to do. */
async function startStandIn() {
  const streams: ServerResponse[] = []
  const answers: Record<string, (response: ServerResponse) => void> = {
    '/path': (response) => response.end('{"directory":"/work/app"}'),
    '/session': (response) => response.end('[]'),
    '/event': (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.flushHeaders()
      streams.push(response)
    },
  }
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    const answer = answers[new URL(request.url ?? '/', 'http://x').pathname]
    if (answer === undefined) response.writeHead(500).end('{"message":"Error: it broke\\n    at x (y.js:1)"}')
    else answer(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    endpoint,
    streams,
    answers,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

let standIn: Awaited<ReturnType<typeof startStandIn>> | undefined
afterEach(async () => {
  await standIn?.close()
  standIn = undefined
})

function delta(text: string): string {
  const properties = { sessionID: 's', messageID: 'm', partID: 'p', field: 'text', delta: text }
  return `data: ${JSON.stringify({ type: 'message.part.delta', properties })}\n\n`
}

describe('follow', () => {
  it('begins every connection with a reload, survives broken data and ends with the signal', async () => {
    standIn = await startStandIn()
    const { streams, endpoint } = standIn
    const seen: ConversationChange[] = []
    const end = new AbortController()
    const following = connectOpenCode({ endpoint, password: 'p' }).follow(end.signal, (change) => {
      seen.push(change)
    })
    const texts = () => seen.map((change) => (change.type === 'delta' ? change.text : change.type))
    await expect.poll(() => streams.length).toBe(1)
    const half = delta('two')
    streams[0]?.write(`: comment\n\ndata: {broken\n\n${delta('one')}${half.slice(0, 20)}`)
    streams[0]?.write(half.slice(20))
    await expect.poll(texts).toEqual(['reload', 'one', 'two'])
    streams[0]?.destroy()
    await expect.poll(() => streams.length, { timeout: 5_000 }).toBe(2)
    streams[1]?.write(delta('three'))
    await expect.poll(texts).toEqual(['reload', 'one', 'two', 'reload', 'three'])
    end.abort()
    await following
    streams[1]?.write(delta('late'))
    await pause(20)
    expect(texts()).toHaveLength(5)
  })

  it('takes a silent connection for a dead one', async () => {
    const silent = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) })
    const reading = readEvents(silent, 30).next()
    await expect(reading).rejects.toThrow(/no event or heartbeat/)
  })
})

describe('calls', () => {
  it('say what failed with the server’s own words and without its stack', async () => {
    standIn = await startStandIn()
    const client = connectOpenCode({ endpoint: standIn.endpoint, password: 'p' })
    await expect(client.createSession()).rejects.toMatchObject({ code: 'opencode_error' })
    standIn.answers['/session/status'] = (response) =>
      response.writeHead(500).end('{"message":"Error: it broke\\n    at x (y.js:1)"}')
    await expect(client.activity('s')).rejects.toThrow('OpenCode could not say what it is doing: it broke.')
  })

  it('refuse answers of an unknown shape', async () => {
    standIn = await startStandIn()
    standIn.answers['/session/status'] = (response) => response.end('{"s":{"type":"dreaming"}}')
    const client = connectOpenCode({ endpoint: standIn.endpoint, password: 'p' })
    await expect(client.activity('s')).rejects.toThrow(/does not know .*"s.type"/)
  })

  it('name a connection that is cut as a server that is not running', async () => {
    standIn = await startStandIn()
    standIn.answers['/session/status'] = (response) => response.destroy()
    const client = connectOpenCode({ endpoint: standIn.endpoint, password: 'p' })
    await expect(client.activity('s')).rejects.toMatchObject({ code: 'project_stopped' })
  })
})
