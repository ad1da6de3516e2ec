import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

export interface FakeEngine {
  /** `unix://…` of its socket. */
  readonly address: string
  /** `METHOD /path` of every request so far, without queries. */
  readonly requests: readonly string[]
  /** Answers `METHOD /path` from now on; anything else gets a 404. */
  on(route: string, answer: Answer): void
  close(): Promise<void>
}

/** Answers with JSON. */
export function json(status: number, body: unknown): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
}

/** Answers 200 and then these lines, as the engine tells of a pull. */
export function jsonLines(lines: readonly unknown[]): Answer {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    for (const line of lines) response.write(`${JSON.stringify(line)}\r\n`)
    response.end()
  }
}

export const FAKE_VERSION = { Version: '27.3.1', ApiVersion: '1.47', Components: [{ Name: 'Engine' }] }

/** A stand-in for the engine's HTTP interface on a socket of its own, for answers a real engine gives rarely. */
export async function startFakeEngine(): Promise<FakeEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-fake-'))
  const path = join(folder, 'docker.sock')
  const routes = new Map<string, Answer>([['GET /version', json(200, FAKE_VERSION)]])
  const requests: string[] = []
  const server = createServer((request, response) => {
    const route = `${request.method} ${request.url?.split('?')[0]}`
    requests.push(route)
    const answer = routes.get(route) ?? json(404, { message: `page not found: ${route}` })
    answer(request, response)
  })
  await new Promise<void>((done) => server.listen(path, done))
  return {
    address: `unix://${path}`,
    requests,
    on: (route, answer) => void routes.set(route, answer),
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
