import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createLogParser } from '../../../src/main/engine/log-stream.ts'
import { connectOpenCode } from '../../../src/main/opencode/client.ts'
import { readEvents } from '../../../src/main/opencode/sse.ts'

/** Code in a container can answer in OpenCode's place, and print into its log. */

const servers: Server[] = []

async function serve(handler: RequestListener): Promise<string> {
  const server = createServer(handler)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  }
})

describe('a server that is not what it should be', () => {
  it.each([301, 302, 307, 308])('sends Berth nowhere else (%d)', async (status) => {
    const reached: string[] = []
    const victim = await serve((req, res) => {
      reached.push(`${req.method} ${req.url}`)
      res.end('[]')
    })
    let asked = 0
    const endpoint = await serve((_, res) => {
      asked++
      res.writeHead(status, { location: `${victim}/private` }).end()
    })
    const openCode = connectOpenCode({ endpoint, password: 'x' })
    expect(await openCode.health()).toBeUndefined()
    await expect(openCode.sessions()).rejects.toMatchObject({ code: 'opencode_error' })
    await expect(openCode.createSession()).rejects.toMatchObject({ code: 'opencode_error' })
    const stop = new AbortController()
    const following = openCode.follow(stop.signal, () => undefined)
    await expect.poll(() => asked).toBeGreaterThan(3)
    stop.abort()
    await following
    expect(reached).toEqual([])
  })

  it('cannot fill the memory with an answer without end', async () => {
    let sent = 0
    const endpoint = await serve((_, res) => {
      res.writeHead(200, { 'content-type': 'application/json' })
      const chunk = Buffer.alloc(1024 * 1024, ' ')
      const more = (): void => {
        while (!res.destroyed && res.write(chunk)) sent++
        sent++
      }
      res.on('drain', more)
      more()
    })
    const openCode = connectOpenCode({ endpoint, password: 'x' })
    await expect(openCode.sessions()).rejects.toMatchObject({
      code: 'opencode_error',
      message: expect.stringContaining('too long'),
    })
    expect(sent).toBeLessThan(100)
  })

  it('nor with an event without end', async () => {
    const piece = new TextEncoder().encode('x'.repeat(1024 * 1024))
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(sent++ === 0 ? new TextEncoder().encode('data: "') : piece)
        if (sent > 200) controller.close()
      },
    })
    const read = async (): Promise<void> => {
      for await (const event of readEvents(body, 5000)) expect(event).toBeUndefined()
    }
    await expect(read()).rejects.toThrow('too long')
    expect(sent).toBeLessThan(100)
  })
})

describe('a log line without end', () => {
  it('is cut, and the next line is whole', () => {
    const lines: string[] = []
    const parser = createLogParser((line) => lines.push(line.text))
    const frame = (text: string): Buffer => {
      const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])
      head.writeUInt32BE(Buffer.byteLength(text), 4)
      return Buffer.concat([head, Buffer.from(text)])
    }
    const before = process.memoryUsage().heapUsed
    const piece = frame('y'.repeat(64 * 1024))
    for (let i = 0; i < 4000; i++) parser.write(piece)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024)
    parser.write(frame('\nnext\n'))
    expect(lines).toEqual(['y'.repeat(8000), 'next'])
  })
})
